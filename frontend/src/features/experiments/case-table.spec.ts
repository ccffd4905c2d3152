import { describe, expect, it } from '@jest/globals';
import type { ComparedCase, ExperimentCase, ExperimentComparison, RunVerdict } from '@rehearse/contracts';
import {
  caseTable,
  fittingRows,
  pairOf,
  passHat,
  percentile,
  whyNone,
  type Show,
  type Sort,
} from './case-table.js';

function one(caseId: string, verdicts: RunVerdict[], more: Partial<ExperimentCase> = {}): ExperimentCase {
  const count = (verdict: RunVerdict) => verdicts.filter((each) => each === verdict).length;
  const [passed, failed] = [count('passed'), count('failed')];
  return {
    ...{ caseId, passed, scored: passed + failed, total: verdicts.length, minPass: null },
    ...{ verdict: failed > 0 ? 'failed' : (verdicts[0] ?? null), isFlaky: passed > 0 && failed > 0 },
    runs: verdicts.map((verdict, repeat) => ({
      ...{ id: `${caseId}${repeat}`, repeat, status: 'finished' as const, verdict, durationMs: 1 },
    })),
    ...more,
  };
}

const CASES = [
  one('a', ['passed', 'passed']),
  one('b', ['passed', 'failed']),
  one('c', ['failed', 'failed']),
  one('d', ['errored', 'errored']),
];
const shown = (show: Show, sort: Sort = 'file', q?: string) =>
  fittingRows(caseTable(CASES, undefined), { show, sort, q }).map(({ caseId }) => caseId);

describe('the table of cases', () => {
  it('does not say that no run failed where a search left none', () => {
    expect(whyNone({ show: 'failures', q: undefined })).toBe('No run failed.');
    expect(whyNone({ show: 'failures', q: 'zzz' })).toBe(
      'None has “zzz” in its id or its cells among those that the filter keeps.',
    );
    expect(whyNone({ show: 'all', q: 'zzz' })).toBe('None has “zzz” in its id or its cells.');
  });

  it('has cases down and cells of the matrix across, each with its repeats', () => {
    const table = caseTable(
      [
        one('a', ['passed'], { matrix: { 'providers.main.params.temperature': 0 } }),
        one('a', ['failed'], { matrix: { 'providers.main.params.temperature': 0 }, chaos: 'silent' }),
        one('b', ['passed'], { matrix: { 'providers.main.params.temperature': 0 }, chaos: 'silent' }),
      ],
      undefined,
    );
    expect(table.columns).toEqual([['temperature = 0'], ['temperature = 0', 'under silent']]);
    expect(
      table.rows.map(({ caseId, cells }) => [caseId, ...cells.map((cell) => cell?.one.verdict)]),
    ).toEqual([
      ['a', 'passed', 'failed'],
      ['b', undefined, 'passed'],
    ]);
  });

  it.each<[Show, string[]]>([
    ['all', ['a', 'b', 'c', 'd']],
    ['failures', ['b', 'c']],
    ['passes', ['a']],
    ['errors', ['d']],
    ['different', ['b']],
  ])('shows of %s %j', (show, ids) => {
    expect(shown(show)).toEqual(ids);
  });

  it('is searched, and sorted by what fails most', () => {
    expect(shown('all', 'failures')).toEqual(['c', 'b', 'a', 'd']);
    expect(shown('all', 'file', 'C')).toEqual(['c']);
  });

  it('is sorted by what got worse when it is compared', () => {
    const compared = [
      { caseId: 'a', change: 'same', difference: -0.2 },
      { caseId: 'b', change: 'regressed', difference: -0.5 },
      { caseId: 'c', change: 'regressed', difference: -1 },
      { caseId: 'd', change: 'improved', difference: 1 },
    ] as ComparedCase[];
    const table = caseTable(CASES, { cases: compared } as ExperimentComparison);
    const rows = fittingRows(table, { show: 'all', sort: 'regressions', q: undefined });
    expect(rows.map(({ caseId }) => caseId)).toEqual(['c', 'b', 'd', 'a']);
    expect(
      fittingRows(table, { show: 'different', sort: 'file', q: undefined }).map(({ caseId }) => caseId),
    ).toEqual(['b', 'c', 'd']);
  });
});

it('pass^k is the chance that k runs all pass', () => {
  expect([1, 2, 3, 4].map((k) => passHat({ passed: 2, scored: 3 }, k))).toEqual([2 / 3, 1 / 3, 0, null]);
});

it('percentiles are interpolated', () => {
  expect([percentile([], 0.5), percentile([1, 3], 0.5), percentile([4, 1, 2, 3], 0.9)]).toEqual([
    null,
    2,
    expect.closeTo(3.7),
  ]);
});

it('a change is shown by a run that fails and one that passed', () => {
  const cell = (verdicts: RunVerdict[], side: string) => ({
    runs: verdicts.map((verdict, repeat) => ({ id: `${side}${repeat}`, repeat, verdict })),
  });
  const pair = (baseline: RunVerdict[] | null, candidate: RunVerdict[]) =>
    pairOf({ baseline: baseline && cell(baseline, 'a'), candidate: cell(candidate, 'b') } as ComparedCase);
  expect([
    pair(['passed', 'passed'], ['passed', 'failed']),
    pair(['failed', 'passed'], ['failed', 'passed']),
    pair(['failed'], ['passed']),
    pair(null, ['passed']),
  ]).toEqual([{ a: 'a1', b: 'b1' }, { a: 'a1', b: 'b0' }, { a: 'a0', b: 'b0' }, null]);
});
