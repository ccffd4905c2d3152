import type {
  ComparedCase,
  ComparedCell,
  ExperimentComparison,
  JsonObject,
  RunVerdict,
} from '@rehearse/contracts';
import { canonicalJson } from '../journal/canonical.js';
import { holm, mcNemarExact, median, newcombeInterval, signFlip, wilsonInterval } from '../stats/index.js';
import { shiftOf } from './shift.js';

export interface ComparedRun {
  id: string;
  repeat: number;
  verdict: RunVerdict | null;
  durationMs: number | null;
  /** Null where it is not known. */
  costUsd: number | null;
}

/** A case in one cell of the matrix under one profile of faults, with all its repeats. */
export interface CaseOfExperiment {
  caseId: string;
  matrix?: JsonObject | undefined;
  chaos?: string | undefined;
  /** Of its repeats, as its `minPass` has it; null while it is open. */
  verdict: RunVerdict | null;
  runs: readonly ComparedRun[];
}

interface Compared {
  baseline: readonly CaseOfExperiment[];
  candidate: readonly CaseOfExperiment[];
  /** Both ran one version of the graph. */
  sameGraph: boolean;
  /** Of the draws of the sign flips. */
  seed: number;
}

type Comparison = Omit<ExperimentComparison, 'baseline' | 'candidate'>;

/** Compares two experiments case by case: the case is the unit, and its repeats are one observation of it. */
export function compareExperiments({ baseline, candidate, sameGraph, seed }: Compared): Comparison {
  const cases = pair(baseline, candidate).map((sides) => comparedCase(sides, sameGraph));
  const regression = regressionOf(cases, seed);
  const latencyMs = shiftOf(bothOf(cases, ({ medianDurationMs }) => medianDurationMs));
  const costUsd = shiftOf(bothOf(cases, ({ medianCostUsd }) => medianCostUsd));
  const tests = [regression, latencyMs, costUsd].filter((test) => test !== null);
  for (const [at, p] of holm(tests.map((test) => test.p)).entries()) tests[at]!.pAdjusted = p;
  const count = (change: ComparedCase['change']) => cases.filter((one) => one.change === change).length;
  return {
    sameGraph,
    counts: {
      ...{ regressed: count('regressed'), improved: count('improved'), same: count('same') },
      ...{ undecided: count('undecided'), added: count('added'), removed: count('removed') },
      flaky: cases.filter(({ isFlaky }) => isFlaky).length,
    },
    passRate: passRateOf(baseline, candidate),
    ...{ regression, latencyMs, costUsd },
    cases: cases.toSorted((a, b) => ORDER.indexOf(a.change) - ORDER.indexOf(b.change)),
  };
}

/** What needs a look comes first. */
const ORDER: readonly ComparedCase['change'][] = [
  ...(['regressed', 'undecided', 'improved', 'removed', 'added', 'same'] as const),
];

interface Sides {
  before: CaseOfExperiment | null;
  now: CaseOfExperiment | null;
}

/** By case, cell and profile; in the order of the baseline, then what only the candidate has. */
function pair(baseline: readonly CaseOfExperiment[], candidate: readonly CaseOfExperiment[]): Sides[] {
  const waiting = new Map(candidate.map((one) => [keyOf(one), one]));
  const pairs = baseline.map((before): Sides => {
    const now = waiting.get(keyOf(before)) ?? null;
    waiting.delete(keyOf(before));
    return { before, now };
  });
  return [...pairs, ...[...waiting.values()].map((now): Sides => ({ before: null, now }))];
}

const keyOf = ({ caseId, matrix = {}, chaos }: CaseOfExperiment): string =>
  canonicalJson([caseId, matrix, chaos ?? null]);

function comparedCase({ before, now }: Sides, sameGraph: boolean): ComparedCase {
  const { caseId, matrix, chaos } = (now ?? before)!;
  const [baseline, candidate] = [before && cellOf(before), now && cellOf(now)];
  const [one, two] = [shareOf(baseline), shareOf(candidate)];
  const isMixed = sameGraph && one !== null && two !== null && one + two > 0 && one + two < 2;
  return {
    ...{ caseId, ...(matrix && { matrix }), ...(chaos !== undefined && { chaos }) },
    change: changeOf(baseline, candidate),
    difference: one === null || two === null ? null : two - one,
    isFlaky: isMixed || (baseline?.isFlaky ?? false) || (candidate?.isFlaky ?? false),
    ...{ baseline, candidate },
  };
}

