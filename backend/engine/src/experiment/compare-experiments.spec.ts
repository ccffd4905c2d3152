import { describe, expect, it } from '@jest/globals';
import type { RunVerdict } from '@rehearse/contracts';
import fc from 'fast-check';
import { mannWhitney } from '../stats/index.js';
import { compareExperiments, type CaseOfExperiment } from './index.js';

type Repeats = readonly (RunVerdict | null)[];

/** A case passes when all its repeats do. */
function caseOf(
  caseId: string,
  repeats: Repeats,
  more: { ms?: number; usd?: number } = {},
): CaseOfExperiment {
  const { ms = 100, usd = 0.01 } = more;
  const runs = repeats.map((verdict, repeat) => ({
    ...{ id: `${caseId}-${repeat}`, repeat, verdict },
    ...{ durationMs: verdict === null ? null : ms + repeat, costUsd: usd },
  }));
  const verdict = repeats.includes(null)
    ? null
    : repeats.includes('failed')
      ? 'failed'
      : repeats.every((one) => one === 'passed')
        ? 'passed'
        : 'errored';
  return { caseId, verdict, runs };
}

const compare = (
  baseline: readonly CaseOfExperiment[],
  candidate: readonly CaseOfExperiment[],
  sameGraph = false,
) => compareExperiments({ baseline, candidate, sameGraph, seed: 1 });

const many = (count: number, verdict: RunVerdict, from = 0) =>
  Array.from({ length: count }, (_, i) => caseOf(`c${from + i}`, [verdict]));

