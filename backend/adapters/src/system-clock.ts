import { clockOf } from '@rehearse/engine';

/** The time of this machine. */
export const systemClock = clockOf({
  now: () => Date.now(),
  setTimer(callback, durationMs) {
    const timer = setTimeout(callback, durationMs);
    return () => clearTimeout(timer);
  },
});
