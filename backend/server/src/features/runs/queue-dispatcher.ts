import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/index.js';
import { CONFIG } from '../../platform/config/token.js';
import { failpoint } from '../../platform/failpoint.js';
import { Log } from '../../platform/logging/index.js';
import { Metrics } from '../../platform/telemetry/index.js';
import type { DispatchedWork, Drive, DriveOutcome, RunDispatcher } from './run-dispatcher.js';
import { RunFeed } from './run-feed.js';
import { ClaimLost } from './run-journal.js';
import { type ClaimedRun, RunQueueRepository } from './run-queue.repository.js';
import { RunSignals } from './run-signals.js';
import { WorkerLease } from './worker-lease.js';

interface Driven {
  run: ClaimedRun;
  stop: AbortController;
  over: Promise<void>;
}

const claimKey = ({ runId, epoch }: Pick<ClaimedRun, 'runId' | 'epoch'>): string => `${runId} ${epoch}`;

/** Claims of one statement: a long queue is taken in parts, so that each begins soon. */
const MOST_AT_ONCE = 64;
/** The part of the time to drain in which runs may come to their ends; then they are asked to rest where they are. */
const SHARE_TO_FINISH = 0.6;

/**
 * Drives the runs that are queued in the database, as many at once as this process has places. It looks when it is told
 * of something, when a place comes free, and with each heartbeat; the database says who gets what.
 */
@Injectable()
export class QueueDispatcher implements RunDispatcher {
  readonly #log: Log;
  /** By claim: a run that comes back here may begin before the one that was lost has come to its end. */
  readonly #driven = new Map<string, Driven>();
  readonly #duties = new Set<'tend' | 'claim'>();
  #attending: Promise<void> | undefined;
  #drive: Drive | undefined;
  #rest = new AbortController();
  #queued = 0;
  readonly #countExpired: (by: number) => void;

