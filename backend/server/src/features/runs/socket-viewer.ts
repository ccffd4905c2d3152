import type {
  JournalEvent,
  RunSummary,
  SocketEvent,
  SocketEventName,
  SubscribeAck,
} from '@rehearse/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'socket.io';
import type { Principal } from '../../platform/http/index.js';
import type { RunFeed } from './run-feed.js';
import type { RunFilters } from './run-filters.js';
import type { RunLists } from './run-lists.js';
import { RunTail, type TailItem } from './run-tail.js';
import type { RunsService } from './runs.service.js';

const HEARTBEAT_MS = 15_000;
const FRAME_MS = 50;
const FRAME_BYTES = 64 * 1_024;
/** Runs that one socket may follow at once. */
const MAX_FOLLOWED = 32;
/** Unsent bytes past which a viewer is slow. */
const SLOW_BYTES = 512 * 1_024;
const SLOW_PACKETS = 64;
/** Events that a viewer who was slow gets as a gap to fetch, instead of one by one. */
const GAP_EVENTS = 1_000;

interface Ports {
  runs: RunsService;
  feed: RunFeed;
  lists: RunLists;
  onError(error: unknown): void;
}

/** One socket: the runs it follows and the list it looks at. */
export class SocketViewer {
  private readonly followed = new Map<string, AbortController>();
  private readonly heartbeat: NodeJS.Timeout;
  private leaveList: () => void = () => undefined;
  private isClosed = false;

  constructor(
    private readonly socket: Socket,
    private readonly principal: Principal,
    private readonly ports: Ports,
  ) {
    this.heartbeat = setInterval(
      () => this.emit('heartbeat', { at: new Date().toISOString() }),
      HEARTBEAT_MS,
    );
  }

  /** Whether the run may be seen is asked of the database each time, under the tenant of the token. */
  async followRun({ runId, afterSeq }: { runId: string; afterSeq: number }): Promise<SubscribeAck> {
    const run = await this.ports.runs.find(this.principal.tenantId, runId);
    if (this.isClosed) return { ok: false, code: 'request/invalid', message: 'The socket is closed.' };
    if (!this.followed.has(run.id) && this.followed.size >= MAX_FOLLOWED)
      return {
        ok: false,
        code: 'request/too-many',
        message: `A socket follows at most ${MAX_FOLLOWED} runs.`,
      };
    this.leaveRun(run.id);
    const stop = new AbortController();
    this.followed.set(run.id, stop);
    // The acknowledgement goes first.
    setImmediate(() => void this.pump(run.id, { afterSeq, stop }));
    return { ok: true, lastSeq: run.lastSeq };
  }

  followList(filters: RunFilters): SubscribeAck {
    this.leaveList();
    const { tenantId } = this.principal;
    this.leaveList = this.ports.lists.follow({ tenantId, filters }, (run: RunSummary) => {
      if (this.unsent() < SLOW_BYTES) this.emit('run.updated', { run });
    });
    return { ok: true };
  }

  leaveRun(runId: string): void {
    this.followed.get(runId)?.abort();
    this.followed.delete(runId);
  }

  unfollowList(): void {
    this.leaveList();
    this.leaveList = () => undefined;
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.heartbeat);
    for (const runId of [...this.followed.keys()]) this.leaveRun(runId);
    this.unfollowList();
  }

  private async pump(
    runId: string,
    { afterSeq, stop }: { afterSeq: number; stop: AbortController },
  ): Promise<void> {
    const { tenantId } = this.principal;
    const tail = new RunTail({
      ...{ runId, afterSeq, feed: this.ports.feed, signal: stop.signal },
      read: (seq) => this.ports.runs.tail(tenantId, runId, seq),
      heartbeatMs: HEARTBEAT_MS,
      frameMs: FRAME_MS,
    });
    try {
      for await (const item of tail.items()) {
        if (stop.signal.aborted) return;
        this.send(runId, item);
        await this.catchUp(runId, { tail, stop });
      }
    } catch (error) {
      // The viewer asks again from its last seq when it comes back.
      this.ports.onError(error);
      this.socket.disconnect(true);
    } finally {
      if (this.followed.get(runId) === stop) this.followed.delete(runId);
    }
  }

  private send(runId: string, item: TailItem): void {
    if (item.kind === 'token') this.emit('token', { runId, key: item.key, text: item.text });
    if (item.kind !== 'events') return;
    for (const frame of framesOf(item.events)) {
      if ('gap' in frame) this.emit('gap', { runId, ...frame.gap });
      else this.emit('events', { runId, events: frame.events });
    }
  }

  /** Waits for a slow viewer, and leaves out what piled up meanwhile: it is told the range and fetches it. */
  private async catchUp(
    runId: string,
    { tail, stop }: { tail: RunTail; stop: AbortController },
  ): Promise<void> {
    if (!this.isSlow()) return;
    while (this.isSlow() && !stop.signal.aborted) await sleep(FRAME_MS);
    const gap = tail.behind > GAP_EVENTS ? tail.skip() : null;
    if (gap && !stop.signal.aborted) this.emit('gap', { runId, ...gap });
  }

  private isSlow(): boolean {
    return this.unsent() > SLOW_BYTES || this.connection().writeBuffer.length > SLOW_PACKETS;
  }

  private unsent(): number {
    return this.connection().transport.socket?.bufferedAmount ?? 0;
  }

  /** Parts of engine.io's connection that its types keep to themselves. */
  private connection() {
    return this.socket.conn as unknown as {
      writeBuffer: unknown[];
      transport: { socket?: { bufferedAmount: number } };
    };
  }

  private emit<T extends SocketEventName>(name: T, payload: SocketEvent<T>): void {
    this.socket.emit(name, payload);
  }
}

type Frame = { events: JournalEvent[] } | { gap: { afterSeq: number; toSeq: number } };

const sizes = new WeakMap<JournalEvent, number>();

/** Many viewers of one run get the same events: each is measured once. */
function sizeOf(event: JournalEvent): number {
  const known = sizes.get(event);
  if (known !== undefined) return known;
  const size = Buffer.byteLength(JSON.stringify(event));
  sizes.set(event, size);
  return size;
}

/** Cuts events into frames; one that fills a frame alone is left for the viewer to fetch. */
export function framesOf(events: readonly JournalEvent[], maxBytes = FRAME_BYTES): Frame[] {
  const frames: Frame[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = sizeOf(event);
    const last = frames.at(-1);
    if (size > maxBytes) frames.push({ gap: { afterSeq: event.seq - 1, toSeq: event.seq } });
    else if (last && 'events' in last && bytes + size <= maxBytes) last.events.push(event);
    else frames.push({ events: [event] });
    bytes = last && frames.at(-1) === last ? bytes + size : size;
  }
  return frames;
}
