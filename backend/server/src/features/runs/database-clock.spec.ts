import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DatabaseClock } from './database-clock.js';

const HOUR = 3_600_000;

/** What the two clocks of this machine show. */
function machine(wallMs: number, countedMs: number): void {
  jest.spyOn(Date, 'now').mockReturnValue(wallMs);
  jest.spyOn(performance, 'now').mockReturnValue(countedMs);
}
afterEach(() => void jest.restoreAllMocks());

describe('the time of the database', () => {
  it('is the time of this machine until the database has said it', () => {
    machine(7 * HOUR, 0);
    expect(new DatabaseClock().now()).toBe(7 * HOUR);
  });

  it('goes on evenly while the clock of this machine moves by an hour', () => {
    const clock = new DatabaseClock();
    machine(7 * HOUR, 1_000);
    clock.heard(5 * HOUR, 1_000);
    expect(clock.now()).toBe(5 * HOUR);
    machine(8 * HOUR, 1_250);
    expect(clock.now()).toBe(5 * HOUR + 250);
    machine(6 * HOUR, 2_000);
    expect(clock.clock.now()).toBe(5 * HOUR + 1_000);
  });

  it('does not move for an answer that fits the time that it took, and does for one that cannot', () => {
    const clock = new DatabaseClock();
    machine(0, 1_000);
    clock.heard(5 * HOUR, 1_000);
    machine(0, 2_000);
    // It was read some time between 1,900 and 2,000 of ours.
    clock.heard(5 * HOUR + 940, 1_900);
    expect(clock.now()).toBe(5 * HOUR + 1_000);
    clock.heard(5 * HOUR + 1_500, 1_900);
    expect(clock.now()).toBe(5 * HOUR + 1_550);
  });
});
