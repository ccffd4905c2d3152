import type { JournalEvent } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** A hint about a run that every process may need. */
export type RunHint =
  | { kind: 'changed'; runId: string; tenantId: string; isWaiting?: boolean | undefined }
  | { kind: 'decided'; runId: string }
  | { kind: 'requested'; runId: string };

/**
 * What this process learned about a run: events that are durable, a token of a stream, a hint; or that it may have missed
 * something and had better look itself.
 */
export type RunNotice =
  | { kind: 'events'; runId: string; tenantId: string; maxSeq: number; events: readonly JournalEvent[] }
  | { kind: 'token'; runId: string; key: string; text: string }
  | { kind: 'missed'; runId: string }
  | RunHint;

/** What other processes are told: of events their number, never their bodies. */
export type PublishedNotice = { kind: 'events'; runId: string; tenantId: string; maxSeq: number } | RunHint;

interface Batch {
  runId: string;
  tenantId: string;
  events: readonly JournalEvent[];
}

type Listener<T> = (notice: T) => void;

/** Events kept in memory over all runs, so that live viewers do not each read the database. */
const KEPT_EVENTS = 20_000;
/** Of one run; a viewer that is further behind reads the journal. */
const KEPT_PER_RUN = 2_000;

/**
 * Tells the viewers in this process that a journal grew, and hands on to the other processes what began here. It is a hint
 * with a memory: whoever misses a notice finds the events in the journal, so nothing here has to be kept.
 */
@Injectable()
export class RunFeed {
  readonly #runs = new Map<string, Set<Listener<RunNotice>>>();
  readonly #tenants = new Map<string, Set<Listener<string>>>();
  readonly #onMissed = new Set<() => void>();
  readonly #recent = new LRUCache<string, JournalEvent[]>({
    maxSize: KEPT_EVENTS,
    sizeCalculation: (events) => Math.max(1, events.length),
  });
  #publish: Listener<PublishedNotice> = () => undefined;

  /** Calls the listener for each notice about the run until the returned function is called. */
  follow(runId: string, listener: Listener<RunNotice>): () => void {
    return subscribe(this.#runs, { key: runId, listener });
  }

  /** Calls the listener with the id of each run of the tenant whose row changed. */
  followTenant(tenantId: string, listener: Listener<string>): () => void {
    return subscribe(this.#tenants, { key: tenantId, listener });
  }

  /** Calls the listener when notices may have been missed, until the end of the process. */
  onMissed(listener: () => void): void {
    this.#onMissed.add(listener);
  }

  /** Where what begins in this process goes beside. */
  publishTo(listener: Listener<PublishedNotice>): void {
    this.#publish = listener;
  }

  /** To be called when events of ours are durable, never before. */
  appended(batch: Batch): void {
    const last = batch.events.at(-1);
    if (!last) return;
    this.arrived(batch);
    this.#publish({ kind: 'events', runId: batch.runId, tenantId: batch.tenantId, maxSeq: last.seq });
  }

  /** Durable events, whoever wrote them. */
  arrived({ runId, tenantId, events }: Batch): void {
    const last = events.at(-1);
    if (!last) return;
    this.#remember(runId, events);
    this.#tell(runId, { kind: 'events', runId, tenantId, events, maxSeq: last.seq });
  }

  /** Tokens are a preview for those who look at the process that drives the run. */
  token(token: { runId: string; key: string; text: string }): void {
    if (this.#runs.has(token.runId)) this.#tell(token.runId, { kind: 'token', ...token });
  }

  /** `isWaiting`: nothing goes on until a person decides. */
  changed({ runId, tenantId, isWaiting }: { runId: string; tenantId: string; isWaiting?: boolean }): void {
    this.#hint({ kind: 'changed', runId, tenantId, isWaiting });
  }

  decided(runId: string): void {
    this.#hint({ kind: 'decided', runId });
  }

  /** Somebody asked for a pause or a stop, or takes it back. */
  requested(runId: string): void {
    this.#hint({ kind: 'requested', runId });
  }

  /** A hint of another process. */
  heard(hint: RunHint): void {
    this.#tell(hint.runId, hint);
    if (hint.kind !== 'changed') return;
    for (const listener of this.#tenants.get(hint.tenantId) ?? []) listener(hint.runId);
  }

  /** Notices of other processes may have been lost. */
  missed(): void {
    for (const runId of this.#runs.keys()) this.#tell(runId, { kind: 'missed', runId });
    for (const listener of this.#onMissed) listener();
  }

  isFollowed(runId: string): boolean {
    return this.#runs.has(runId);
  }

  /** The events behind `afterSeq` when memory holds them without a gap, else undefined. */
  recent(runId: string, afterSeq: number): JournalEvent[] | undefined {
    const kept = this.#recent.get(runId);
    const first = kept?.[0];
    if (!kept || !first || first.seq > afterSeq + 1) return undefined;
    return kept.slice(afterSeq + 1 - first.seq);
  }

  /** The last event of a run that memory holds. */
  lastSeq(runId: string): number | undefined {
    return this.#recent.get(runId)?.at(-1)?.seq;
  }

  /** How many listeners there are, for metrics and for tests of the clean-up. */
  listeners(): number {
    const count = (sets: Iterable<Set<unknown>>) => [...sets].reduce((sum, set) => sum + set.size, 0);
    return count(this.#runs.values()) + count(this.#tenants.values());
  }

  #hint(hint: RunHint): void {
    this.heard(hint);
    this.#publish(hint);
  }

  #remember(runId: string, events: readonly JournalEvent[]): void {
    const kept = this.#recent.get(runId) ?? [];
    const first = events[0];
    // A hole (a run taken up again in this process) starts the memory anew.
    const joined = first && kept.at(-1)?.seq === first.seq - 1 ? [...kept, ...events] : [...events];
    this.#recent.set(runId, joined.slice(-KEPT_PER_RUN));
  }

  #tell(runId: string, notice: RunNotice): void {
    for (const listener of this.#runs.get(runId) ?? []) listener(notice);
  }
}

function subscribe<T>(
  sets: Map<string, Set<Listener<T>>>,
  { key, listener }: { key: string; listener: Listener<T> },
): () => void {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set.add(listener));
  return () => {
    set.delete(listener);
    if (set.size === 0 && sets.get(key) === set) sets.delete(key);
  };
}
