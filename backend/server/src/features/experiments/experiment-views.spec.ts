import type { RunVerdict } from '@rehearse/contracts';
import { describe, expect, it } from '@jest/globals';
import { experimentView } from './experiment-views.js';
import type { ExperimentRecord, ExperimentRun } from './experiments.repository.js';

const experiment: ExperimentRecord = {
  id: '0190c7a8-0000-7000-8000-000000000001',
  label: 'nightly',
  suite: null,
  kind: 'execution',
  graph: 'refund-agent',
  graphVersion: 1,
  graphVersionId: '0190c7a8-0000-7000-8000-000000000002',
  baseline: null,
  concurrency: 8,
  params: {},
  createdAt: '2026-11-21T06:00:00.000Z',
  finishedAt: null,
  counts: {
    total: 4,
    finished: 4,
    passed: 2,
    failed: 1,
    errored: 1,
    inconclusive: 0,
    canceled: 0,
    paused: 0,
  },
  inputTokens: 10,
  outputTokens: 5,
  costUsd: 0.5,
};

const runsOf = (caseId: string, verdicts: (RunVerdict | null)[]): ExperimentRun[] =>
  verdicts.map((verdict, repeat) => ({
    ...{
      id: `${caseId}-${repeat}`,
      caseId,
      matrix: null,
      chaos: null,
      repeat,
      verdict,
      durationMs: 1,
      costUsd: 0,
    },
    status: verdict === null ? 'running' : 'finished',
  }));
const verdictOf = (verdicts: (RunVerdict | null)[], minPass?: number) =>
  experimentView(experiment, {
    runs: runsOf('a', verdicts),
    minPass: new Map(minPass === undefined ? [] : [['a', minPass]]),
  }).cases[0]!.verdict;

describe('an experiment', () => {
  it('rates the scored runs alone and says how sure it is', () => {
    const runs = [...runsOf('a', ['passed', 'failed']), ...runsOf('b', ['passed', 'errored'])];
    const view = experimentView(experiment, { runs, minPass: new Map() });
    expect(view.passRate).toMatchObject({ estimate: 2 / 3, n: 3 });
    expect(view.passHatK).toEqual([0.75, 0]);
    expect(view.usage.totalTokens).toBe(15);
    expect(view.status).toBe('finished');
  });

  it('has the cases in the order in which their runs were made, and finds the flaky ones', () => {
    const runs = [...runsOf('z', ['passed', 'failed']), ...runsOf('a', ['passed', 'passed'])];
    const { cases } = experimentView(experiment, { runs, minPass: new Map() });
    expect(cases.map(({ caseId, isFlaky, passed, scored }) => [caseId, isFlaky, passed, scored])).toEqual([
      ['z', true, 1, 2],
      ['a', false, 2, 2],
    ]);
  });

  it.each<[RunVerdict | null, (RunVerdict | null)[], number | undefined]>([
    ['passed', ['passed', 'passed'], undefined],
    ['failed', ['passed', 'failed'], undefined],
    ['passed', ['passed', 'failed'], 1],
    ['failed', ['failed', 'failed', null], 2],
    ['passed', ['passed', null], 1],
    [null, ['passed', null], undefined],
    [null, ['failed', null, null], 2],
    ['errored', ['passed', 'errored'], undefined],
    ['inconclusive', ['passed', 'inconclusive'], undefined],
  ])('calls a case %s whose repeats are %j with minPass %j', (expected, verdicts, minPass) => {
    expect(verdictOf(verdicts, minPass)).toBe(expected);
  });
});
