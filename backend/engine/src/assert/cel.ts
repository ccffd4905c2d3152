import { compileExpression, type Scope } from '../expression/index.js';
import type { AssertionIssue, CompiledRule, CompileRule } from './rule.js';
import { BadAssertion, badValue, clip, reaches, rounded, scoreThreshold } from './rule.js';
import { variablesOf } from './value-template.js';

/** Compiles an expression of an assertion, with its issues at `path`. */
export function checkExpression(scope: Scope, source: string, path: AssertionIssue['path']) {
  const compiled = compileExpression(source, scope);
  if (Array.isArray(compiled)) throw new BadAssertion(compiled.map((issue) => ({ ...issue, path })));
  return compiled;
}

/** `value` holds or not, or it is a score from 0 to 1 that must reach the threshold (more than 0 without one). */
const cel: CompileRule = (spec, { scope }): CompiledRule => {
  if (typeof spec.value !== 'string') return badValue('the value must be a CEL expression');
  const source = spec.value;
  const expression = checkExpression(scope, source, ['value']);
  if (!['bool', 'number', 'dyn', 'optional'].includes(expression.type)) {
    badValue(`the expression must give a bool or a score, not a ${expression.type}`);
  }
  const least = spec.threshold === undefined ? undefined : scoreThreshold(spec, 0);
  return {
    nodeReferences: expression.nodeReferences,
    warnings: expression.warnings.map((issue) => ({ ...issue, path: ['value'] })),
    evaluate: (subject) => {
      const evaluation = expression.evaluate(variablesOf(subject));
      if (!evaluation.ok) return { unknown: evaluation.error.message };
      const { value } = evaluation;
      const isScore = typeof value === 'number' && value >= 0 && value <= 1;
      if (typeof value !== 'boolean' && !isScore) {
        return {
          unknown: `the expression gave ${clip(JSON.stringify(value))}, not a bool or a score from 0 to 1`,
        };
      }
      const score = Number(value);
      return {
        // What holds or not is its own verdict; a threshold is for scores.
        holds: typeof value === 'boolean' ? value : reaches(score, least),
        score,
        claim: [source, least === undefined || typeof value === 'boolean' ? 'hold' : `be at least ${least}`],
        got: typeof value === 'number' ? rounded(value) : String(value),
        evidence: { expected: source, actual: value },
      };
    },
  };
};

/** The expression family, as far as it runs. */
export const CEL_RULES: Readonly<Record<string, CompileRule>> = { cel };
