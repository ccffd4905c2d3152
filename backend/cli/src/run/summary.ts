import type { RunVerdict } from '@rehearse/contracts';
import { EXIT } from '../exit-codes.js';
import type { CaseOutcome } from './case-outcome.js';
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

export interface FaultCoverage {
  on: string;
  fault: string;
  injected: number;
  /** Runs that were hit, and how many of them passed all the same. */
  runs: number;
  recovered: number;
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
  costUsd: number;
  durationMs: number;
  slowest: readonly CaseLine[];
  /** The first that did not pass. */
  notPassed: readonly CaseLine[];
  metrics: MetricMeans;
  faults: readonly FaultCoverage[];
  exitCode: number;
}

const MOST_SLOW = 5;
const MOST_NOT_PASSED = 50;

const none = () => ({ passed: 0, failed: 0, errored: 0, inconclusive: 0 });

/** Counts cases as they come. */
export function tally() {
  const [runs, cases] = [none(), none()];
  const totals = { flaky: 0, diverged: 0, missing: 0, tokens: 0, costUsd: 0 };
  const metrics = metricTally();
  const faults = new Map<string, FaultCoverage>();
  const notPassed: CaseLine[] = [];
  let slowest: CaseLine[] = [];
  const addRun = (run: RunReport) => {
    runs[run.verdict]++;
    totals.tokens += run.tokens;
    totals.costUsd += run.costUsd;
    if (run.divergence) totals.diverged++;
    if (run.error?.code === 'cassette/missing') totals.missing++;
    metrics.add(run);
    addFaults(faults, run);
  };
  return {
    add(outcome: CaseOutcome) {
      outcome.runs.forEach(addRun);
      cases[outcome.verdict]++;
      if (outcome.isFlaky) totals.flaky++;
      const line = lineOf(outcome);
      slowest = [...slowest, line].sort((a, b) => b.durationMs - a.durationMs).slice(0, MOST_SLOW);
      if (outcome.verdict !== 'passed' && notPassed.length < MOST_NOT_PASSED) notPassed.push(line);
    },
    summary(ended: { planned: number; durationMs: number; stopped: Stop | null }): Summary {
      const counts = { runs, cases, ...totals, slowest, notPassed, metrics: metrics.means() };
      const exitCode = ended.stopped === 'interrupted' ? EXIT.interrupted : exitCodeOf(counts);
      return { ...counts, ...ended, faults: [...faults.values()], exitCode };
    },
  };
}

function lineOf({ verdict, runs }: CaseOutcome): CaseLine {
  const { loaded, caseId, matrix } = runs[0].task;
  const shown = runs.find((run) => run.verdict === verdict) ?? runs[0];
  return {
    ...{ graph: loaded.graph.name, file: loaded.file, caseId, verdict },
    name: nameOfCase({ caseId, matrix }),
    reason: verdict === 'passed' ? '' : firstReason(shown),
    durationMs: Math.max(...runs.map((run) => run.durationMs ?? 0)),
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

function addFaults(coverage: Map<string, FaultCoverage>, run: RunReport): void {
  const hit = new Set<FaultCoverage>();
  for (const { on, fault } of run.faults) {
    const key = JSON.stringify([on, fault]);
    const one = coverage.get(key) ?? { on, fault, injected: 0, runs: 0, recovered: 0 };
    coverage.set(key, one);
    one.injected++;
    hit.add(one);
  }
  for (const one of hit) {
    one.runs++;
    if (run.verdict === 'passed') one.recovered++;
  }
}

type Counts = Pick<Summary, 'cases' | 'diverged' | 'missing'>;

/** A failure that was seen beats a divergence, which beats what could not be told. */
function exitCodeOf({ cases, diverged, missing }: Counts): number {
  if (cases.failed > 0) return EXIT.failed;
  if (diverged + missing > 0) return EXIT.diverged;
  return cases.errored + cases.inconclusive > 0 ? EXIT.errored : EXIT.ok;
}
