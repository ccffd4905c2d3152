import type { AssertionSpec } from '@rehearse/contracts';
import type { AssertionResult } from '../assert/index.js';
import { judgeRelation, type CompiledRelation, type RunSketch } from './relation.js';

interface Pair {
  source: RunSketch;
  followUp: RunSketch;
  /** Why the follow-up is less than a whole run, or null. */
  endedEarly: string | null;
}

/**
 * The relation between two runs as the result of an assertion, which `spec` may give its weight. What is no whole run is
 * compared with nothing.
 */
export function judgeFollowUp(relation: CompiledRelation, pair: Pair, spec?: AssertionSpec): AssertionResult {
  const common = {
    ...{ type: 'metamorphic', severity: spec?.severity ?? ('major' as const), weight: spec?.weight ?? 1 },
    ...(spec?.metric !== undefined && { metric: spec.metric }),
  };
  const found = findingOf(relation, pair);
  if ('unknown' in found) return { ...common, verdict: 'errored', score: 0, reason: found.unknown };
  const { holds, claim, got, evidence } = found;
  const reason = `expected ${claim[0]} to ${claim[1]}, got ${got}`;
  return { ...common, verdict: holds ? 'passed' : 'failed', score: holds ? 1 : 0, reason, evidence };
}

function findingOf(relation: CompiledRelation, { source, followUp, endedEarly }: Pair) {
  if (source.verdict === 'errored') return { unknown: 'the run that it follows is errored' };
  if (endedEarly !== null) return { unknown: `cannot be told, the run ended early: ${endedEarly}` };
  return judgeRelation(relation, source, followUp);
}
