import {
  type ErrorCode,
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
import type { z } from 'zod';
import { AppError, classify } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { Lifecycle } from '../../platform/health/lifecycle.js';
import { Log } from '../../platform/logging/index.js';
import { Metrics } from '../../platform/telemetry/index.js';
import { Attendance, Authenticator } from '../access/index.js';
import { Pace } from './pace.js';
import { RunFeed } from './run-feed.js';
import { RunLists } from './run-lists.js';
import { RunsService } from './runs.service.js';
import { SocketViewer } from './socket-viewer.js';

interface Proof {
  principal: Principal;
  credential: string;
}

interface Visitor extends Proof {
  viewer: SocketViewer;
  pace: Pace;
  /** Messages of one socket are answered one after the other. */
  turn: Promise<unknown>;
  leave(): void;
}

/** Far more than a studio with all its views needs, also when it comes back and asks for everything anew. */
const PACE = { burst: 200, perSecond: 20 } as const;

/** Live logs. Nothing is kept for a viewer: it names the last seq that it has, and the journal gives the rest. */
@WebSocketGateway({ namespace: RUNS_NAMESPACE })
export class RunsGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  private readonly visitors = new Map<Socket, Visitor>();
  private readonly log: Log;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly attendance: Attendance,
    private readonly runs: RunsService,
    private readonly feed: RunFeed,
    private readonly lists: RunLists,
    lifecycle: Lifecycle,
    private readonly metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('sockets');
    metrics.gauge({
      name: 'ws_connections',
      help: 'Sockets that are connected here.',
      read: () => this.visitors.size,
    });
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
    const { principal, credential } = socket.data as Proof;
    const onError = (error: unknown) =>
      this.log.warn('a viewer was cut off', { tenantId: principal.tenantId, error });
    const { runs, feed, lists } = this;
    const viewer = new SocketViewer(socket, principal, { runs, feed, lists, onError });
    // A socket lives no longer than the proof it came with; the client comes back with a new one.
    const leave = this.attendance.attend({ principal, credential, end: () => socket.disconnect(true) });
    const [pace, turn] = [new Pace(PACE), Promise.resolve()];
    this.visitors.set(socket, { principal, credential, viewer, pace, turn, leave });
  }

  handleDisconnect(socket: Socket): void {
    const visitor = this.visitors.get(socket);
    visitor?.leave();
    visitor?.viewer.close();
    this.visitors.delete(socket);
  }

  @SubscribeMessage('subscribe')
  subscribe(@ConnectedSocket() socket: Socket, @MessageBody() message: unknown): Promise<SubscribeAck> {
    const parsed = Subscribe.safeParse(message);
    if (!parsed.success) return badMessage('{runId, afterSeq?} or {list: filters}');
    return this.inTurn(socket, (visitor) => this.follow(visitor, parsed.data));
  }

  @SubscribeMessage('unsubscribe')
  unsubscribe(@ConnectedSocket() socket: Socket, @MessageBody() message: unknown): Promise<SubscribeAck> {
    const parsed = UnsubscribeMessage.safeParse(message);
    if (!parsed.success) return badMessage('{runId} or {list: true}');
    return this.inTurn(socket, async ({ viewer }) => {
      if ('runId' in parsed.data) viewer.leaveRun(parsed.data.runId);
      else viewer.unfollowList();
      return { ok: true };
    });
  }

  /** One socket takes one place at the database, however much it asks. */
  private inTurn(socket: Socket, answer: (visitor: Visitor) => Promise<SubscribeAck>): Promise<SubscribeAck> {
    const visitor = this.visitors.get(socket);
    if (!visitor) return Promise.resolve(CLOSED);
    if (!visitor.pace.take()) {
      this.metrics.rateLimited('socket');
      return Promise.resolve(TOO_FAST);
    }
    const answered = visitor.turn.then(() => (socket.connected ? answer(visitor) : CLOSED));
    visitor.turn = answered.catch(() => undefined);
    return answered;
  }

  /** Whoever asks must still be let in: what was taken back elsewhere may not have been heard here. */
  private async follow(
    { principal, credential, viewer }: Visitor,
    message: z.output<typeof Subscribe>,
  ): Promise<SubscribeAck> {
    try {
      if (!(await this.authenticator.authenticate(credential))) throw notLetIn();
      if ('runId' in message) return await viewer.followRun(message);
      const { limit: _, cursor: __, ...filters } = message.list;
      await this.runs.list(principal, { ...filters, limit: 1 });
      return viewer.followList(filters);
    } catch (error) {
      const { code, detail } = this.classified(error);
      return refused(code, detail);
    }
  }

  private async admit(socket: Socket): Promise<void> {
    const { token } = socket.handshake.auth as { token?: unknown };
    const credential = typeof token === 'string' ? token : '';
    const principal = await this.authenticator.authenticate(credential);
    if (!principal) throw notLetIn();
    if (principal.role === 'API' && !principal.scopes.includes('runs:read'))
      throw new AppError('access/forbidden', 'The API key needs the scope runs:read.');
    Object.assign(socket.data as object, { principal, credential } satisfies Proof);
  }

  private classified(error: unknown): AppError {
    const known = classify(error);
    if (known.status >= 500) this.log.error('a subscription failed', { error });
    return known;
  }
}

const badMessage = (expected: string): Promise<SubscribeAck> =>
  Promise.resolve(refused('request/invalid', `The message must be ${expected}.`));

const refused = (code: ErrorCode, message: string): SubscribeAck => ({ ok: false, code, message });
const CLOSED = refused('request/invalid', 'The socket is closed.');
const TOO_FAST = refused(
  'request/too-many',
  `A socket sends at most ${PACE.perSecond} messages a second, ${PACE.burst} at once; go on in a moment.`,
);

const notLetIn = () =>
  new AppError('access/unauthenticated', 'Connect with `auth: {token}`: an access token or an API key.');

/** A refused handshake carries the code as any other answer does. */
function refusal(error: unknown): Error {
  const { code, detail } = classify(error);
  return Object.assign(new Error(detail), { data: { code } });
}
