import type { RunVerdict } from '@rehearse/contracts';
import { chaosTally, type ChaosCoverage } from '@rehearse/engine';
import { EXIT } from '../exit-codes.js';
import type { CaseOutcome } from './case-outcome.js';
import { idleRules, type IdleRule } from './idle-rules.js';
import { metricTally, type MetricMeans } from './metrics.js';
import type { RunReport } from './run-report.js';
import { nameOfCase } from './run-task.js';

/** Why not every planned run was made: Ctrl-C, or as many failures as were allowed. */
export type Stop = 'interrupted' | 'failures';

/** A case in a line. */
export interface CaseLine {
  graph: string;
  file: string;
  caseId: string | null;
  /** Of the case, with what the matrix gives it. */
  name: string;
  verdict: RunVerdict;
  reason: string;
  /** Of its slowest run. */
  durationMs: number;
}

/** What all runs of a call come to. Its size does not depend on how many they are. */
export interface Summary {
  runs: Readonly<Record<RunVerdict, number>>;
  cases: Readonly<Record<RunVerdict, number>>;
  flaky: number;
  diverged: number;
  /** Runs that the cassette has no recording of. */
  missing: number;
  planned: number;
  stopped: Stop | null;
  tokens: number;
  /** Of the runs whose cost is known. */
  costUsd: number;
  /** How many runs there are whose cost is not. */
  unpriced: number;
  durationMs: number;
  slowest: readonly CaseLine[];
  /** The first that did not pass. */
  notPassed: readonly CaseLine[];
  metrics: MetricMeans;
  /** What chaos did; null when no run was under it. */
  chaos: (ChaosCoverage & { idle: readonly IdleRule[] }) | null;
  exitCode: number;
}

const MOST_SLOW = 5;
const MOST_NOT_PASSED = 50;

const none = () => ({ passed: 0, failed: 0, errored: 0, inconclusive: 0 });

/** Counts cases as they come. */
export function tally() {
  const [runs, cases] = [none(), none()];
  const totals = { flaky: 0, diverged: 0, missing: 0, tokens: 0, costUsd: 0, unpriced: 0 };
  const metrics = metricTally();
  const faults = chaosTally();
  const idle = idleRules();
  let isUnderChaos = false;
  const notPassed: CaseLine[] = [];
  let slowest: CaseLine[] = [];
  const addRun = (run: RunReport) => {
    runs[run.verdict]++;
    totals.tokens += run.tokens;
    if (run.costUsd === null) totals.unpriced++;
    else totals.costUsd += run.costUsd;
    if (run.divergence) totals.diverged++;
    if (run.error?.code === 'cassette/missing') totals.missing++;
    metrics.add(run);
    faults.add(run);
    idle.add(run);
    isUnderChaos ||= run.chaos !== null;
  };
  return {
    add(outcome: CaseOutcome) {
      outcome.runs.forEach(addRun);
      cases[outcome.verdict]++;
      if (outcome.isFlaky) totals.flaky++;
      if (slowest.length < MOST_SLOW || slowestRunMs(outcome) > slowest.at(-1)!.durationMs)
        slowest = [...slowest, lineOf(outcome)]
          .sort((a, b) => b.durationMs - a.durationMs)
          .slice(0, MOST_SLOW);
      if (outcome.verdict !== 'passed' && notPassed.length < MOST_NOT_PASSED) notPassed.push(lineOf(outcome));
    },
    summary(ended: { planned: number; durationMs: number; stopped: Stop | null }): Summary {
      const counts = { runs, cases, ...totals, slowest, notPassed, metrics: metrics.means() };
      const exitCode = ended.stopped === 'interrupted' ? EXIT.interrupted : exitCodeOf(counts);
      const chaos = isUnderChaos ? { ...faults.coverage(), idle: idle.list() } : null;
      return { ...counts, ...ended, chaos, exitCode };
    },
  };
}

const slowestRunMs = ({ runs }: CaseOutcome): number =>
  Math.max(...runs.map(({ durationMs }) => durationMs ?? 0));

function lineOf(outcome: CaseOutcome): CaseLine {
  const { verdict, runs } = outcome;
  const { loaded, caseId } = runs[0].task;
  const shown = runs.find((run) => run.verdict === verdict) ?? runs[0];
  return {
    ...{ graph: loaded.graph.name, file: loaded.file, caseId, verdict },
    name: nameOfCase(runs[0].task),
    reason: verdict === 'passed' ? '' : firstReason(shown),
    durationMs: slowestRunMs(outcome),
  };
}

/** In a few words, why a run did not pass. */
export function firstReason({ assertions, contracts, error, divergence }: RunReport): string {
  if (divergence) return divergence.message;
  if (error) return error.message;
  const assertion = assertions.find(({ verdict, weight }) => verdict !== 'passed' && weight !== 0);
  if (assertion) return assertion.reason;
  return contracts.find(({ verdict }) => verdict !== 'passed')?.message ?? '';
}

type Counts = Pick<Summary, 'cases' | 'diverged' | 'missing'>;

/** A failure that was seen beats a divergence, which beats what could not be told. */
function exitCodeOf({ cases, diverged, missing }: Counts): number {
  if (cases.failed > 0) return EXIT.failed;
  if (diverged + missing > 0) return EXIT.diverged;
  return cases.errored + cases.inconclusive > 0 ? EXIT.errored : EXIT.ok;
}
