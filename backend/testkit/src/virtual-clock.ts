import type { Cancellation, Clock } from '@rehearse/engine';

interface Sleeper {
  wakeAt: number;
  order: number;
  wake(): void;
}

/** Time that stands still while anything can go on, and jumps to the next sleeper when all wait. */
export interface VirtualClock extends Clock {
  /** How long all sleeps together took, in milliseconds. */
  elapsedMs(): number;
}

export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  const sleepers = new Set<Sleeper>();
  let now = start;
  let order = 0;
  let isScheduled = false;

  // An immediate comes after every promise that can go on without time passing.
  const schedule = () => {
    if (isScheduled || sleepers.size === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      const [next] = [...sleepers].sort((a, b) => a.wakeAt - b.wakeAt || a.order - b.order);
      if (!next) return;
      now = Math.max(now, next.wakeAt);
      next.wake();
      schedule();
    });
  };

  const sleep = (durationMs: number, signal: Cancellation) =>
    new Promise<void>((resolve) => {
      if (signal.aborted) return resolve();
      const sleeper: Sleeper = {
        wakeAt: now + durationMs,
        order: order++,
        wake() {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      sleepers.add(sleeper);
      signal.addEventListener('abort', sleeper.wake);
      schedule();
    });

  return { now: () => now, sleep, elapsedMs: () => now - start };
}

/** Time of which every look takes a millisecond, as with work that never sleeps. */
export function busyClock(): Clock {
  const { now, sleep } = virtualClock();
  let looks = 0;
  return { sleep, now: () => now() + looks++ };
}