  constructor(
    private readonly queue: RunQueueRepository,
    private readonly lease: WorkerLease,
    private readonly feed: RunFeed,
    private readonly signals: RunSignals,
    @Inject(CONFIG) private readonly config: Config,
    metrics: Metrics,
    log: Log,
  ) {
    this.#log = log.named('dispatcher');
    const expired = metrics.counter({
      name: 'lease_expired_total',
      help: 'Runs that this process took up because the lease of their worker had run out.',
    });
    this.#countExpired = (by) => expired({}, by);
    signals.onPoke(() => this.#attend('claim'));
  }

  dispatch(): Promise<void> {
    this.resize();
    return Promise.resolve();
  }

  poke(): Promise<void> {
    return this.dispatch();
  }

  /** Whoever has a free place looks; here at once. */
  resize(): void {
    this.#attend('claim');
    this.signals.poke();
  }

  load(): { queued: number; active: number } {
    return { queued: this.#queued, active: this.#driven.size };
  }

  async work(drive: Drive): Promise<DispatchedWork> {
    this.#drive = drive;
    this.#rest = new AbortController();
    await this.lease.hold({ beat: () => this.#attend('tend'), lost: () => this.#lost() });
    return { stop: (drainMs) => this.#stop(drainMs) };
  }

  /** One thing at a time, so that a run that was claimed just now is never taken for one that nobody drives. */
  #attend(duty: 'tend' | 'claim'): void {
    this.#duties.add(duty);
    this.#attending ??= this.#attendToAll();
  }

  async #attendToAll(): Promise<void> {
    // Runs that are dispatched in the same turn of the event loop are claimed together.
    await Promise.resolve();
    while (this.#duties.size > 0 && this.#drive) {
      try {
        if (this.#duties.delete('tend')) await this.#tend();
        else if (this.#duties.delete('claim')) await this.#claim(this.#drive);
      } catch (error) {
        this.#log.warn('the queue cannot be read; the next heartbeat tries again', { error });
      }
    }
    this.#duties.clear();
    this.#attending = undefined;
  }

  /** What heartbeats are for beside the lease: runs that others lost, and whether ours are still ours. */
  async #tend(): Promise<void> {
    const taken = await this.queue.takeUp();
    if (taken.length > 0) this.#log.info(`takes up ${taken.length} runs whose worker is gone`);
    this.#countExpired(taken.length);
    for (const ticket of taken) this.feed.changed(ticket);
    if (taken.length > 0) this.signals.poke();
    if (this.lease.id !== null) await this.#compare(this.lease.id);
    this.#queued = await this.queue.length();
    this.#duties.add('claim');
  }

  async #compare(workerId: string): Promise<void> {
    const held = await this.queue.heldBy(workerId);
    const claims = new Set(held.map(claimKey));
    // Also one that has just ended or was put down, which an abort does not reach any more.
    for (const [claim, { run, stop }] of this.#driven)
      if (!claims.has(claim)) stop.abort(new ClaimLost(run.runId));
    for (const run of held) {
      // The answer to a claim was lost, or a run could not be handed back.
      if (!this.#driven.has(claimKey(run))) await this.queue.release(run);
      // The notice of it may have been lost.
      else if (run.requested !== null) this.feed.heard({ kind: 'requested', runId: run.runId });
    }
  }

  async #claim(drive: Drive): Promise<void> {
    const workerId = this.lease.id;
    const places = Math.min(MOST_AT_ONCE, this.config.maxConcurrentRuns - this.#driven.size);
    if (workerId === null || places <= 0) return;
    const { maxConcurrentRunsPerTenant: tenantPlaces = null } = this.config;
    failpoint('claim.before');
    const runs = await this.queue.claim({ workerId, places, tenantPlaces });
    if (runs.length > 0) failpoint('claim.after');
    for (const run of runs) this.#begin(drive, run);
    if (runs.length > 0) this.#duties.add('claim');
  }

  #begin(drive: Drive, run: ClaimedRun): void {
    const stop = new AbortController();
    const over = this.#outcomeOf(drive, run, stop)
      .then((outcome) => this.#handBack(run, outcome))
      .finally(() => {
        this.#driven.delete(claimKey(run));
        if (this.#drive) this.#attend('claim');
        // Its place may let a run go that only others can take.
        else this.signals.poke();
      });
    this.#driven.set(claimKey(run), { run, stop, over });
  }

  async #outcomeOf(drive: Drive, run: ClaimedRun, stop: AbortController): Promise<DriveOutcome> {
    try {
      return await drive(run, { signal: stop.signal, rest: this.#rest.signal });
    } catch (error) {
      this.#log.error('a run was dropped', { runId: run.runId, tenantId: run.tenantId, error });
      return 'done';
    }
  }

  async #handBack(run: ClaimedRun, outcome: DriveOutcome): Promise<void> {
    if (outcome === 'done') return;
    const wakeAt = outcome === 'yield' ? new Date() : outcome.parked.wakeAt;
    if (!wakeAt) return;
    try {
      await this.queue.release(run, Math.max(0, wakeAt.getTime() - Date.now()));
      this.feed.changed(run);
    } catch (error) {
      this.#log.warn('a run cannot be handed back; the next heartbeat tries again', {
        ...{ runId: run.runId, tenantId: run.tenantId, error },
      });
    }
  }

  #lost(): void {
    for (const { run, stop } of this.#driven.values()) stop.abort(new ClaimLost(run.runId));
  }

  async #stop(drainMs: number): Promise<void> {
    this.#drive = undefined;
    await this.#attending;
    const ended = Promise.all([...this.#driven.values()].map(({ over }) => over));
    if (!(await within(drainMs * SHARE_TO_FINISH, ended))) {
      this.#rest.abort();
      if (!(await within(drainMs * (1 - SHARE_TO_FINISH), ended)))
        for (const { stop } of this.#driven.values()) stop.abort(new Error('the process ends'));
    }
    await ended;
    await this.lease.leave();
  }
}

/** Whether it resolved in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
