import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Lifecycle } from '../../platform/health/lifecycle.js';
import { Log } from '../../platform/logging/index.js';
import { RetentionRepository } from './retention.repository.js';

const EVERY_MS = 3_600_000;
/** Rows a statement, so that nobody waits long for what it locks. */
const ROWS_AT_ONCE = 500;
const PAUSE_MS = 50;

/** Once an hour: parts of the journal for the months to come, and away with what nobody keeps. Any number of processes may. */
@Injectable()
export class Upkeep implements OnApplicationBootstrap {
  private readonly log: Log;
  private readonly stop = new AbortController();
  private working = Promise.resolve();

  constructor(
    private readonly retention: RetentionRepository,
    private readonly lifecycle: Lifecycle,
    log: Log,
  ) {
    this.log = log.named('upkeep');
  }

  onApplicationBootstrap(): void {
    const timer = setInterval(() => void this.now(), EVERY_MS);
    timer.unref();
    this.lifecycle.onDrain(async () => {
      clearInterval(timer);
      this.stop.abort();
      await this.working;
    });
    void this.now();
  }

  /** Resolves when all is done that was to be done. */
  now(): Promise<void> {
    this.working = this.working.then(() => this.work());
    return this.working;
  }

  private async work(): Promise<void> {
    if (this.stop.signal.aborted) return;
    try {
      await this.retention.makeParts();
      const runs = await this.all(() => this.retention.deleteExpired(ROWS_AT_ONCE));
      const blobs = await this.all(() => this.retention.deleteUnusedBlobs(ROWS_AT_ONCE));
      if (runs + blobs > 0) this.log.info(`deleted ${runs} runs that nobody keeps, and ${blobs} payloads`);
    } catch (error) {
      this.log.warn('upkeep rests until the next hour', { error });
    }
  }

  private async all(some: () => Promise<number>): Promise<number> {
    let total = 0;
    for (let n = ROWS_AT_ONCE; n === ROWS_AT_ONCE && !this.stop.signal.aborted; total += n) {
      n = await some();
      if (n === ROWS_AT_ONCE) await sleep(PAUSE_MS);
    }
    return total;
  }
}
