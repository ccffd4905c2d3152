import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from './system-clock.js';

const DAY = 86_400_000;
const open = () => ({ aborted: false, addEventListener: () => {}, removeEventListener: () => {} });

describe('the clock of this machine', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('waits longer than a timer of Node can', async () => {
    let isAwake = false;
    void systemClock.sleep(100 * DAY, open()).then(() => (isAwake = true));
    await jest.advanceTimersByTimeAsync(100 * DAY - 1);
    expect(isAwake).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(isAwake).toBe(true);
  });

  it('leaves no timer behind when nobody waits any more', async () => {
    const stop = new AbortController();
    const slept = systemClock.sleep(100 * DAY, stop.signal);
    await jest.advanceTimersByTimeAsync(40 * DAY);
    stop.abort();
    await slept;
    expect(jest.getTimerCount()).toBe(0);
  });
});
