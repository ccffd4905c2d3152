import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Lifecycle } from '../../platform/health/lifecycle.js';
import { Log } from '../../platform/logging/index.js';
import { RUN_DISPATCHER, type RunDispatcher } from './run-dispatcher.js';
import { RunFeed } from './run-feed.js';
import { RunWorkRepository } from './run-work.repository.js';

/** The longest time between two looks: a run that another process put down may be due before any of ours. */
const LOOK_EVERY_MS = 10_000;

/**
 * Wakes the runs that wait for time. They lie in the database with the time of its clock; this holds one timer for the
 * next of them, however many there are.
 */
@Injectable()
export class RunAlarm implements OnApplicationBootstrap {
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;
  private dueAtMs = Infinity;
  private ringing = Promise.resolve();
  private isOff = false;

  constructor(
    private readonly runs: RunWorkRepository,
    private readonly feed: RunFeed,
    @Inject(RUN_DISPATCHER) private readonly dispatcher: RunDispatcher,
    private readonly lifecycle: Lifecycle,
    log: Log,
  ) {
    this.log = log.named('alarm');
  }

  onApplicationBootstrap(): void {
    this.lifecycle.onDrain(async () => {
      this.isOff = true;
      clearTimeout(this.timer);
      await this.ringing;
    });
    this.within(0);
  }

  /** To be called when a run was put down that is due after `ms`. */
  within(ms: number): void {
    const leftMs = Math.ceil(Math.min(Math.max(0, ms), LOOK_EVERY_MS));
    const dueAtMs = performance.now() + leftMs;
    if (this.isOff || dueAtMs >= this.dueAtMs) return;
    this.dueAtMs = dueAtMs;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.ringing = this.ring();
    }, leftMs);
    this.timer.unref();
  }

  private async ring(): Promise<void> {
    this.dueAtMs = Infinity;
    let leftMs = LOOK_EVERY_MS;
    try {
      for (const ticket of await this.runs.wakeDue()) {
        this.feed.changed(ticket);
        await this.dispatcher.poke(ticket);
      }
      leftMs = (await this.runs.nextWakeMs()) ?? LOOK_EVERY_MS;
    } catch (error) {
      this.log.warn('runs that are due rest until the database answers', { error });
    }
    this.within(leftMs);
  }
}
