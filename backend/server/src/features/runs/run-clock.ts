import { setMaxListeners } from 'node:events';
import type { Cancellation, Ports } from '@rehearse/engine';

/** The time of this machine. */
export const systemClock: Ports['clock'] = {
  now: () => Date.now(),
  sleep: (durationMs, signal) => (signal.aborted ? Promise.resolve() : sleep(durationMs, signal)),
};

function sleep(durationMs: number, signal: Cancellation): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, durationMs);
    signal.addEventListener('abort', wake);
  });
}

export const cancellation: Ports['cancellation'] = () => {
  const controller = new AbortController();
  // One signal of a run is listened to by each of its calls.
  setMaxListeners(0, controller.signal);
  return { signal: controller.signal, cancel: () => controller.abort() };
};
