import { newCancellation, type Cancellation } from '@rehearse/engine';

/**
 * Called off with `signal`, on which it is the one listener for any number of runs. An AbortSignal's own hold on to each other:
 * one that was removed still points to the next that was added, so that of many runs each would keep the one after it.
 */
export function interruptionBy(signal: AbortSignal | undefined): { signal: Cancellation; end(): void } {
  const interruption = newCancellation();
  const callOff = () => interruption.cancel();
  if (signal?.aborted) callOff();
  signal?.addEventListener('abort', callOff);
  return { signal: interruption.signal, end: () => signal?.removeEventListener('abort', callOff) };
}
