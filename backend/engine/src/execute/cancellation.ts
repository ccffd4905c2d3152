import type { Cancellation, Clock } from '../ports.js';

/** The switch that cancels effects. Cheaper than an AbortController, of which a run would need one a call. */
export function newCancellation(): { signal: Cancellation; cancel(reason?: 'timeout'): void } {
  const signal = new Signal();
  return { signal, cancel: (reason) => signal.abort(reason) };
}

class Signal implements Cancellation {
  aborted = false;
  reason: 'timeout' | undefined;
  /** Few at a time. No set: once old, the tables that it has grown out of hold on to all that came after them. */
  readonly #listeners: (() => void)[] = [];

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const index = this.#listeners.indexOf(listener);
    if (index >= 0) this.#listeners.splice(index, 1);
  }

  abort(reason?: 'timeout'): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.#listeners.splice(0)) listener();
  }
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
