import type { Cancellation, Clock } from '../ports.js';

/** The switch that cancels effects. Cheaper than an AbortController, of which a run would need one a call. */
export function newCancellation(): { signal: Cancellation; cancel(reason?: 'timeout'): void } {
  const listeners = new Set<() => void>();
  let aborted = false;
  let told: 'timeout' | undefined;
  return {
    signal: {
      get aborted() {
        return aborted;
      },
      get reason() {
        return told;
      },
      addEventListener: (_type, listener) => void listeners.add(listener),
      removeEventListener: (_type, listener) => void listeners.delete(listener),
    },
    cancel(reason) {
      if (aborted) return;
      aborted = true;
      told = reason;
      for (const listener of listeners) listener();
      listeners.clear();
    },
  };
}

interface Timers {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Calls back after `durationMs`; answers what calls it off. */
  setTimer(callback: () => void, durationMs: number): () => void;
}

/** A clock over the timers of a host. */
export const clockOf = ({ now, setTimer }: Timers): Clock => ({
  now,
  sleep: (durationMs, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = () => {
        callOff();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const callOff = setTimer(wake, durationMs);
      signal.addEventListener('abort', wake);
    }),
});
