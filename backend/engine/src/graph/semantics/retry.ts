import { durationMs, type Retry } from '@rehearse/contracts';
import type { RetryPolicy } from '../model.js';

const TOOL_TIMEOUT_MS = 60_000;

/** What a node says of its retries, else its route or tool. */
export function saidRetry(...specs: readonly (Retry | undefined)[]): Partial<RetryPolicy> {
  const { attempts, backoff, initialDelay, maxDelay, jitter }: Retry = Object.assign({}, ...specs);
  return {
    ...(attempts !== undefined && { attempts }),
    ...(backoff !== undefined && { backoff }),
    ...(initialDelay !== undefined && { initialDelayMs: durationMs(initialDelay) }),
    ...(maxDelay !== undefined && { maxDelayMs: durationMs(maxDelay) }),
    ...(jitter !== undefined && { jitter }),
  };
}

/** A tool is called once unless it says otherwise. */
export const toolRetry = (...specs: readonly (Retry | undefined)[]): RetryPolicy => ({
  ...{ attempts: 1, backoff: 'exponential', initialDelayMs: 1_000, maxDelayMs: 60_000, jitter: 0.5 },
  ...saidRetry(...specs),
});

/** The first timeout that is given, in milliseconds. */
export function saidTimeout(...timeouts: readonly (string | undefined)[]): number | null {
  const timeout = timeouts.find((given) => given !== undefined);
  return timeout === undefined ? null : durationMs(timeout);
}

export const toolTimeout = (...timeouts: readonly (string | undefined)[]): number =>
  saidTimeout(...timeouts) ?? TOOL_TIMEOUT_MS;
