import {
  RUNS_NAMESPACE,
  type SubscribeAck,
  SubscribeMessage as Subscribe,
  UnsubscribeMessage,
} from '@rehearse/contracts';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import { AppError, classify } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { Lifecycle } from '../../platform/health/lifecycle.js';
import { Log } from '../../platform/logging/index.js';
import { Authenticator } from '../access/index.js';
import { RunFeed } from './run-feed.js';
import { RunLists } from './run-lists.js';
import { RunsService } from './runs.service.js';
import { SocketViewer } from './socket-viewer.js';

interface Visitor {
  principal: Principal;
  viewer: SocketViewer;
  expiry: NodeJS.Timeout | undefined;
}

/** Longer timers fire at once in Node. */
const MAX_TIMER_MS = 2_147_483_647;

/** Live logs. Nothing is kept for a viewer: it names the last seq that it has, and the journal gives the rest. */
@WebSocketGateway({ namespace: RUNS_NAMESPACE })
export class RunsGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  private readonly visitors = new Map<Socket, Visitor>();
  private readonly log: Log;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly runs: RunsService,
    private readonly feed: RunFeed,
    private readonly lists: RunLists,
    lifecycle: Lifecycle,
    log: Log,
  ) {
    this.log = log.named('sockets');
    lifecycle.onDrain(async () => this.visitors.forEach((_, socket) => socket.disconnect(true)));
  }

  afterInit(namespace: Namespace): void {
    namespace.use((socket, next) => {
      this.admit(socket).then(
        () => next(),
        (error: unknown) => next(refusal(error)),
      );
    });
  }

  handleConnection(socket: Socket): void {
    const { principal } = socket.data as { principal: Principal };
    const onError = (error: unknown) =>
      this.log.warn('a viewer was cut off', { tenantId: principal.tenantId, error });
    const { runs, feed, lists } = this;
    const viewer = new SocketViewer(socket, principal, { runs, feed, lists, onError });
    this.visitors.set(socket, { principal, viewer, expiry: endWith(principal, socket) });
  }

  handleDisconnect(socket: Socket): void {
    const visitor = this.visitors.get(socket);
    clearTimeout(visitor?.expiry);
    visitor?.viewer.close();
    this.visitors.delete(socket);
  }

  @SubscribeMessage('subscribe')
  async subscribe(@ConnectedSocket() socket: Socket, @MessageBody() message: unknown): Promise<SubscribeAck> {
    const parsed = Subscribe.safeParse(message);
    const visitor = this.visitors.get(socket);
    if (!visitor || !parsed.success) return badMessage('{runId, afterSeq?} or {list: filters}');
    try {
      if ('runId' in parsed.data) return await visitor.viewer.followRun(parsed.data);
      const { limit: _, cursor: __, ...filters } = parsed.data.list;
      await this.runs.list(visitor.principal, { ...filters, limit: 1 });
      return visitor.viewer.followList(filters);
    } catch (error) {
      const { code, detail } = this.classified(error);
      return { ok: false, code, message: detail };
    }
  }

  @SubscribeMessage('unsubscribe')
  unsubscribe(@ConnectedSocket() socket: Socket, @MessageBody() message: unknown): SubscribeAck {
    const parsed = UnsubscribeMessage.safeParse(message);
    const viewer = this.visitors.get(socket)?.viewer;
    if (!viewer || !parsed.success) return badMessage('{runId} or {list: true}');
    if ('runId' in parsed.data) viewer.leaveRun(parsed.data.runId);
    else viewer.unfollowList();
    return { ok: true };
  }

  private async admit(socket: Socket): Promise<void> {
    const { token } = socket.handshake.auth as { token?: unknown };
    const principal = typeof token === 'string' ? await this.authenticator.authenticate(token) : null;
    if (!principal)
      throw new AppError(
        'access/unauthenticated',
        'Connect with `auth: {token}`: an access token or an API key.',
      );
    if (principal.role === 'API' && !principal.scopes.includes('runs:read'))
      throw new AppError('access/forbidden', 'The API key needs the scope runs:read.');
    (socket.data as { principal: Principal }).principal = principal;
  }

  private classified(error: unknown): AppError {
    const known = classify(error);
    if (known.status >= 500) this.log.error('a subscription failed', { error });
    return known;
  }
}

const badMessage = (expected: string): SubscribeAck => ({
  ok: false,
  code: 'request/invalid',
  message: `The message must be ${expected}.`,
});

/** A refused handshake carries the code as any other answer does. */
function refusal(error: unknown): Error {
  const { code, detail } = classify(error);
  return Object.assign(new Error(detail), { data: { code } });
}

/** A socket lives no longer than the proof it came with; the client comes back with a new one. */
function endWith({ expiresAt }: Principal, socket: Socket): NodeJS.Timeout | undefined {
  if (expiresAt === null) return undefined;
  const leftMs = Math.min(MAX_TIMER_MS, Math.max(0, expiresAt - Date.now()));
  return setTimeout(() => socket.disconnect(true), leftMs).unref();
}
