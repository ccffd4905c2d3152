import { describe, expect, it } from '@jest/globals';
import {
  benjaminiHochberg,
  clopperPearson,
  clusteredWilson,
  fisherExact,
  holm,
  hodgesLehmann,
  mannWhitney,
  mcNemarExact,
  meanInterval,
  median,
  newcombeInterval,
  observationsToReach,
  passAtK,
  passHatK,
  signFlip,
  sprt,
  sprtDecision,
  wilsonInterval,
} from './index.js';

const share = (successes: number, n: number) => ({ successes, n });
const counts = ([pass, fail]: readonly [number, number]) => share(pass, pass + fail);

/** The numbers that were computed elsewhere, by other programs; each is met to six digits. */
describe('the golden numbers of the statistics', () => {
  it.each([
    [0, 10, 0, 0.308497],
    [9, 10, 0.554984, 0.997471],
    [10, 10, 0.691503, 1],
    [18, 20, 0.683017, 0.987651],
    [47, 50, 0.834518, 0.987451],
    [50, 50, 0.928878, 1],
    [95, 100, 0.887165, 0.983568],
    [190, 200, 0.909972, 0.975766],
  ])('have the exact interval of %d of %d', (successes, n, low, high) => {
    const interval = clopperPearson({ successes, n });
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });

  it.each([
    [9, 10, 'inconclusive'],
    [47, 50, 'inconclusive'],
    [176, 200, 'inconclusive'],
    [50, 50, 'promote'],
    [190, 200, 'promote'],
    [38, 50, 'block'],
  ])('decide %d of %d at a target of 0.9 as %s', (successes, n, decision) => {
    const { low, high } = wilsonInterval({ successes, n });
    expect(low >= 0.9 ? 'promote' : high < 0.9 ? 'block' : 'inconclusive').toBe(decision);
  });

  it.each([
    [1, 0.8, 16],
    [1, 0.9, 35],
    [1, 0.95, 73],
    [1, 0.98, 189],
    [1, 0.99, 381],
    [0.94, 0.9, 217],
  ])('want for a share of %d and a target of %d observations: %d', (estimate, target, n) => {
    expect(observationsToReach({ estimate, target })).toBe(n);
  });

  it('have 0.900103 as the lower bound of 0.94 of 217', () => {
    // A share of 203.98 successes is no count, so the clusters make 217 of ten times as many.
    const cluster = { successes: 20_398, n: 21_700, clusterSize: 100, correlation: 1 };
    expect(clusteredWilson(cluster).low).toBeCloseTo(0.900103, 6);
  });

  it('see through repeats that go together', () => {
    const clustered = clusteredWilson({ ...share(190, 200), clusterSize: 10, correlation: 0.3 });
    expect(clustered.designEffect).toBeCloseTo(3.7, 12);
    expect(clustered.effectiveN).toBeCloseTo(54.054054, 6);
    expect(clustered.low).toBeCloseTo(0.856556, 6);
    expect(clustered.high).toBeCloseTo(0.983728, 6);
  });

  it.each([
    [[10, 0], [5, 5], 0.032508, 0.016254],
    [[18, 2], [12, 8], 0.064833, 0.032417],
    [[45, 5], [38, 12], 0.10837, 0.054185],
    [[50, 0], [44, 6], 0.026661, 0.013331],
    [[190, 10], [176, 24], 0.018623, 0.009312],
    [[48, 2], [47, 3], 1, 0.5],
  ] as const)('have the p of Fisher for %j and %j', (baseline, candidate, twoSided, worse) => {
    const p = fisherExact({ baseline: counts(baseline), candidate: counts(candidate) });
    expect(p.twoSided).toBeCloseTo(twoSided, 6);
    expect(p.worse).toBeCloseTo(worse, 6);
  });

  it.each([
    [45, 50, 38, 50, -0.14, -0.285551, 0.009397],
    [190, 200, 176, 200, -0.07, -0.12702, -0.015119],
    [48, 50, 47, 50, -0.02, -0.126196, 0.082472],
    [950, 1000, 945, 1000, -0.005, -0.024849, 0.014769],
  ])('have the difference of %d of %d and %d of %d', (a, n, b, m, estimate, low, high) => {
    const difference = newcombeInterval({ baseline: share(a, n), candidate: share(b, m) })!;
    expect(difference.estimate).toBeCloseTo(estimate, 6);
    expect(difference.low).toBeCloseTo(low, 6);
    expect(difference.high).toBeCloseTo(high, 6);
  });

  it.each([
    [6, 0, 0.03125],
    [8, 1, 0.0390625],
    [5, 2, 0.453125],
    [12, 4, 0.076813],
    [3, 3, 1],
  ])('have the p of McNemar for %d regressed and %d improved', (regressed, improved, p) => {
    expect(mcNemarExact({ regressed, improved })).toBeCloseTo(p, 6);
  });

  it('have the shift of M1', () => {
    const baseline = [812, 845, 790, 901, 860, 833, 878, 820];
    const candidate = [930, 870, 1010, 955, 889, 1102, 842, 998];
    const test = mannWhitney({ baseline, candidate })!;
    expect(test).toMatchObject({ u: 57, a12: 0.890625, method: 'exact' });
    expect(test.p).toBeCloseTo(90 / 12_870, 12);
    expect(test.greater).toBeCloseTo(0.003497, 6);
    expect(mannWhitney({ baseline, candidate, method: 'normal' })!.p).toBeCloseTo(0.010082, 6);
    const shift = hodgesLehmann({ baseline, candidate });
    expect(shift).toBe(98);
    expect(shift / median(baseline)).toBeCloseTo(0.1168, 4);
  });

  it('have the ties of M2', () => {
    const candidate = [3, 4, 4, 5, 6, 6, 7, 8];
    const baseline = [2, 3, 3, 4, 4, 5, 5, 6];
    const test = mannWhitney({ baseline, candidate })!;
    expect(test).toMatchObject({ u: 47 });
    expect(hodgesLehmann({ baseline, candidate })).toBe(1);
    expect(test.p).toBeCloseTo(0.1338, 6);
    expect(mannWhitney({ baseline, candidate, method: 'normal' })!.p).toBeCloseTo(0.12161, 6);
  });

  it.each([
    ['K426', [0, 0, 0, 0, 0, 0], [0, 1, 2, 1, 0, 0], 27, 168 / 924],
    ['K6278', Array(10).fill(1), [...Array(7).fill(100), 1, 1, 1], 85, 0.003096],
  ])('have %s', (_, baseline, candidate, u, p) => {
    const test = mannWhitney({ baseline, candidate })!;
    expect(test).toMatchObject({ u, method: 'exact' });
    expect(test.p).toBeCloseTo(p, 6);
  });

  it('have the sign flips', () => {
    const before = [1, 1, 0.8, 0.9, 1, 0.7, 1, 0.6, 0.9, 1];
    const now = [1, 0.9, 0.8, 0.6, 1, 0.7, 0.9, 0.4, 0.9, 0.8];
    const differences = now.map((value, i) => value - before[i]!);
    const test = signFlip(differences, { seed: 1 });
    expect(test.mean).toBeCloseTo(-0.09, 12);
    expect(test).toMatchObject({ p: 64 / 1024, method: 'exact' });
    const interval = meanInterval(differences)!;
    expect(interval.low).toBeCloseTo(-0.168725, 6);
    expect(interval.high).toBeCloseTo(-0.011275, 6);
  });

  it('have pass^k, and pass@8 that hides what it shows', () => {
    const cases = [8, 8, 7, 6, 8, 4, 0, 8, 5, 7].map((passed) => ({ passed, scored: 8 }));
    expect(passHatK({ cases, k: 8 })).toBeCloseTo(0.4, 6);
    expect(passAtK({ cases, k: 8 })).toBeCloseTo(0.9, 6);
  });

  it('have the p of several tests, after Holm and after Benjamini and Hochberg', () => {
    const ps = [0.001, 0.012, 0.03, 0.04, 0.2];
    expect(holm(ps).map((p) => Number(p.toFixed(6)))).toEqual([0.005, 0.048, 0.09, 0.09, 0.2]);
    expect(benjaminiHochberg(ps).map((p) => Number(p.toFixed(6)))).toEqual([0.005, 0.03, 0.05, 0.05, 0.2]);
  });

  it('have the bounds and steps of the sequential test', () => {
    const plan = { good: 0.95, bad: 0.85, alpha: 0.05, beta: 0.1 };
    const test = sprt(plan);
    expect(test.lower).toBeCloseTo(-2.251292, 6);
    expect(test.upper).toBeCloseTo(2.890372, 6);
    expect(test.passStep).toBeCloseTo(-0.111226, 6);
    expect(test.failStep).toBeCloseTo(1.098612, 6);
    const runs = (result: 'passed' | 'failed') => Array.from({ length: 50 }, () => result);
    expect(sprtDecision(runs('passed'), plan)).toMatchObject({ decision: 'good', after: 21 });
    expect(sprtDecision(runs('failed'), plan)).toMatchObject({ decision: 'bad', after: 3 });
    expect(sprtDecision(runs('passed').slice(0, 20), plan)).toMatchObject({ decision: 'open', after: 20 });
  });
});
