import { setImmediate as breathe } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;
const BUSY = 0.8;

/** Whether this process waited for a fifth of the last tenth of a second, or longer. */
export function spareTime(): { hasAny(): boolean } {
  let [last, lookedAt, hasAny] = [performance.eventLoopUtilization(), performance.now(), false];
  return {
    hasAny() {
      if (performance.now() - lookedAt < LOOK_EVERY_MS) return hasAny;
      const now = performance.eventLoopUtilization();
      hasAny = performance.eventLoopUtilization(now, last).utilization < BUSY;
      [last, lookedAt] = [now, performance.now()];
      return hasAny;
    },
  };
}

let turn: Promise<void> | null = null;

/** The next turn of the event loop, which all that wait for it share. */
export const nextTurn = (): Promise<void> => (turn ??= breathe().then(() => void (turn = null)));
