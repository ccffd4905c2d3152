import type { JournalEvent } from '@rehearse/contracts';
import { isAt } from './event-place.js';
import { isProblem } from './event-tone.js';
import type { FeedSnapshot } from './run-feed.js';
import type { SeqRange } from './run-range.js';

export interface LogCriteria {
  q?: string | undefined;
  /** The first word of the type: `tool` for `tool.called`, or a whole type. */
  type?: string | undefined;
  node?: string | undefined;
  problemsOnly?: boolean;
  /** Between these seqs, both included. */
  range?: SeqRange | null;
}

export interface LogRows {
  /** Indices into the events of the feed. */
  rows: readonly number[];
  count: number;
  isScanning: boolean;
}

interface Source {
  subscribe(listener: () => void): () => void;
  snapshot(): FeedSnapshot;
}
interface Pace {
  schedule(work: () => void): void;
  now(): number;
}

const BUDGET_MS = 8;
const CHECK_CLOCK_EVERY = 256;

/** What one event is searched by. */
const searchText = (event: JournalEvent): string =>
  `${event.seq} ${event.key} ${event.type} ${JSON.stringify(event.data)}`.toLowerCase();

export function matcher(criteria: LogCriteria): (event: JournalEvent) => boolean {
  const q = criteria.q?.toLowerCase();
  const { type, node, problemsOnly, range } = criteria;
  return (event) =>
    (!range || (event.seq >= range.from && event.seq <= range.to)) &&
    (!type || event.type === type || event.type.startsWith(`${type}.`)) &&
    (!node || isAt(event, node)) &&
    (!problemsOnly || isProblem(event)) &&
    (!q || searchText(event).includes(q));
}

/** The events that fit, kept as the feed grows; a long scan is spread over frames so that the page stays quick. */
export class LogView {
  readonly #feed: Source;
  readonly #pace: Pace;
  readonly #fits: (event: JournalEvent) => boolean;
  readonly #rows: number[] = [];
  readonly #listeners = new Set<() => void>();
  #scanned = 0;
  #isScheduled = false;
  #leaveFeed: (() => void) | null = null;
  #snapshot: LogRows = { rows: this.#rows, count: 0, isScanning: false };

  constructor(feed: Source, options: { criteria: LogCriteria; pace: Pace }) {
    this.#feed = feed;
    this.#pace = options.pace;
    this.#fits = matcher(options.criteria);
    this.#scan();
  }

  snapshot = (): LogRows => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#leaveFeed ??= this.#feed.subscribe(() => this.#scan());
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#leaveFeed?.();
      this.#leaveFeed = null;
    };
  };

  #scan(): void {
    const { events, count } = this.#feed.snapshot();
    const end = this.#pace.now() + BUDGET_MS;
    while (this.#scanned < count) {
      const event = events[this.#scanned];
      if (event && this.#fits(event)) this.#rows.push(this.#scanned);
      this.#scanned += 1;
      if (this.#scanned % CHECK_CLOCK_EVERY === 0 && this.#pace.now() > end) break;
    }
    this.#publish({ isScanning: this.#scanned < count });
  }

  #publish({ isScanning }: { isScanning: boolean }): void {
    if (isScanning && !this.#isScheduled) {
      this.#isScheduled = true;
      this.#pace.schedule(() => {
        this.#isScheduled = false;
        this.#scan();
      });
    }
    this.#snapshot = { rows: this.#rows, count: this.#rows.length, isScanning };
    for (const listener of this.#listeners) listener();
  }
}
