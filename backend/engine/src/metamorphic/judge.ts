import type { AssertionResult } from '../assert/index.js';
import { judgeRelation, type CompiledRelation, type RunSketch } from './relation.js';

interface Pair {
  source: RunSketch;
  followUp: RunSketch;
  /** Why the follow-up is less than a whole run, or null. */
  endedEarly: string | null;
}

const COMMON = { type: 'metamorphic', severity: 'major', weight: 1 } as const;

const errored = (reason: string): AssertionResult => ({ ...COMMON, verdict: 'errored', score: 0, reason });

/** The relation between two runs as the result of an assertion. What is no whole run is compared with nothing. */
export function judgeFollowUp(
  relation: CompiledRelation,
  { source, followUp, endedEarly }: Pair,
): AssertionResult {
  if (source.verdict === 'errored') return errored('the run that it follows is errored');
  if (endedEarly !== null) return errored(`cannot be told, the run ended early: ${endedEarly}`);
  const found = judgeRelation(relation, source, followUp);
  if ('unknown' in found) return errored(found.unknown);
  const { holds, claim, got, evidence } = found;
  const reason = `expected ${claim[0]} to ${claim[1]}, got ${got}`;
  return { ...COMMON, verdict: holds ? 'passed' : 'failed', score: holds ? 1 : 0, reason, evidence };
}
