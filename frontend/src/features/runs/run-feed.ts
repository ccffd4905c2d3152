import type { JournalEvent } from '@rehearse/contracts';
import { backoffMs } from './backoff.js';

export type Connection =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'catching-up'; behind: number }
  | { state: 'offline'; since: number }
  | { state: 'refused'; message: string }
  | { state: 'ended' };

export interface FeedSnapshot {
  /** 1, 2, 3 … without a gap. The array grows in place; `count` says how much of it this snapshot has. */
  events: readonly JournalEvent[];
  count: number;
  connection: Connection;
  /** Text that models are writing, by key; gone when the response is an event. */
  writing: ReadonlyMap<string, string>;
}

/** What a live connection tells the feed. */
export interface FeedHandlers {
  onEvents(events: readonly JournalEvent[]): void;
  onToken(token: { key: string; text: string }): void;
  /** There are events up to this seq that will not be pushed. */
  onKnown(seq: number): void;
  onConnection(state: 'live' | 'offline'): void;
  onRefused(message: string): void;
}

export interface FeedPorts {
  runId: string;
  /** Subscribes behind `afterSeq()`, anew after every reconnect; answers how to stop. */
  follow(afterSeq: () => number, handlers: FeedHandlers): () => void;
  range(request: { runId: string; after: number; limit: number }): Promise<JournalEvent[]>;
  /** Runs the work before the next frame. */
  schedule(work: () => void): void;
  wait(ms: number): Promise<void>;
  now(): number;
}

const PAGE = 1_000;
const PARALLEL_PAGES = 3;
const FIRST_PAUSE_MS = 250;
const ENDS = new Set<JournalEvent['type']>(['run.finished', 'run.canceled']);

/**
 * The journal of one run as it grows: live events and ranges come in, in any order and more than once; what goes out is
 * every seq exactly once, in order. Knows nothing of React.
 */
export class RunFeed {
  readonly #ports: FeedPorts;
  readonly #listeners = new Set<() => void>();
  readonly #events: JournalEvent[] = [];
  readonly #early = new Map<number, JournalEvent>();
  readonly #writing = new Map<string, string>();
  #wanted: number;
  #line: 'connecting' | 'live' | { offlineSince: number } | { refused: string } = 'connecting';
  #isFilling = false;
  #isScheduled = false;
  #isOpen = false;
  #stop: (() => void) | null = null;
  #snapshot: FeedSnapshot;

  constructor(ports: FeedPorts, lastKnownSeq = 0) {
    this.#ports = ports;
    this.#wanted = lastKnownSeq;
    this.#snapshot = {
      events: this.#events,
      count: 0,
      connection: { state: 'connecting' },
      writing: new Map(),
    };
  }

  snapshot = (): FeedSnapshot => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#close();
    };
  };

  #open(): void {
    this.#isOpen = true;
    void this.#fill();
    if (this.#hasEnded()) return;
    this.#stop = this.#ports.follow(() => Math.max(this.#wanted, this.#events.length), {
      onEvents: (events) => this.#take(events),
      onToken: ({ key, text }) => {
        this.#writing.set(key, (this.#writing.get(key) ?? '') + text);
        this.#changed();
      },
      onKnown: (seq) => this.#want(seq),
      onConnection: (state) => this.#connectionIs(state),
      onRefused: (message) => {
        this.#line = { refused: message };
        this.#changed();
      },
    });
  }

  #close(): void {
    this.#isOpen = false;
    this.#stop?.();
    this.#stop = null;
  }

  #connectionIs(state: 'live' | 'offline'): void {
    if (state === 'live') this.#line = 'live';
    else if (typeof this.#line === 'string') this.#line = { offlineSince: this.#ports.now() };
    this.#changed();
    if (state === 'live') void this.#fill();
  }

  #want(seq: number): void {
    if (seq <= this.#wanted) return;
    this.#wanted = seq;
    this.#changed();
    void this.#fill();
  }

  #take(events: readonly JournalEvent[]): void {
    for (const event of events) if (event.seq > this.#events.length) this.#early.set(event.seq, event);
    for (let next = this.#nextEarly(); next; next = this.#nextEarly()) this.#append(next);
    const highest = events.at(-1)?.seq ?? 0;
    if (highest > this.#wanted) this.#wanted = highest;
    if (this.#hasEnded()) this.#close();
    this.#changed();
    if (this.#early.size > 0) void this.#fill();
  }

  #nextEarly(): JournalEvent | undefined {
    return this.#early.get(this.#events.length + 1);
  }

  #append(event: JournalEvent): void {
    this.#early.delete(event.seq);
    this.#events.push(event);
    if (event.type === 'model.responded' || event.type === 'model.failed') this.#writing.delete(event.key);
  }

  /** Fetches what is known to exist and was not pushed, until nothing is missing. */
  async #fill(): Promise<void> {
    if (this.#isFilling) return;
    this.#isFilling = true;
    let failures = 0;
    while (this.#isMissing() && (this.#isOpen || this.#listeners.size > 0)) {
      try {
        const hasGrown = await this.#fetchRound();
        failures = hasGrown ? 0 : failures + 1;
        // A journal that is shorter than was said has nothing more to fetch.
        if (!hasGrown && this.#early.size === 0) this.#wanted = this.#events.length;
      } catch {
        failures += 1;
        this.#connectionIs('offline');
      }
      if (failures > 0) await this.#ports.wait(backoffMs(failures, { firstMs: FIRST_PAUSE_MS }));
    }
    this.#isFilling = false;
    this.#changed();
  }

  async #fetchRound(): Promise<boolean> {
    const { runId } = this.#ports;
    const start = this.#events.length;
    const count = Math.min(PARALLEL_PAGES, Math.ceil((this.#wanted - start) / PAGE));
    const pages = await Promise.all(
      Array.from({ length: count }, (_, page) =>
        this.#ports.range({ runId, after: start + page * PAGE, limit: PAGE }),
      ),
    );
    if (typeof this.#line === 'object' && 'offlineSince' in this.#line) this.#line = 'live';
    for (const page of pages) this.#take(page);
    return this.#events.length > start;
  }

  #isMissing(): boolean {
    return this.#events.length < Math.max(this.#wanted, this.#early.size > 0 ? this.#events.length + 1 : 0);
  }

  #hasEnded(): boolean {
    const last = this.#events.at(-1);
    return last !== undefined && ENDS.has(last.type) && this.#events.length >= this.#wanted;
  }

  #connection(): Connection {
    if (this.#hasEnded()) return { state: 'ended' };
    const line = this.#line;
    if (typeof line === 'object')
      return 'refused' in line
        ? { state: 'refused', message: line.refused }
        : { state: 'offline', since: line.offlineSince };
    const behind = this.#wanted - this.#events.length;
    return behind > 0 ? { state: 'catching-up', behind } : { state: line };
  }

  /** One announcement a frame, however many events arrive in it. */
  #changed(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#ports.schedule(() => {
      this.#isScheduled = false;
      this.#snapshot = {
        events: this.#events,
        count: this.#events.length,
        connection: this.#connection(),
        writing: new Map(this.#writing),
      };
      for (const listener of this.#listeners) listener();
    });
  }
}
