import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { passHatK, wilsonInterval } from './index.js';

const shares = fc
  .integer({ min: 1, max: 5_000 })
  .chain((n) => fc.record({ n: fc.constant(n), successes: fc.integer({ min: 0, max: n }) }));

describe('wilsonInterval', () => {
  it.each([
    [0, 10, 0, 0.277533],
    [9, 10, 0.59585, 0.982124],
    [10, 10, 0.722467, 1],
    [18, 20, 0.698966, 0.972134],
    [47, 50, 0.837829, 0.979385],
    [50, 50, 0.928652, 1],
    [95, 100, 0.88825, 0.978456],
    [190, 200, 0.910422, 0.972617],
    [176, 200, 0.827657, 0.91802],
    [38, 50, 0.625873, 0.857026],
  ])('gives the published interval of %d of %d', (successes, n, low, high) => {
    const interval = wilsonInterval({ successes, n });
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
    expect(interval.estimate).toBe(successes / n);
  });

  it('knows nothing of no observation', () => {
    expect(wilsonInterval({ successes: 0, n: 0 })).toEqual({ estimate: null, low: 0, high: 1, n: 0 });
  });

  it('holds the estimate and stays between 0 and 1', () => {
    fc.assert(
      fc.property(shares, (share) => {
        const { low, high, estimate } = wilsonInterval(share);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(estimate!);
        expect(high).toBeGreaterThanOrEqual(estimate!);
      }),
    );
  });

  it('is the mirror image for failures', () => {
    fc.assert(
      fc.property(shares, ({ successes, n }) => {
        const interval = wilsonInterval({ successes, n });
        const mirrored = wilsonInterval({ successes: n - successes, n });
        expect(mirrored.low).toBeCloseTo(1 - interval.high, 12);
        expect(mirrored.high).toBeCloseTo(1 - interval.low, 12);
      }),
    );
  });

  it.each([
    { successes: 3, n: 2 },
    { successes: -1, n: 2 },
    { successes: 0.5, n: 2 },
    { successes: NaN, n: NaN },
  ])('refuses $successes of $n', (share) => {
    expect(() => wilsonInterval(share)).toThrow(RangeError);
  });
});

describe('passHatK', () => {
  const golden = [8, 8, 7, 6, 8, 4, 0, 8, 5, 7].map((passed) => ({ passed, scored: 8 }));

  it.each([
    [1, 0.7625],
    [2, 0.660714],
    [4, 0.53],
    [8, 0.4],
  ])('gives the golden pass^%d', (k, expected) => {
    expect(passHatK({ cases: golden, k })).toBeCloseTo(expected, 6);
  });

  it('is null when no case was scored k times', () => {
    expect(passHatK({ cases: [{ passed: 2, scored: 2 }], k: 3 })).toBeNull();
    expect(passHatK({ cases: [], k: 1 })).toBeNull();
  });

  it('leaves out the cases that were scored less often', () => {
    const cases = [...golden, { passed: 1, scored: 1 }];
    expect(passHatK({ cases, k: 2 })).toBe(passHatK({ cases: golden, k: 2 }));
  });

  it('agrees with counting all draws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 8 }),
        (repeats, k) => {
          const passed = repeats.filter(Boolean).length;
          const draws = subsets(repeats.length, k);
          const counted =
            draws.length === 0
              ? null
              : draws.filter((draw) => draw.every((at) => repeats[at])).length / draws.length;
          const computed = passHatK({ cases: [{ passed, scored: repeats.length }], k });
          if (counted === null) expect(computed).toBeNull();
          else expect(computed).toBeCloseTo(counted, 12);
        },
      ),
    );
  });

  it('refuses a k that is no count', () => {
    expect(() => passHatK({ cases: golden, k: 0 })).toThrow(RangeError);
    expect(() => passHatK({ cases: golden, k: 1.5 })).toThrow(RangeError);
  });
});

/** All choices of k indexes below n. */
function subsets(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  if (n < k) return [];
  return [...subsets(n - 1, k), ...subsets(n - 1, k - 1).map((rest) => [...rest, n - 1])];
}
