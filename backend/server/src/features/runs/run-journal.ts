import type { JournalEvent } from '@rehearse/contracts';
import { UnstorableText } from '../../platform/database/index.js';
import type { FinalState } from './run-records.js';

/** A run that this process has claimed; the epoch is the proof. */
export interface Claim {
  runId: string;
  tenantId: string;
  epoch: number;
}

/** What one write brings for one run. */
export interface RunBatch extends Claim {
  events: JournalEvent[];
  /** Of a run that ends with these events; stored in the same transaction. */
  final: FinalState | null;
}

/** Writes batches in one transaction and answers with the ids of the runs that are still ours. */
export type WriteBatches = (batches: readonly RunBatch[]) => Promise<ReadonlySet<string>>;

/** Another worker has claimed the run since: this one stops at once and writes nothing more. */
export class ClaimLost extends Error {
  constructor(runId: string) {
    super(`Run ${runId} was claimed by another worker.`);
  }
}

interface Pending {
  batch: RunBatch;
  resolve(): void;
  reject(error: unknown): void;
  durable: Promise<void>;
}

interface GroupWriterOptions {
  write: WriteBatches;
  /** Called when the events are durable. */
  written(batch: RunBatch): void;
}

/** More at once than this goes in the next write, so that no statement grows without bound. */
const MAX_EVENTS_A_WRITE = 5_000;

/** While the disk takes one write, the next one is made up and sent. More would only make the groups smaller. */
const MAX_WRITES_AT_ONCE = 2;

/**
 * The one writer of journals in a process: writes with the next turn of the event loop when it is idle and gathers the events of
 * all runs while its writes are in flight. No timer: under load the batches grow by themselves. A run is in one write at most.
 */
export class GroupWriter {
  readonly #options: GroupWriterOptions;
  #pending = new Map<string, Pending>();
  #inFlight = new Map<string, Pending>();
  #drains = new Set<Promise<void>>();
  #isGathering = false;

  constructor(options: GroupWriterOptions) {
    this.#options = options;
  }

  /** Resolves when the events are durable; rejects with {@link ClaimLost} when the run is no longer ours. */
  append(batch: RunBatch): Promise<void> {
    const waiting = this.#pending.get(batch.runId);
    if (waiting && waiting.batch.epoch === batch.epoch) {
      waiting.batch.events.push(...batch.events);
      waiting.batch.final ??= batch.final;
      return waiting.durable;
    }
    const entry = pendingOf({ ...batch, events: [...batch.events] });
    this.#pending.set(batch.runId, entry);
    if (!this.#isGathering && this.#drains.size < MAX_WRITES_AT_ONCE) this.#begin();
    return entry.durable;
  }

  /** Resolves when what was appended of a run until now is durable or was refused, however much of others is written. */
  async settled(runId: string): Promise<void> {
    // What waits is written behind what is in flight.
    const last = this.#pending.get(runId) ?? this.#inFlight.get(runId);
    await last?.durable.catch(() => undefined);
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#drains.size > 0) await Promise.all(this.#drains);
  }

  #begin(): void {
    const drain = this.#drain().finally(() => this.#drains.delete(drain));
    this.#drains.add(drain);
  }

  async #drain(): Promise<void> {
    // What a step brings with it (its answer, its end, the requests of the next one) comes in many microtasks, and belongs into
    // one write: a run that waits for each step to be durable then waits once a step.
    this.#isGathering = true;
    await new Promise((resolve) => setImmediate(resolve));
    this.#isGathering = false;
    for (let taken = this.#take(); taken.length > 0; taken = this.#take()) await this.#write(taken);
  }

  async #write(entries: readonly Pending[]): Promise<void> {
    try {
      const ours = await this.#options.write(entries.map(({ batch }) => batch));
      for (const entry of entries) this.#settle(entry, ours.has(entry.batch.runId));
    } catch (error) {
      // What one run says must not end the others that happen to be written with it.
      if (error instanceof UnstorableText && entries.length > 1)
        for (const entry of entries) await this.#write([entry]);
      else for (const entry of entries) this.#fail(entry, error);
    }
  }

  #fail(entry: Pending, error: unknown): void {
    this.#inFlight.delete(entry.batch.runId);
    entry.reject(error);
  }

  #settle(entry: Pending, isOurs: boolean): void {
    this.#inFlight.delete(entry.batch.runId);
    if (!isOurs) return entry.reject(new ClaimLost(entry.batch.runId));
    this.#options.written(entry.batch);
    entry.resolve();
  }

  #take(): Pending[] {
    const taken: Pending[] = [];
    let events = 0;
    for (const [runId, entry] of this.#pending) {
      if (this.#inFlight.has(runId)) continue;
      if (taken.length > 0 && events + entry.batch.events.length > MAX_EVENTS_A_WRITE) break;
      events += entry.batch.events.length;
      taken.push(entry);
      this.#pending.delete(runId);
      this.#inFlight.set(runId, entry);
    }
    return taken;
  }
}

function pendingOf(batch: RunBatch): Pending {
  let settle: Pick<Pending, 'resolve' | 'reject'> = { resolve: () => undefined, reject: () => undefined };
  const durable = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  // Who appends looks at the promise at its barriers alone; a failure in between must not end the process.
  durable.catch(() => undefined);
  return { batch, durable, ...settle };
}
