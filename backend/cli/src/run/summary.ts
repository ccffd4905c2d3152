import type { RunVerdict } from '@rehearse/contracts';
import { EXIT } from '../exit-codes.js';
import { outcomeOf, type CaseOutcome } from './case-outcome.js';
import type { RunResult } from './run-result.js';

/** What all runs of a call come to. */
export interface Summary {
  runs: Record<RunVerdict, number>;
  cases: readonly CaseOutcome[];
  diverged: number;
  planned: number;
  tokens: number;
  costUsd: number;
  durationMs: number;
  exitCode: number;
}

interface Ended {
  results: readonly RunResult[];
  planned: number;
  durationMs: number;
}

export function summarize({ results, planned, durationMs }: Ended): Summary {
  const runs: Summary['runs'] = { passed: 0, failed: 0, errored: 0, inconclusive: 0 };
  for (const { verdict } of results) runs[verdict]++;
  const cases = byCase(results).map(outcomeOf);
  const diverged = results.filter(isDiverged).length;
  const sum = (pick: (result: RunResult) => number) => results.reduce((total, one) => total + pick(one), 0);
  return {
    ...{ runs, cases, diverged, planned, durationMs },
    tokens: sum(({ fold }) => fold.usage.totalTokens),
    costUsd: sum(({ fold }) => fold.costUsd),
    exitCode: results.length < planned ? EXIT.interrupted : exitCodeOf(cases, diverged),
  };
}

/** A replay that differs, or that has no recording to replay. */
const isDiverged = ({ divergence, error }: RunResult): boolean =>
  divergence !== undefined || error?.code === 'cassette/missing';

/** A failure that was seen beats a divergence, which beats what could not be told. */
function exitCodeOf(cases: readonly CaseOutcome[], diverged: number): number {
  const verdicts = new Set(cases.map(({ verdict }) => verdict));
  if (verdicts.has('failed')) return EXIT.failed;
  if (diverged > 0) return EXIT.diverged;
  return verdicts.has('errored') || verdicts.has('inconclusive') ? EXIT.errored : EXIT.ok;
}

/** Results stand in order, so those of a case stand together. */
export function byCase(results: readonly RunResult[]): RunResult[][] {
  const groups: RunResult[][] = [];
  for (const result of results) {
    const last = groups.at(-1);
    if (last && isSameCase(last[0]!, result)) last.push(result);
    else groups.push([result]);
  }
  return groups;
}

const isSameCase = ({ task: a }: RunResult, { task: b }: RunResult): boolean =>
  a.loaded === b.loaded && a.caseId === b.caseId;
