import { describe, expect, it } from '@jest/globals';
import { draw, drawLatencyMs, retryDelayMs } from './random.js';

describe('seeded randomness', () => {
  it('draws the same number for the same seed and key, whatever was drawn before', () => {
    expect(draw(7, 'a', 1)).toBe(draw(7, 'a', 1));
    expect(draw(7, 'a', 1)).not.toBe(draw(8, 'a', 1));
    expect(draw(7, 'a', 1)).not.toBe(draw(7, 'a', 2));
  });

  it('is spread evenly over [0, 1)', () => {
    const draws = Array.from({ length: 4000 }, (_, i) => draw(1, i));
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });

  it('draws latencies whose median and 99th percentile are the given marks', () => {
    const latency = { p50: '200ms', p99: '2s' };
    const draws = Array.from({ length: 4000 }, (_, i) =>
      drawLatencyMs(latency, { u1: draw(3, i, 1), u2: draw(3, i, 2) }),
    ).sort((a, b) => a - b);
    expect(draws[2000]! / 200).toBeCloseTo(1, 0);
    expect(draws[3960]! / 2000).toBeGreaterThan(0.7);
    expect(draws[3960]! / 2000).toBeLessThan(1.4);
  });

  it.each([
    ['exponential', [1000, 2000, 4000, 8000]],
    ['linear', [1000, 2000, 3000, 4000]],
    ['fibonacci', [1000, 1000, 2000, 3000]],
    ['constant', [1000, 1000, 1000, 1000]],
  ] as const)('backs off %s', (backoff, delays) => {
    const retry = { attempts: 9, backoff, initialDelayMs: 1000, maxDelayMs: 60_000, jitter: 0 };
    expect([2, 3, 4, 5].map((attempt) => retryDelayMs(retry, { key: 'k', attempt, seed: 1 }))).toEqual(
      delays,
    );
  });

  it('waits not at all before the first attempt, and never longer than the longest delay', () => {
    const retry = {
      attempts: 9,
      backoff: 'exponential',
      initialDelayMs: 1000,
      maxDelayMs: 3000,
      jitter: 0.5,
    } as const;
    expect(retryDelayMs(retry, { key: 'k', attempt: 1, seed: 1 })).toBe(0);
    for (let attempt = 2; attempt < 9; attempt++) {
      const delay = retryDelayMs(retry, { key: 'k', attempt, seed: 1 });
      expect(delay).toBeLessThanOrEqual(3000);
      expect(delay).toBeGreaterThanOrEqual(500);
    }
  });
});
