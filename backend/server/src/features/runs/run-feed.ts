import type { JournalEvent } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** What this process learned about a run: events that are durable, a token of a stream, or a changed row. */
export type RunNotice =
  | { kind: 'events'; runId: string; tenantId: string; maxSeq: number; events: readonly JournalEvent[] }
  | { kind: 'token'; runId: string; key: string; text: string }
  | { kind: 'changed'; runId: string; tenantId: string; isWaiting?: boolean }
  | { kind: 'decided'; runId: string }
  | { kind: 'requested'; runId: string };

type Listener<T> = (notice: T) => void;

/** Events kept in memory over all runs, so that live viewers do not each read the database. */
const KEPT_EVENTS = 20_000;
/** Of one run; a viewer that is further behind reads the journal. */
const KEPT_PER_RUN = 2_000;

/**
 * Tells the viewers in this process that a journal grew. It is a hint with a memory: whoever misses a notice finds the
 * events in the journal, so nothing here has to be kept.
 */
@Injectable()
export class RunFeed {
  readonly #runs = new Map<string, Set<Listener<RunNotice>>>();
  readonly #tenants = new Map<string, Set<Listener<string>>>();
  readonly #recent = new LRUCache<string, JournalEvent[]>({
    maxSize: KEPT_EVENTS,
    sizeCalculation: (events) => Math.max(1, events.length),
  });

  /** Calls the listener for each notice about the run until the returned function is called. */
  follow(runId: string, listener: Listener<RunNotice>): () => void {
    return subscribe(this.#runs, { key: runId, listener });
  }

  /** Calls the listener with the id of each run of the tenant whose row changed. */
  followTenant(tenantId: string, listener: Listener<string>): () => void {
    return subscribe(this.#tenants, { key: tenantId, listener });
  }

  /** To be called when the events are durable, never before. */
  appended(batch: { runId: string; tenantId: string; events: readonly JournalEvent[] }): void {
    const last = batch.events.at(-1);
    if (!last) return;
    this.#remember(batch.runId, batch.events);
    this.#tell(batch.runId, { kind: 'events', ...batch, maxSeq: last.seq });
  }

  token(token: { runId: string; key: string; text: string }): void {
    if (this.#runs.has(token.runId)) this.#tell(token.runId, { kind: 'token', ...token });
  }

  /** `isWaiting`: nothing goes on until a person decides. */
  changed(run: { runId: string; tenantId: string; isWaiting?: boolean }): void {
    this.#tell(run.runId, { kind: 'changed', ...run });
    for (const listener of this.#tenants.get(run.tenantId) ?? []) listener(run.runId);
  }

  decided(runId: string): void {
    this.#tell(runId, { kind: 'decided', runId });
  }

  /** Somebody asked for a pause or a stop, or takes it back. */
  requested(runId: string): void {
    this.#tell(runId, { kind: 'requested', runId });
  }

  /** The events behind `afterSeq` when memory holds them without a gap, else undefined. */
  recent(runId: string, afterSeq: number): JournalEvent[] | undefined {
    const kept = this.#recent.get(runId);
    const first = kept?.[0];
    if (!kept || !first || first.seq > afterSeq + 1) return undefined;
    return kept.slice(afterSeq + 1 - first.seq);
  }

  /** How many listeners there are, for metrics and for tests of the clean-up. */
  listeners(): number {
    const count = (sets: Iterable<Set<unknown>>) => [...sets].reduce((sum, set) => sum + set.size, 0);
    return count(this.#runs.values()) + count(this.#tenants.values());
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
