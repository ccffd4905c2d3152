import type { MockLatency } from '@rehearse/contracts';
import { durationMs } from '@rehearse/contracts';
import type { RetryPolicy } from '../graph/model.js';
import { digestOf } from '../journal/canonical.js';

/**
 * A number in [0, 1) from hash(seed, key …): the same draw in every run with that seed, whatever the interleaving.
 * The first 52 bits of a SHA-256.
 */
export const draw = (seed: number, ...key: readonly (string | number)[]): number =>
  Number.parseInt(digestOf(['random', seed, ...key]).slice(0, 13), 16) / 2 ** 52;

/** How long to wait before an attempt, in milliseconds; nothing before the first. */
export function retryDelayMs(retry: RetryPolicy, at: { key: string; attempt: number; seed: number }): number {
  if (at.attempt <= 1) return 0;
  const base = Math.min(retry.maxDelayMs, retry.initialDelayMs * factor(retry.backoff, at.attempt - 1));
  const spread = retry.jitter * (2 * draw(at.seed, 'retry', at.key, at.attempt) - 1);
  return Math.min(retry.maxDelayMs, Math.round(base * (1 + spread)));
}

/** 1, 2, 4 … · 1, 2, 3 … · 1, 1, 2, 3, 5 … · 1, 1, 1 … */
function factor(backoff: RetryPolicy['backoff'], retries: number): number {
  switch (backoff) {
    case 'exponential':
      return 2 ** (retries - 1);
    case 'linear':
      return retries;
    case 'fibonacci': {
      let [a, b] = [1, 1];
      for (let i = 1; i < retries; i++) [a, b] = [b, a + b];
      return a;
    }
    case 'constant':
      return 1;
    default:
      return backoff satisfies never;
  }
}

const Z99 = 2.3263478740408408;

/** A log-normal draw whose median and 99th percentile are the given marks, in milliseconds. */
export function drawLatencyMs(latency: MockLatency, uniform: { u1: number; u2: number }): number {
  if (typeof latency === 'string') return durationMs(latency);
  const [p50, p99] = [Math.max(durationMs(latency.p50), 1e-3), durationMs(latency.p99)];
  const sigma = Math.max(0, Math.log(p99 / p50) / Z99);
  return p50 * Math.exp(sigma * gaussian(uniform));
}

/** G. E. P. Box and M. E. Muller (1958). */
const gaussian = ({ u1, u2 }: { u1: number; u2: number }): number =>
  Math.sqrt(-2 * Math.log(1 - u1)) * Math.cos(2 * Math.PI * u2);
