import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { binomialAtMost } from './binomial.js';
import { normalAbove } from './normal.js';
import {
  benjaminiHochberg,
  bootstrapInterval,
  clopperPearson,
  clusteredMean,
  clusteredWilson,
  fisherExact,
  holm,
  hodgesLehmann,
  mannWhitney,
  mcNemarExact,
  meanInterval,
  newcombeInterval,
  observationsToReach,
  passAtK,
  passHatK,
  signFlip,
  sprt,
  studentQuantile,
  wilsonInterval,
} from './index.js';

const shares = fc
  .integer({ min: 1, max: 300 })
  .chain((n) => fc.record({ n: fc.constant(n), successes: fc.integer({ min: 0, max: n }) }));
const samples = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 });
const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe('clopperPearson', () => {
  it('is wider than Wilson at its ends and holds the estimate', () => {
    fc.assert(
      fc.property(shares, (share) => {
        const { low, high, estimate } = clopperPearson(share);
        expect(low).toBeLessThanOrEqual(estimate!);
        expect(high).toBeGreaterThanOrEqual(estimate!);
        const tail = binomialAtMost(share.successes, { n: share.n, p: high });
        if (share.successes < share.n) expect(tail).toBeCloseTo(0.025, 9);
      }),
    );
  });

  it('knows nothing of no observation, and refuses what is no share or no level', () => {
    expect(clopperPearson({ successes: 0, n: 0 })).toEqual({ estimate: null, low: 0, high: 1, n: 0 });
    expect(() => clopperPearson({ successes: 3, n: 2 })).toThrow(RangeError);
    expect(() => clopperPearson({ successes: 1, n: 2, level: 1 })).toThrow(RangeError);
  });
});

describe('the chance of a count', () => {
  it('adds up, whatever the chance of one', () => {
    expect(binomialAtMost(1, { n: 2, p: 0.5 })).toBeCloseTo(0.75, 12);
    expect(binomialAtMost(-1, { n: 2, p: 0.5 })).toBe(0);
    expect(binomialAtMost(1, { n: 2, p: 0 })).toBe(1);
    expect(binomialAtMost(1, { n: 2, p: 1 })).toBe(0);
    expect(binomialAtMost(5_000, { n: 10_000, p: 0.5 })).toBeCloseTo(0.503989, 6);
  });
});

