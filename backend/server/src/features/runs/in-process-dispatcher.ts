import type {
  DispatchedWork,
  DispatchOptions,
  Drive,
  DriveOutcome,
  RunDispatcher,
  RunTicket,
} from './run-dispatcher.js';

interface Waiting {
  ticket: RunTicket;
  priority: number;
}

interface Group {
  id: string;
  limit: number;
  active: number;
  waiting: Waiting[];
}

/** Timers past this fire at once in Node. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Drives runs in this process, at most `concurrency` at once, groups in turn so that none starves another. */
export class InProcessDispatcher implements RunDispatcher {
  readonly #concurrency: number;
  readonly #onError: (error: unknown, ticket: RunTicket) => void;
  readonly #groups = new Map<string, Group>();
  readonly #known = new Map<string, DispatchOptions>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Map<string, Promise<void>>();
  /** Poked while they were driven: what was said may have come too late for that drive. */
  readonly #poked = new Set<string>();
  #drive: Drive | undefined;
  #abort = new AbortController();

  constructor(options: { concurrency: number; onError?: (error: unknown, ticket: RunTicket) => void }) {
    this.#concurrency = options.concurrency;
    this.#onError = options.onError ?? (() => undefined);
  }

  dispatch(ticket: RunTicket, options: DispatchOptions = {}): Promise<void> {
    if (this.#known.has(ticket.runId)) return Promise.resolve();
    this.#known.set(ticket.runId, options);
    const delayMs = options.notBefore ? options.notBefore.getTime() - Date.now() : 0;
    if (delayMs > 0) this.#wakeLater(ticket, delayMs);
    else this.#enqueue(ticket);
    return Promise.resolve();
  }

  poke(ticket: RunTicket, options: DispatchOptions = {}): Promise<void> {
    const timer = this.#timers.get(ticket.runId);
    if (timer) {
      clearTimeout(timer);
      this.#timers.delete(ticket.runId);
      this.#enqueue(ticket);
      return Promise.resolve();
    }
    if (this.#running.has(ticket.runId)) this.#poked.add(ticket.runId);
    return this.dispatch(ticket, options);
  }

  resize({ id, limit }: { id: string; limit: number }): void {
    for (const [runId, options] of this.#known)
      if (options.group?.id === id) this.#known.set(runId, { ...options, group: { id, limit } });
    const group = this.#groups.get(id);
    if (!group) return;
    group.limit = limit;
    this.#fill();
  }

  work(drive: Drive): DispatchedWork {
    this.#drive = drive;
    this.#abort = new AbortController();
    this.#fill();
    return { stop: (drainMs) => this.#stop(drainMs) };
  }

  load(): { queued: number; active: number } {
    let queued = 0;
    for (const group of this.#groups.values()) queued += group.waiting.length;
    return { queued, active: this.#running.size };
  }

  #enqueue(ticket: RunTicket): void {
    const { group: asked, priority = 0 } = this.#known.get(ticket.runId) ?? {};
    const id = asked?.id ?? ticket.tenantId;
    const group = this.#groups.get(id) ?? { id, limit: Infinity, active: 0, waiting: [] };
    group.limit = asked?.limit ?? Infinity;
    this.#groups.set(id, group);
    const behind = group.waiting.findLastIndex((other) => other.priority >= priority);
    group.waiting.splice(behind + 1, 0, { ticket, priority });
    this.#fill();
  }

  #wakeLater(ticket: RunTicket, delayMs: number): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(ticket.runId);
        this.#enqueue(ticket);
      },
      Math.min(delayMs, LONGEST_TIMER_MS),
    );
    timer.unref();
    this.#timers.set(ticket.runId, timer);
  }

  #fill(): void {
    while (this.#drive && this.#running.size < this.#concurrency) {
      const next = this.#takeNext();
      if (!next) return;
      const { group, ticket } = next;
      const done = this.#run(this.#drive, ticket).finally(() => this.#left(group, ticket));
      this.#running.set(ticket.runId, done);
    }
  }

  /** The next of the first group that has room; that group then stands last. */
  #takeNext(): { group: Group; ticket: RunTicket } | undefined {
    for (const group of this.#groups.values()) {
      if (group.active >= group.limit) continue;
      const first = group.waiting.shift();
      if (!first) continue;
      group.active += 1;
      this.#groups.delete(group.id);
      this.#groups.set(group.id, group);
      return { group, ticket: first.ticket };
    }
    return undefined;
  }

  async #run(drive: Drive, ticket: RunTicket): Promise<void> {
    const outcome = await this.#outcomeOf(drive, ticket);
    const wasPoked = this.#poked.delete(ticket.runId);
    if (outcome === 'done') this.#known.delete(ticket.runId);
    else if (outcome === 'yield' || wasPoked) queueMicrotask(() => this.#enqueue(ticket));
    else this.#park(ticket, outcome.parked.wakeAt);
  }

  async #outcomeOf(drive: Drive, ticket: RunTicket): Promise<DriveOutcome> {
    try {
      return await drive(ticket, { signal: this.#abort.signal });
    } catch (error) {
      this.#onError(error, ticket);
      return 'done';
    }
  }

  #park(ticket: RunTicket, wakeAt: Date | undefined): void {
    if (wakeAt) this.#wakeLater(ticket, Math.max(0, wakeAt.getTime() - Date.now()));
    else this.#known.delete(ticket.runId);
  }

  #left(group: Group, ticket: RunTicket): void {
    this.#running.delete(ticket.runId);
    group.active -= 1;
    if (group.active === 0 && group.waiting.length === 0) this.#groups.delete(group.id);
    this.#fill();
  }

  async #stop(drainMs: number): Promise<void> {
    this.#drive = undefined;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    const drained = Promise.allSettled(this.#running.values());
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, drainMs);
    });
    await Promise.race([drained, late]);
    clearTimeout(timer);
    this.#abort.abort();
    await drained;
  }
}
