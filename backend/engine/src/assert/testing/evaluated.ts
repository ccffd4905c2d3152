import type { AssertionSpec, Json } from '@rehearse/contracts';
import { AssertionSpec as AssertionSchema } from '@rehearse/contracts';
import type { AssertionResult, AssertionSubject, SubjectToolCall } from '../index.js';
import { compileAssertion } from '../index.js';

export const call = (name: string, args: Json = {}): SubjectToolCall => ({
  name,
  arguments: args,
  turn: 1,
  node: 'handle',
});

export const SUBJECT: AssertionSubject = {
  output: 'Your refund for W1 is on its way.',
  text: 'Your refund for W1 is on its way.',
  toolCalls: [
    call('lookup_order', { order_id: 'W1', verbose: true }),
    call('issue_refund', { order_id: 'W1', lines: [{ sku: 'a', n: 1 }] }),
  ],
  steps: 3,
  finishReason: 'stop',
  usage: { inputTokens: 100, outputTokens: 50, totalTokens: 150 },
  costUsd: 0.0123,
  latencyMs: 1_234.5,
  bindings: {
    inputs: { order_id: 'W1', pattern: '^Your', bad: '(' },
    nodes: { classify: { output: 'refund' } },
  },
};

export const about = (output: Json, more: Partial<AssertionSubject> = {}): AssertionSubject => ({
  ...{ ...SUBJECT, output, text: typeof output === 'string' ? output : null },
  ...more,
});

export function evaluate(spec: AssertionSpec, subject: AssertionSubject = SUBJECT): AssertionResult {
  const compiled = compileAssertion(AssertionSchema.parse(spec));
  if (Array.isArray(compiled)) throw new Error(JSON.stringify(compiled));
  return compiled.evaluate(subject);
}

/** One line: the verdict, the score and the reason. */
export function line(spec: AssertionSpec, subject?: AssertionSubject): string {
  const { verdict, score, reason } = evaluate(spec, subject);
  return `${verdict} ${Math.round(score * 1_000) / 1_000}: ${reason}`;
}

export const verdicts = (specs: readonly AssertionSpec[], subject?: AssertionSubject): string[] =>
  specs.map((spec) => evaluate(spec, subject).verdict);

export const issues = (spec: Record<string, Json>): string[] => {
  const compiled = compileAssertion(spec as AssertionSpec);
  if (!Array.isArray(compiled)) return ['fine'];
  return compiled.map(
    ({ code, message, path }) => `${spec['type'] as string} at ${path.join('.')}: ${code} ${message}`,
  );
};