describe('fisherExact', () => {
  it('does not care which side is which', () => {
    fc.assert(
      fc.property(shares, shares, (baseline, candidate) => {
        const { twoSided, worse } = fisherExact({ baseline, candidate });
        expect(fisherExact({ baseline: candidate, candidate: baseline }).twoSided).toBeCloseTo(twoSided, 9);
        expect(worse).toBeGreaterThan(0);
        expect(Math.max(worse, twoSided)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('newcombeInterval', () => {
  it('is the mirror image the other way round', () => {
    fc.assert(
      fc.property(shares, shares, (baseline, candidate) => {
        const there = newcombeInterval({ baseline, candidate })!;
        const back = newcombeInterval({ baseline: candidate, candidate: baseline })!;
        expect(back.low).toBeCloseTo(-there.high, 12);
        expect(back.high).toBeCloseTo(-there.low, 12);
      }),
    );
  });

  it('is null without an observation', () => {
    expect(
      newcombeInterval({ baseline: { successes: 0, n: 0 }, candidate: { successes: 1, n: 1 } }),
    ).toBeNull();
  });
});

describe('mcNemarExact', () => {
  it('is 1 where no case differs', () => expect(mcNemarExact({ regressed: 0, improved: 0 })).toBe(1));

  it('is the sign flip of cases that weigh the same', () => {
    fc.assert(
      fc.property(fc.nat({ max: 8 }), fc.nat({ max: 8 }), (regressed, improved) => {
        const flips = [...Array<number>(regressed).fill(-1), ...Array<number>(improved).fill(1)];
        expect(signFlip(flips, { seed: 1 }).p).toBeCloseTo(mcNemarExact({ regressed, improved }), 12);
      }),
    );
  });
});

describe('mannWhitney', () => {
  it('agrees with trying every split', () => {
    fc.assert(
      fc.property(samples, samples, (baseline, candidate) => {
        const test = mannWhitney({ baseline, candidate })!;
        const all = [...candidate, ...baseline];
        const center = (baseline.length * candidate.length) / 2;
        const us = choices(all.length, candidate.length).map((chosen) => pairsWon(all, chosen));
        const far = us.filter((u) => Math.abs(u - center) >= Math.abs(test.u - center) - 1e-9).length;
        expect(test.p).toBeCloseTo(far / us.length, 12);
        expect(test.a12).toBeCloseTo(test.u / (2 * center), 12);
      }),
      { numRuns: 40 },
    );
  });

  it('approximates beyond 200,000 splits, close to the exact p', () => {
    const baseline = Array.from({ length: 12 }, (_, i) => i * 3);
    const candidate = Array.from({ length: 12 }, (_, i) => i * 3 + 7);
    const normal = mannWhitney({ baseline, candidate })!;
    expect(normal.method).toBe('normal');
    expect(normal.p).toBeCloseTo(mannWhitney({ baseline, candidate, method: 'exact' })!.p, 2);
  });

  it('finds nothing where all values are the same, and null where there are none', () => {
    const same = { baseline: Array<number>(20).fill(1), candidate: Array<number>(20).fill(1) };
    expect(mannWhitney(same)).toMatchObject({ p: 1, a12: 0.5 });
    expect(hodgesLehmann(same)).toBe(0);
    expect(mannWhitney({ baseline: [], candidate: [1] })).toBeNull();
  });
});

describe('signFlip', () => {
  it('draws by the seed beyond 20 differences, close to what all flips say', () => {
    const differences = Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? -1 : 1));
    const first = signFlip(differences, { seed: 7 });
    expect(first.method).toBe('drawn');
    expect(signFlip(differences, { seed: 7 })).toEqual(first);
    expect(first.p).toBeCloseTo(mcNemarExact({ regressed: 8, improved: 16 }), 2);
  });

  it('says 1 where nothing moved', () => {
    expect(signFlip([0, 0, 0], { seed: 1 })).toEqual({ mean: 0, p: 1, method: 'exact' });
    expect(signFlip([], { seed: 1 })).toEqual({ mean: NaN, p: 1, method: 'exact' });
  });
});

describe('meanInterval', () => {
  it.each([
    [1, 12.706205],
    [2, 4.302653],
    [9, 2.262157],
    [30, 2.042272],
    [1000, 1.962339],
  ])('knows the t of %d degrees of freedom', (freedom, t) => {
    expect(studentQuantile(0.975, freedom)).toBeCloseTo(t, 6);
    expect(studentQuantile(0.025, freedom)).toBeCloseTo(-t, 6);
    expect(studentQuantile(0.5, freedom)).toBeCloseTo(0, 12);
  });

  it('is null of one value, and refuses what is no share or no count', () => {
    expect(meanInterval([1])).toBeNull();
    expect(() => studentQuantile(1, 3)).toThrow(RangeError);
    expect(() => studentQuantile(0.9, 0)).toThrow(RangeError);
  });
});

describe('normalAbove', () => {
  it.each([
    [0, 0.5],
    [1, 0.15865525393145707],
    [-1, 0.8413447460685429],
    [1.9599639845400536, 0.025],
    [3, 0.0013498980316301],
    [6, 9.865876450377e-10],
  ])('knows the chance beyond %d', (z, chance) => {
    expect(normalAbove(z) / chance).toBeCloseTo(1, 9);
  });

  it('does not jump where the series gives way to the fraction', () => {
    expect(normalAbove(3 - 1e-12) / normalAbove(3)).toBeCloseTo(1, 9);
  });
});

describe('clusteredMean', () => {
  it('is the usual error where every cluster has one score', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 }),
        (scores) => {
          const { error, naiveError } = clusteredMean(scores.map((score) => [score]))!;
          expect(error).toBeCloseTo(naiveError, 12);
        },
      ),
    );
  });

  it('grows where the repeats of a case go together, and knows no spread of one case', () => {
    const together = clusteredMean([
      [1, 1, 1, 1],
      [0, 0, 0, 0],
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ])!;
    expect(together).toMatchObject({ mean: 0.5, n: 16, clusters: 4 });
    expect(together.naiveError).toBeCloseTo(Math.sqrt(0.25 / 15), 12);
    expect(together.error).toBeCloseTo(Math.sqrt(0.25 / 15 + (4 * 12 * 0.25) / 256), 12);
    expect(clusteredMean([[1, 0, 1]])).toBeNull();
    expect(clusteredMean([[1], []])).toBeNull();
  });

  it('shrinks where good and bad repeats of a case cancel each other', () => {
    const cancelling = clusteredMean([
      [1, 0],
      [1, 0],
      [0, 1],
    ])!;
    expect(cancelling.error).toBeLessThan(cancelling.naiveError);
  });
});

describe('clusteredWilson', () => {
  it('is Wilson where the repeats have nothing in common', () => {
    fc.assert(
      fc.property(shares, (share) => {
        const { low, high } = clusteredWilson({ ...share, clusterSize: 5, correlation: 0 });
        expect({ low, high }).toEqual(pick(wilsonInterval(share)));
      }),
    );
  });

  it('refuses what is no cluster', () => {
    const share = { successes: 1, n: 2 };
    expect(() => clusteredWilson({ ...share, clusterSize: 0.5, correlation: 0 })).toThrow(RangeError);
    expect(() => clusteredWilson({ ...share, clusterSize: 2, correlation: 1.1 })).toThrow(RangeError);
    expect(clusteredWilson({ successes: 0, n: 0, clusterSize: 2, correlation: 1 })).toMatchObject({
      low: 0,
      high: 1,
    });
  });
});

describe('observationsToReach', () => {
  it('says never where the share is not above the target', () => {
    expect(observationsToReach({ estimate: 0.9, target: 0.9 })).toBe(Infinity);
    expect(observationsToReach({ estimate: 0, target: 0 })).toBe(1);
    expect(() => observationsToReach({ estimate: 1.2, target: 0.9 })).toThrow(RangeError);
  });
});

describe('passAtK', () => {
  it('is never below pass^k, equal to it at 1, and null, not 1, without k scored repeats', () => {
    const scored = fc.record({ n: fc.integer({ min: 1, max: 8 }), passed: fc.nat({ max: 8 }) });
    fc.assert(
      fc.property(fc.array(scored, { minLength: 1 }), fc.integer({ min: 1, max: 8 }), (all, k) => {
        const cases = all.map(({ n, passed }) => ({ scored: n, passed: Math.min(n, passed) }));
        const [at, hat] = [passAtK({ cases, k }), passHatK({ cases, k })];
        expect(at === null).toBe(hat === null);
        if (at !== null) expect(at).toBeGreaterThanOrEqual(hat! - 1e-12);
        if (k === 1) expect(at).toBeCloseTo(hat!, 12);
      }),
    );
    expect(passAtK({ cases: [{ passed: 2, scored: 2 }], k: 3 })).toBeNull();
    expect(() => passAtK({ cases: [], k: 0 })).toThrow(RangeError);
  });
});

describe('several tests', () => {
  it('never make a p smaller, keep the order, and Holm is the stricter one', () => {
    fc.assert(
      fc.property(chances, (ps) => {
        const [strict, loose] = [holm(ps), benjaminiHochberg(ps)];
        ps.forEach((p, i) => {
          expect(loose[i]).toBeGreaterThanOrEqual(p);
          expect(strict[i]).toBeGreaterThanOrEqual(loose[i]! - 1e-12);
          expect(strict[i]).toBeLessThanOrEqual(1);
        });
      }),
    );
    expect(holm([])).toEqual([]);
  });
});

describe('bootstrapInterval', () => {
  const cases = [8, 8, 7, 6, 8, 4, 0, 8, 5, 7].map((passed) => ({ passed, scored: 8 }));
  const reliability = (sample: typeof cases) => passHatK({ cases: sample, k: 4 });

  it('draws cases by the seed and holds the estimate', () => {
    const first = bootstrapInterval({
      items: cases,
      statistic: (s) => reliability([...s]),
      seed: 20_260_101,
    })!;
    expect(first.estimate).toBeCloseTo(0.53, 6);
    expect(first.low).toBeLessThan(0.53);
    expect(first.high).toBeGreaterThan(0.53);
    expect(
      bootstrapInterval({ items: cases, statistic: (s) => reliability([...s]), seed: 20_260_101 }),
    ).toEqual(first);
  });

  it('is null where the statistic has no value', () => {
    expect(bootstrapInterval({ items: cases, statistic: () => null, seed: 1 })).toBeNull();
    let calls = 0;
    const once = () => (calls++ === 0 ? 1 : null);
    expect(bootstrapInterval({ items: cases, statistic: once, seed: 1 })).toBeNull();
  });
});

describe('sprt', () => {
  it.each([
    { good: 0.8, bad: 0.9, alpha: 0.05, beta: 0.1 },
    { good: 1, bad: 0.9, alpha: 0.05, beta: 0.1 },
    { good: 0.9, bad: 0.8, alpha: 0, beta: 0.1 },
    { good: 0.9, bad: 0.8, alpha: 0.6, beta: 0.5 },
  ])('refuses a good $good, bad $bad, alpha $alpha, beta $beta', (plan) => {
    expect(() => sprt(plan)).toThrow(RangeError);
  });
});

const pick = ({ low, high }: { low: number; high: number }) => ({ low, high });

function choices(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  if (n < k) return [];
  return [...choices(n - 1, k), ...choices(n - 1, k - 1).map((rest) => [...rest, n - 1])];
}

function pairsWon(all: readonly number[], chosen: readonly number[]): number {
  const others = all.filter((_, i) => !chosen.includes(i));
  let won = 0;
  for (const at of chosen) for (const other of others) won += (Math.sign(all[at]! - other) + 1) / 2;
  return won;
}
