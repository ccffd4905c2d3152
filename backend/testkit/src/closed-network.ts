import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

/** What a test sees when something reaches for the network. */
export class NetworkClosed extends Error {
  constructor(readonly way: string) {
    super(`the network is closed, and ${way} was called`);
  }
}

export interface ClosedNetwork {
  /** The ways in which the network was tried, in order. */
  readonly attempts: readonly string[];
  /** Opens it again. */
  open(): void;
}

/** Closes the network for this process: sockets, name look-ups, HTTP and fetch throw, and are written down. */
export function closedNetwork(): ClosedNetwork {
  const attempts: string[] = [];
  const restore: (() => void)[] = [];
  const close = (owner: object, name: string, way: string) => {
    const methods = owner as Record<string, unknown>;
    const original = methods[name];
    methods[name] = () => {
      attempts.push(way);
      throw new NetworkClosed(way);
    };
    restore.push(() => (methods[name] = original));
  };
  close(net.Socket.prototype, 'connect', 'net.Socket.connect');
  close(net, 'connect', 'net.connect');
  close(net, 'createConnection', 'net.createConnection');
  close(dns, 'lookup', 'dns.lookup');
  close(dns.promises, 'lookup', 'dns.promises.lookup');
  close(http, 'request', 'http.request');
  close(https, 'request', 'https.request');
  close(globalThis, 'fetch', 'fetch');
  return { attempts, open: () => restore.splice(0).forEach((undo) => undo()) };
}
