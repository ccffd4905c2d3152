import type { LookupAddress, LookupOptions } from 'node:dns';
import type { Agent } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { refusal } from './addresses.js';
import { dns, http, https } from './builtins.js';
import { EgressFailure } from './failure.js';
import type { EgressPolicy } from './policy.js';

const KEPT = { keepAlive: true, maxFreeSockets: 256, scheduling: 'lifo' } as const;

/** The connections of calls, kept for the next; `policy` null: they may go anywhere. */
export function agentFor(protocol: 'http:' | 'https:', policy: EgressPolicy | null): Agent {
  const isSecure = protocol === 'https:';
  const agent = new (isSecure ? https() : http).Agent(KEPT);
  if (policy) guard(agent, { policy, isSecure });
  return agent;
}

type Connect = (options: ConnectOptions, connected?: (...args: unknown[]) => void) => Socket | undefined;
type ConnectOptions = { host?: string; port?: number | string; lookup?: unknown };

/**
 * Checks where a connection leads three times: the literal address, which no name look-up sees; every answer of the
 * look-up; and the address that the socket has in the end, which a name server cannot change any more.
 */
function guard(agent: Agent, { policy, isSecure }: { policy: EgressPolicy; isSecure: boolean }): void {
  const connect = agent.createConnection.bind(agent) as unknown as Connect;
  const guarded: Connect = (options, connected) => {
    const port = Number(options.port ?? (isSecure ? 443 : 80));
    const check = (address: string): EgressFailure | null => {
      const reason = refusal({ address, port, isSecure }, policy);
      return reason === null ? null : refused(options.host ?? address, reason);
    };
    const host = (options.host ?? '').replace(/^\[|\]$/g, '');
    const early = isIP(host) ? check(host) : null;
    if (early) return void process.nextTick(() => connected?.(early));
    const socket = connect({ ...options, lookup: guardedLookup(check) }, connected);
    socket?.once('connect', () => {
      const late = socket.remoteAddress === undefined ? null : check(socket.remoteAddress);
      if (late) socket.destroy(late);
    });
    return socket;
  };
  agent.createConnection = guarded as unknown as typeof agent.createConnection;
}

const refused = (host: string, reason: string) =>
  new EgressFailure('refused', `calls to ${host} are not allowed here: ${reason}`);

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

const guardedLookup =
  (check: (address: string) => EgressFailure | null) =>
  (host: string, options: LookupOptions, found: Found): void => {
    dns().lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return found(error, []);
      for (const { address } of addresses) {
        const failure = check(address);
        if (failure) return found(failure, []);
      }
      if (options.all) return found(null, addresses);
      const [first] = addresses;
      return found(null, first!.address, first!.family);
    });
  };