function changeOf(before: ComparedCell | null, now: ComparedCell | null): ComparedCase['change'] {
  if (!before) return 'added';
  if (!now) return 'removed';
  if (!isDecided(before) || !isDecided(now)) return 'undecided';
  if (before.verdict === now.verdict) return 'same';
  return now.verdict === 'failed' ? 'regressed' : 'improved';
}

const isDecided = ({ verdict }: { verdict: RunVerdict | null }): boolean =>
  verdict === 'passed' || verdict === 'failed';

function cellOf({ verdict, runs }: CaseOfExperiment): ComparedCell {
  const passed = runs.filter((run) => run.verdict === 'passed').length;
  const failed = runs.filter((run) => run.verdict === 'failed').length;
  const ended = runs.filter((run) => run.durationMs !== null);
  return {
    ...{ verdict, passed, scored: passed + failed, total: runs.length, isFlaky: passed > 0 && failed > 0 },
    medianDurationMs: medianOf(ended.map(({ durationMs }) => durationMs!)),
    medianCostUsd: medianCost(ended),
    runs: runs.map(({ id, repeat, verdict: of }) => ({ id, repeat, verdict: of })),
  };
}

const medianOf = (values: readonly number[]): number | null => (values.length === 0 ? null : median(values));

/** The share of the scored repeats that passed; null when none was scored. */
const shareOf = (cell: ComparedCell | null): number | null =>
  cell && cell.scored > 0 ? cell.passed / cell.scored : null;

function regressionOf(cases: readonly ComparedCase[], seed: number): Comparison['regression'] {
  const scored = cases.filter(({ difference }) => difference !== null);
  if (scored.length === 0) return null;
  const differences = scored.map(({ difference }) => difference!);
  const meanDifference = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  const found = { cases: scored.length, meanDifference, pAdjusted: 1 };
  if (scored.every(({ baseline, candidate }) => baseline!.scored === 1 && candidate!.scored === 1)) {
    const regressed = differences.filter((one) => one < 0).length;
    const improved = differences.filter((one) => one > 0).length;
    return { method: 'mcnemar', ...found, p: mcNemarExact({ regressed, improved }), isExact: true };
  }
  const { p, method } = signFlip(differences, { seed });
  return { method: 'sign-flip', ...found, p, isExact: method === 'exact' };
}

/** One unit a case, so that repeats do not count as if they were independent. */
function passRateOf(
  baseline: readonly CaseOfExperiment[],
  candidate: readonly CaseOfExperiment[],
): Comparison['passRate'] {
  const shareIn = (cases: readonly CaseOfExperiment[]) => ({
    successes: cases.filter(({ verdict }) => verdict === 'passed').length,
    n: cases.filter(isDecided).length,
  });
  const [before, now] = [shareIn(baseline), shareIn(candidate)];
  return {
    ...{ baseline: wilsonInterval(before), candidate: wilsonInterval(now) },
    difference: newcombeInterval({ baseline: before, candidate: now }),
  };
}

/** What is known of a case on both sides. */
function bothOf(cases: readonly ComparedCase[], valueOf: (cell: ComparedCell) => number | null) {
  const pairs = cases.flatMap(({ baseline, candidate }) => {
    const [one, two] = [baseline && valueOf(baseline), candidate && valueOf(candidate)];
    return one === null || two === null ? [] : [[one, two] as const];
  });
  return { baseline: pairs.map(([one]) => one), candidate: pairs.map(([, two]) => two) };
}

/** Of what is known in part there is no median. */
const medianCost = (runs: readonly { costUsd: number | null }[]): number | null =>
  runs.some(({ costUsd }) => costUsd === null) ? null : medianOf(runs.map(({ costUsd }) => costUsd!));