describe('two experiments', () => {
  it('are compared case by case: regressed, improved, same; those that need a look first', () => {
    const before = [
      caseOf('a', ['passed']),
      caseOf('b', ['failed']),
      caseOf('c', ['passed']),
      caseOf('d', ['errored']),
    ];
    const now = [
      caseOf('a', ['failed']),
      caseOf('b', ['passed']),
      caseOf('c', ['passed']),
      caseOf('d', ['passed']),
      caseOf('e', ['passed']),
    ];
    const { cases, counts } = compare(before, now);
    expect(cases.map(({ caseId, change, difference }) => [caseId, change, difference])).toEqual([
      ['a', 'regressed', -1],
      ['d', 'undecided', null],
      ['b', 'improved', 1],
      ['e', 'added', null],
      ['c', 'same', 0],
    ]);
    expect(counts).toEqual({
      regressed: 1,
      improved: 1,
      same: 1,
      undecided: 1,
      added: 1,
      removed: 0,
      flaky: 0,
    });
    expect(compare(now, before).counts).toMatchObject({ removed: 1, regressed: 1, improved: 1 });
  });

  it('of one run a case are tested by McNemar, exactly: eight lost and one won are p = 5/128', () => {
    const before = [...many(8, 'passed'), ...many(1, 'failed', 8), ...many(20, 'passed', 9)];
    const now = [...many(8, 'failed'), ...many(1, 'passed', 8), ...many(20, 'passed', 9)];
    const { regression } = compare(before, now);
    expect(regression).toMatchObject({ method: 'mcnemar', cases: 29, isExact: true });
    expect(regression!.p).toBeCloseTo(5 / 128, 9);
  });

  it('with repeats are tested by the differences of their cases, as the golden example of sign flips', () => {
    const shares = (tenths: readonly number[]) =>
      tenths.map((n, i) =>
        caseOf(`c${i}`, [
          ...Array<RunVerdict>(n).fill('passed'),
          ...Array<RunVerdict>(10 - n).fill('failed'),
        ]),
      );
    const { regression, cases } = compare(
      shares([10, 10, 8, 9, 10, 7, 10, 6, 9, 10]),
      shares([10, 9, 8, 6, 10, 7, 9, 4, 9, 8]),
    );
    expect(regression).toMatchObject({ method: 'sign-flip', cases: 10, isExact: true });
    expect(regression!.p).toBeCloseTo(0.0625, 6);
    expect(regression!.meanDifference).toBeCloseTo(-0.09, 6);
    expect(cases.find(({ caseId }) => caseId === 'c3')!.candidate).toMatchObject({
      passed: 6,
      scored: 10,
      isFlaky: true,
    });
  });

  it('count each case once in the pass rate, with the interval of Newcombe', () => {
    const { passRate } = compare(
      [...many(45, 'passed'), ...many(5, 'failed', 45)],
      [...many(38, 'passed'), ...many(12, 'failed', 38)],
    );
    expect(passRate.difference!.estimate).toBeCloseTo(-0.14, 6);
    expect(passRate.difference!.low).toBeCloseTo(-0.285551, 6);
    expect(passRate.difference!.high).toBeCloseTo(0.009397, 6);
    expect([passRate.baseline.n, passRate.candidate.n]).toEqual([50, 50]);
  });

  it('have the shift of their latencies by the medians of the cases: the golden example of ranks', () => {
    const timed = (all: readonly number[]) => all.map((ms, i) => caseOf(`c${i}`, ['passed'], { ms }));
    const { latencyMs } = compare(
      timed([812, 845, 790, 901, 860, 833, 878, 820]),
      timed([930, 870, 1010, 955, 889, 1102, 842, 998]),
    );
    expect(latencyMs).toMatchObject({
      shift: 98,
      baselineMedian: 839,
      a12: 0.890625,
      method: 'exact',
      cases: 8,
    });
    expect(latencyMs!.p).toBeCloseTo(0.006993, 6);
    expect(latencyMs!.shiftRatio).toBeCloseTo(0.1168, 4);
  });

  it('have three tests, which Holm keeps from a false alarm together', () => {
    const cases = (usd: number) =>
      Array.from({ length: 8 }, (_, i) => caseOf(`c${i}`, ['passed'], { usd: usd + i / 100 }));
    const { regression, latencyMs, costUsd } = compare(cases(1), cases(2));
    expect(costUsd!.p).toBeCloseTo(2 / 12_870, 9);
    expect(costUsd!.pAdjusted).toBeCloseTo((3 * 2) / 12_870, 9);
    expect([regression!.pAdjusted, latencyMs!.pAdjusted]).toEqual([1, 1]);
  });

  it('say which cases are flaky: some runs pass and some fail on one graph', () => {
    const [before, now] = [[caseOf('a', ['passed'])], [caseOf('a', ['failed'])]];
    expect(compare(before, now).cases[0]).toMatchObject({ change: 'regressed', isFlaky: false });
    // On one and the same version that is no regression of the version, and said so.
    expect(compare(before, now, true).cases[0]).toMatchObject({ isFlaky: true });
    expect(compare([caseOf('a', ['passed', 'failed'])], now).counts.flaky).toBe(1);
  });

  it('keep cells of a matrix and profiles of faults apart', () => {
    const cell = (t: number, verdict: RunVerdict) => ({ ...caseOf('a', [verdict]), matrix: { t } });
    const under = (verdict: RunVerdict) => ({ ...caseOf('a', [verdict]), chaos: 'storm' });
    const { cases } = compare(
      [cell(0, 'passed'), cell(1, 'passed'), under('passed')],
      [under('failed'), cell(1, 'passed'), cell(0, 'failed')],
    );
    expect(cases.map(({ matrix, chaos, change }) => [matrix?.['t'] ?? chaos, change])).toEqual([
      [0, 'regressed'],
      ['storm', 'regressed'],
      [1, 'same'],
    ]);
  });

  it('with nothing in common have nothing to test', () => {
    const { regression, latencyMs, costUsd, passRate } = compare([], many(3, 'passed'));
    expect([regression, latencyMs, costUsd, passRate.difference]).toEqual([null, null, null, null]);
  });

  it('take a sample of many cases for the shift, which says so', () => {
    const timed = (ms: number) =>
      Array.from({ length: 3_000 }, (_, i) => caseOf(`c${i}`, ['passed'], { ms: ms + (i % 100) }));
    const { latencyMs } = compare(timed(1_000), timed(1_050));
    expect(latencyMs).toMatchObject({ sampled: true, cases: 3_000, shift: 50, method: 'normal' });
  });

  it('test all of many cases, of which the shift takes a sample', () => {
    const times = (ms: number) => Array.from({ length: 3_000 }, (_, i) => ms + ((i * 7_919) % 3_001));
    const [baseline, candidate] = [times(1_000), times(1_060)];
    const timed = (all: number[]) => all.map((ms, i) => caseOf(`c${i}`, ['passed'], { ms }));
    const { p, a12 } = mannWhitney({ baseline, candidate })!;
    expect(compare(timed(baseline), timed(candidate)).latencyMs).toMatchObject({ p, a12, sampled: true });
    expect(p).toBeLessThan(0.05);
  });

  it('are the same as themselves, and changed places mirror each other', () => {
    const verdict = fc.constantFrom<RunVerdict>('passed', 'failed', 'errored');
    const experiment = fc
      .array(fc.array(verdict, { minLength: 1, maxLength: 3 }), { maxLength: 8 })
      .map((all) => all.map((repeats, i) => caseOf(`c${i}`, repeats)));
    fc.assert(
      fc.property(experiment, experiment, (one, two) => {
        const self = compare(one, one);
        expect([self.counts.regressed, self.counts.improved, self.regression?.p ?? 1]).toEqual([0, 0, 1]);
        const [there, back] = [compare(one, two), compare(two, one)];
        expect([back.counts.improved, back.counts.added]).toEqual([
          there.counts.regressed,
          there.counts.removed,
        ]);
        expect(back.regression?.p ?? 1).toBeCloseTo(there.regression?.p ?? 1, 9);
      }),
    );
  });
});
