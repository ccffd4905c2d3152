import os from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/index.js';
import { CONFIG } from '../../platform/config/token.js';
import { failpoint } from '../../platform/failpoint.js';
import { VERSION } from '../../platform/health/version.js';
import { newId } from '../../platform/ids.js';
import { Log } from '../../platform/logging/index.js';
import { DatabaseClock } from './database-clock.js';
import { WorkersRepository } from './workers.repository.js';

/** How long a worker that says nothing keeps its runs. */
const LEASE_MS = 10_000;
const HEARTBEAT_MS = 3_000;
/** So long before the lease ends by our own clock we give up, for the answers of the database take time too. */
const MARGIN_MS = 500;

interface LeaseHolder {
  /** After each heartbeat that the database answered. */
  beat(): void;
  /** The runs belong to others from here on. */
  lost(): void;
}

/**
 * The lease by which this process holds its runs. It counts as lost as soon as it may have run out, whether or not the
 * database can be asked: a process that was frozen learns it before it does anything else.
 */
@Injectable()
export class WorkerLease {
  private readonly log: Log;
  private workerId: string | null = null;
  private holder: LeaseHolder | undefined;
  private next: NodeJS.Timeout | undefined;
  private deadline: NodeJS.Timeout | undefined;
  private beating = Promise.resolve();

  constructor(
    private readonly workers: WorkersRepository,
    private readonly clock: DatabaseClock,
    @Inject(CONFIG) private readonly config: Config,
    log: Log,
  ) {
    this.log = log.named('worker');
  }

  /** Null while there is none. */
  get id(): string | null {
    return this.workerId;
  }

  /** Takes a lease and keeps it until {@link leave}. */
  async hold(holder: LeaseHolder): Promise<void> {
    this.holder = holder;
    await this.beatAndGoOn();
  }

  /** To be called when no run is held any more. */
  async leave(): Promise<void> {
    this.holder = undefined;
    clearTimeout(this.next);
    await this.beating;
    clearTimeout(this.deadline);
    const id = this.workerId;
    this.workerId = null;
    if (id !== null) await this.workers.remove([id]).catch(() => undefined);
  }

  private async beatAndGoOn(): Promise<void> {
    try {
      await this.beat();
    } catch (error) {
      this.log.warn('a heartbeat failed', { error });
    }
    if (!this.holder) return;
    this.next = setTimeout(() => {
      this.beating = this.beatAndGoOn();
    }, HEARTBEAT_MS);
    this.next.unref();
  }

  private async beat(): Promise<void> {
    const askedAtMs = performance.now();
    const id = this.workerId;
    if (id === null) await this.register();
    else if (!(await this.renew(id))) return this.lose();
    // Lost meanwhile by our own clock: what the database said is too old to count.
    if (id !== null && this.workerId !== id) return;
    this.expectEndAfter(LEASE_MS - MARGIN_MS - (performance.now() - askedAtMs));
    this.holder?.beat();
  }

  private async register(): Promise<void> {
    const { home, maxConcurrentRuns: places } = this.config;
    const [id, host, pid] = [newId(), os.hostname(), process.pid];
    const before = await this.workers.ofHome({ host, home });
    const gone = before.filter((other) => other.pid === pid || !isAlive(other.pid));
    // A start after a crash takes up its runs at once, and not when the lease of the dead one has run out.
    if (gone.length > 0) await this.workers.remove(gone.map((other) => other.id));
    const askedAtMs = performance.now();
    this.clock.heard(
      await this.workers.register({ id, host, pid, home, version: VERSION, places }, LEASE_MS),
      askedAtMs,
    );
    failpoint('lease.after_register');
    this.workerId = id;
  }

  private async renew(id: string): Promise<boolean> {
    const askedAtMs = performance.now();
    const nowMs = await this.workers.renew(id, LEASE_MS);
    if (nowMs !== null) this.clock.heard(nowMs, askedAtMs);
    return nowMs !== null;
  }

  private expectEndAfter(ms: number): void {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.lose(), Math.max(0, ms));
    this.deadline.unref();
  }

  private lose(): void {
    if (this.workerId === null) return;
    this.log.warn('the lease ran out; runs are left to other workers');
    clearTimeout(this.deadline);
    this.workerId = null;
    this.holder?.lost();
  }
}

/** Of this machine. One that we may not signal is alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
