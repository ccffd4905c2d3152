import { clockOf } from '@rehearse/engine';

/** What Node can count: a longer timer would go off at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The time of this machine. */
export const systemClock = clockOf({
  now: () => Date.now(),
  setTimer(callback, durationMs) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const step = Math.min(leftMs, LONGEST_MS);
      timer = setTimeout(() => (leftMs > step ? wait(leftMs - step) : callback()), step);
    };
    wait(durationMs);
    return () => clearTimeout(timer);
  },
});
