import { systemClock } from '@rehearse/adapters';
import type { Clock } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';

/** What an answer may be off beside the time that it took. */
const SLACK_MS = 5;

/**
 * The time of the database, which is the same for all who drive runs. Between two answers it goes on by what this process counts,
 * so that a clock of this machine that is set, or wrong, moves no timer of a run.
 */
@Injectable()
export class DatabaseClock {
  /** What time it was over there when we began to count; null before the first answer. */
  private originMs: number | null = null;

  /** For the engine: its waits are counted here, too. */
  readonly clock: Clock = { now: () => this.now(), sleep: systemClock.sleep };

  now(): number {
    return this.originMs === null ? Date.now() : Math.floor(this.originMs + performance.now());
  }

  /**
   * The database said what time it is, when it was asked at `askedAtMs` of `performance.now()`. Nothing moves while that fits what
   * we count, so that the time goes on evenly.
   */
  heard(databaseMs: number, askedAtMs: number): void {
    const halfWayMs = (performance.now() - askedAtMs) / 2;
    const originMs = databaseMs - (askedAtMs + halfWayMs);
    const isFarOff = this.originMs === null || Math.abs(originMs - this.originMs) > halfWayMs + SLACK_MS;
    if (isFarOff) this.originMs = originMs;
  }
}
