import type { Json } from '@rehearse/contracts';
import { compileExpression } from '../expression.js';
import type { ExpressionScope } from '../index.js';

const INPUTS = {
  n: 3,
  i: 1,
  price: 99.5,
  name: 'Ann',
  tags: ['a', 'b'],
  order: { id: 'W1', lines: [{ sku: 'x' }] },
};
export const BINDINGS: Record<string, Json> = {
  inputs: INPUTS,
  nodes: { classify: { output: { intent: 'refund' }, text: 'refund' }, other: null },
  run: { seed: 7, chaos: null },
  case: { id: 'happy' },
};

/** The value, or the error, or the issues: one line each. */
export function outcome(source: string, scope: ExpressionScope = 'node', bindings = BINDINGS): string {
  const compiled = compileExpression(source, scope);
  if (Array.isArray(compiled)) return compiled.map((issue) => `${issue.code} ${issue.message}`).join('\n');
  const evaluation = compiled.evaluate(bindings);
  return evaluation.ok
    ? JSON.stringify(evaluation.value)
    : `${evaluation.error.code} ${evaluation.error.message}`;
}

/** Each line of the text is an expression; below it stands what it gives. */
export const table = (text: string, scope: ExpressionScope = 'node', bindings = BINDINGS): string =>
  linesOf(text)
    .map((source) => `${source}\n    ${outcome(source, scope, bindings)}`)
    .join('\n');

export const linesOf = (text: string): string[] => text.trim().split(/\n\s*/);
