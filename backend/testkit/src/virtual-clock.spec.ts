import { describe, expect, it } from '@jest/globals';
import { newCancellation } from '@rehearse/engine';
import { virtualClock } from './virtual-clock.js';

describe('the virtual clock', () => {
  it('wakes sleepers in the order of their time, without any time passing here', async () => {
    const clock = virtualClock();
    const woken: string[] = [];
    const nap = async (name: string, ms: number) => {
      await clock.sleep(ms, newCancellation().signal);
      woken.push(`${name} at ${clock.elapsedMs()}`);
    };
    await Promise.all([nap('slow', 3_600_000), nap('fast', 1_000), nap('also fast', 1_000)]);
    expect(woken).toEqual(['fast at 1000', 'also fast at 1000', 'slow at 3600000']);
  });

  it('stands still while something can go on', async () => {
    const clock = virtualClock();
    const sleeping = clock.sleep(10, newCancellation().signal);
    for (let i = 0; i < 100; i++) await Promise.resolve();
    expect(clock.elapsedMs()).toBe(0);
    await sleeping;
    expect(clock.elapsedMs()).toBe(10);
  });

  it('wakes a sleeper that is cancelled at once, and time does not move for it', async () => {
    const clock = virtualClock();
    const { signal, cancel } = newCancellation();
    const sleeping = clock.sleep(5_000, signal);
    cancel();
    await sleeping;
    await clock.sleep(5_000, signal);
    expect(clock.elapsedMs()).toBe(0);
  });
});
