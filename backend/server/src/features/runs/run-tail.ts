import type { JournalEvent } from '@rehearse/contracts';
import type { RunFeed, RunNotice } from './run-feed.js';

/** What a viewer of one run gets, in order. */
export type TailItem =
  | { kind: 'events'; events: JournalEvent[] }
  | { kind: 'token'; key: string; text: string }
  | { kind: 'heartbeat' };

export interface RunTailOptions {
  runId: string;
  afterSeq: number;
  feed: RunFeed;
  /** Reads the journal behind a seq; `ended` when the run is over. */
  read(afterSeq: number): Promise<{ events: JournalEvent[]; ended: boolean }>;
  signal: AbortSignal;
  heartbeatMs: number;
  /** The least time between two batches of events. */
  frameMs: number;
}

/** Tokens nobody takes are dropped past this: they are a preview, the response is an event. */
const MAX_TOKENS = 1_000;

const isTerminal = (event: JournalEvent | undefined): boolean =>
  event?.type === 'run.finished' || event?.type === 'run.canceled';

/**
 * Follows one run from behind a seq. The live feed is attached before the backlog is read, and nothing at or below the
 * last seq handed out is handed out again: so neither a gap nor a duplicate, whenever the viewer comes.
 */
export class RunTail {
  readonly #options: RunTailOptions;
  #lastSeq: number;
  #knownSeq = 0;
  #isChanged = true;
  #tokens: { key: string; text: string }[] = [];
  #wake: () => void = () => undefined;

  constructor(options: RunTailOptions) {
    this.#options = options;
    this.#lastSeq = options.afterSeq;
  }

  /** The seq of the last event handed out or skipped. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** How many events this process knows of that the viewer has not had. */
  get behind(): number {
    return Math.max(0, this.#knownSeq - this.#lastSeq);
  }

  /** Leaves out what is known so far; the viewer fetches it by range. Null when there is nothing to leave out. */
  skip(): { afterSeq: number; toSeq: number } | null {
    if (this.behind === 0) return null;
    const gap = { afterSeq: this.#lastSeq, toSeq: this.#knownSeq };
    this.#lastSeq = this.#knownSeq;
    return gap;
  }

  async *items(): AsyncGenerator<TailItem, void, void> {
    const { feed, runId, signal } = this.#options;
    const leave = feed.follow(runId, (notice) => this.#noticed(notice));
    const onAbort = () => this.#wake();
    signal.addEventListener('abort', onAbort);
    try {
      yield* this.#follow();
    } finally {
      leave();
      signal.removeEventListener('abort', onAbort);
    }
  }

  async *#follow(): AsyncGenerator<TailItem, void, void> {
    const { signal, frameMs } = this.#options;
    while (!signal.aborted) {
      for (const token of this.#tokens.splice(0)) yield { kind: 'token', ...token };
      const { events, ended } = this.#isChanged ? await this.#read() : { events: [], ended: false };
      if (events.length > 0) yield { kind: 'events', events };
      if (isTerminal(events.at(-1)) || (ended && events.length === 0)) return;
      if (events.length > 0) await pause(frameMs, signal);
      else if (!(await this.#woken())) yield* this.#heartbeat();
    }
  }

  /** A quiet moment is also the time to look at the journal itself: another process may drive the run. */
  *#heartbeat(): Generator<TailItem> {
    if (this.#options.signal.aborted) return;
    this.#isChanged = true;
    yield { kind: 'heartbeat' };
  }

  async #read(): Promise<{ events: JournalEvent[]; ended: boolean }> {
    const { feed, runId, read } = this.#options;
    this.#isChanged = false;
    const recent = feed.recent(runId, this.#lastSeq);
    const found = recent?.length ? { events: recent, ended: false } : await read(this.#lastSeq);
    const events = found.events.filter((event) => event.seq > this.#lastSeq);
    this.#lastSeq = events.at(-1)?.seq ?? this.#lastSeq;
    this.#knownSeq = Math.max(this.#knownSeq, this.#lastSeq);
    // The journal is read in pages; memory is read whole, and the feed tells when there is more.
    if (events.length > 0 && !recent?.length) this.#isChanged = true;
    return { events, ended: found.ended };
  }

  #noticed(notice: RunNotice): void {
    if (notice.kind === 'token') {
      if (this.#tokens.length < MAX_TOKENS) this.#tokens.push({ key: notice.key, text: notice.text });
    } else {
      this.#isChanged = true;
      if (notice.kind === 'events') this.#knownSeq = Math.max(this.#knownSeq, notice.maxSeq);
    }
    this.#wake();
  }

  /** True when something happened, false when the heartbeat is due. */
  #woken(): Promise<boolean> {
    const { heartbeatMs, signal } = this.#options;
    if (this.#isChanged || this.#tokens.length > 0 || signal.aborted) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), heartbeatMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, durationMs);
    signal.addEventListener('abort', done);
  });
}
