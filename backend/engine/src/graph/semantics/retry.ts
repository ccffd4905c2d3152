import { durationMs, type Retry } from '@rehearse/contracts';
import type { RetryPolicy } from '../model.js';

/** `LLM_MAX_RETRIES` + 1 of model routes; a tool is called once unless it says otherwise. */
export const MODEL_ATTEMPTS = 4;
export const TOOL_ATTEMPTS = 1;
const TIMEOUT_MS = 60_000;

/** The policy of a call: what the node says, else its route or tool, else the default. */
export function retryPolicy(attempts: number, ...specs: readonly (Retry | undefined)[]): RetryPolicy {
  const spec: Retry = Object.assign({}, ...specs);
  return {
    attempts: spec.attempts ?? attempts,
    backoff: spec.backoff ?? 'exponential',
    initialDelayMs: durationMs(spec.initialDelay ?? '1s'),
    maxDelayMs: durationMs(spec.maxDelay ?? '60s'),
    jitter: spec.jitter ?? 0.5,
  };
}

/** The first timeout that is given, in milliseconds. */
export function timeoutOf(...timeouts: readonly (string | undefined)[]): number {
  const timeout = timeouts.find((given) => given !== undefined);
  return timeout === undefined ? TIMEOUT_MS : durationMs(timeout);
}
