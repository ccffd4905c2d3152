import type { AssertionSet, Json } from '@rehearse/contracts';
import type { Answers, Asking, PlacedAsk } from './ask.js';
import type { CompiledAssertion } from './assertion.js';
import type { AssertionIssue, AssertionResult } from './rule.js';
import { badValue, BadAssertion, clip, rounded, scoreThreshold } from './rule.js';
import type { AssertionSubject } from './subject.js';

/**
 * A set of assertions as one: its score is the mean of theirs by weight; it holds when all that count do, or with a
 * `threshold` when the score reaches that. A part that is errored leaves the set errored only where it could still tip
 * the balance. Where no part counts the set does not either, and tells of all of them.
 */
export function compileAssertionSet(
  spec: AssertionSet,
  parts: readonly CompiledAssertion[],
): CompiledAssertion | AssertionIssue[] {
  try {
    const threshold = spec.threshold === undefined ? undefined : scoreThreshold(spec, 0);
    if (typeof spec.threshold === 'string') badValue('the threshold must be a number', ['threshold']);
    const next = (subject: AssertionSubject, answers: Answers): AssertionResult | Asking => {
      const results = parts.map((part, index) => part.next(subject, answersOf(answers, index)));
      const asks = results.flatMap((result, index) => ('asks' in result ? placed(result, index) : []));
      if (asks.length > 0) return { asks };
      return resultOf(spec, { threshold, results: results as AssertionResult[] });
    };
    const prepared = parts.flatMap(({ prepare }) => (prepare ? [prepare] : []));
    return {
      nodeReferences: [...new Set(parts.flatMap(({ nodeReferences }) => nodeReferences))],
      warnings: [],
      ...(prepared.length > 0 && { prepare: () => Promise.all(prepared.map((prepare) => prepare())) }),
      mayAsk: parts.some(({ mayAsk }) => mayAsk),
      asksModels: parts.some(({ asksModels }) => asksModels),
      next,
      evaluate: (subject) =>
        resultOf(spec, { threshold, results: parts.map((part) => part.evaluate(subject)) }),
    };
  } catch (error) {
    if (error instanceof BadAssertion) return [...error.issues];
    throw error;
  }
}

const prefixOf = (index: number): string => `.assert[${index}]`;

function answersOf(answers: Answers, index: number): Answers {
  const prefix = prefixOf(index);
  const own = new Map<string, NonNullable<ReturnType<Answers['get']>>>();
  for (const [at, answer] of answers)
    if (at.startsWith(`${prefix}/`)) own.set(at.slice(prefix.length), answer);
  return own;
}

const placed = ({ asks }: Asking, index: number): PlacedAsk[] =>
  asks.map((placed) => ({ ...placed, at: prefixOf(index) + placed.at }));

interface Parts {
  threshold: number | undefined;
  results: readonly AssertionResult[];
}

function resultOf(spec: AssertionSet, { threshold, results }: Parts): AssertionResult {
  const counts = results.some(({ weight }) => weight > 0);
  const seen = counts
    ? results.filter(({ weight }) => weight > 0)
    : results.map((part) => ({ ...part, weight: 1 }));
  const score = meanOf(seen, (part) => part.score);
  // What could not be told may come to all or to nothing.
  const most = meanOf(seen, (part) => (part.verdict === 'errored' ? 1 : part.score));
  const verdict =
    threshold === undefined
      ? worst(seen)
      : isEnough(score, threshold)
        ? 'passed'
        : isEnough(most, threshold)
          ? 'errored'
          : 'failed';
  const asked =
    threshold === undefined ? 'all of the set to hold' : `the score of the set to be at least ${threshold}`;
  return {
    ...{ type: spec.type, severity: spec.severity ?? 'major', weight: counts ? (spec.weight ?? 1) : 0 },
    ...(spec.metric !== undefined && { metric: spec.metric }),
    verdict,
    score: verdict === 'errored' ? 0 : score,
    reason: `expected ${asked}, got ${told(results, score)}`,
    evidence: { expected: threshold ?? 'all', actual: results.map(summary) },
  };
}

function meanOf(parts: readonly AssertionResult[], scoreOf: (part: AssertionResult) => number): number {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return parts.reduce((sum, part) => sum + scoreOf(part) * part.weight, 0) / total;
}

/** Weights such as 0.7 and 0.1 do not add up to 0.8 in binary. */
const isEnough = (mean: number, threshold: number): boolean => mean >= threshold - 1e-9;

function worst(results: readonly AssertionResult[]): AssertionResult['verdict'] {
  if (results.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return results.some(({ verdict }) => verdict === 'errored') ? 'errored' : 'passed';
}

function told(results: readonly AssertionResult[], score: number): string {
  const passed = results.filter(({ verdict }) => verdict === 'passed').length;
  const others = results
    .filter(({ verdict }) => verdict !== 'passed')
    .map(({ type, verdict, reason }) => `${type} ${verdict}: ${clip(reason)}`);
  const list = others.length > 0 ? `; ${others.slice(0, 5).join('; ')}` : '';
  return `${passed} of ${results.length}, score ${rounded(score)}${list}`;
}

const summary = ({ type, verdict, score, reason, weight, metric }: AssertionResult): Json => ({
  ...{ type, verdict, score, reason, weight },
  ...(metric !== undefined && { metric }),
});
