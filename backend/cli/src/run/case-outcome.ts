import type { RunVerdict } from '@rehearse/contracts';
import type { RunResult } from './run-result.js';

/** What the repeats of a case come to. */
export interface CaseOutcome {
  verdict: RunVerdict;
  results: readonly RunResult[];
  passed: number;
  /** How many repeats have to pass; null: all of them. */
  minPass: number | null;
  /** Some repeats passed and some failed. */
  isFlaky: boolean;
}

/** A case with `minPass` passes with that many repeats, and fails when it cannot get there; any other needs all. */
export function outcomeOf(results: readonly RunResult[]): CaseOutcome {
  const minPass = results[0]?.task.minPass ?? null;
  const has = (verdict: RunVerdict) => results.filter((result) => result.verdict === verdict).length;
  const [passed, failed] = [has('passed'), has('failed')];
  const needed = minPass ?? results.length;
  const unknown: RunVerdict = has('errored') > 0 ? 'errored' : 'inconclusive';
  const verdict = passed >= needed ? 'passed' : results.length - failed < needed ? 'failed' : unknown;
  return { verdict, results, passed, minPass, isFlaky: passed > 0 && failed > 0 };
}
