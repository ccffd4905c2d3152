import type { AssertionSpec, Json } from '@rehearse/contracts';
import { ASSERTION_TYPES } from '@rehearse/contracts';
import { CEL_RULES, checkExpression } from './cel.js';
import { OPERATION_RULES } from './operation.js';
import type {
  AssertionIssue,
  AssertionResult,
  CompiledRule,
  CompileRule,
  Evaluate,
  Finding,
  Unknown,
} from './rule.js';
import { BadAssertion } from './rule.js';
import { SIMILARITY_RULES } from './similarity.js';
import { STRUCTURE_RULES } from './structure.js';
import type { AssertionSubject } from './subject.js';
import { TEXT_RULES } from './text.js';
import { TRAJECTORY_RULES } from './trajectory.js';
import { isUnknown, variablesOf } from './value-template.js';

/** The rules about the output; a `transform` makes the output that they see. */
const OUTPUT_RULES = { ...TEXT_RULES, ...SIMILARITY_RULES, ...STRUCTURE_RULES, ...CEL_RULES };
const RULES: Readonly<Record<string, CompileRule>> = {
  ...OUTPUT_RULES,
  ...TRAJECTORY_RULES,
  ...OPERATION_RULES,
};

/** The assertion types that run, without `not-`; the other ones of the format are known and do not run yet. */
export const RUNNABLE_ASSERTION_TYPES: readonly string[] = ASSERTION_TYPES.filter((type) =>
  Object.hasOwn(RULES, type),
);

/** An assertion that was checked once. Immutable. */
export interface CompiledAssertion {
  spec: AssertionSpec;
  /** The nodes of the graph that its expressions and templates name. */
  nodeReferences: readonly string[];
  warnings: readonly AssertionIssue[];
  /** Never throws, and gives the same result for the same subject. */
  evaluate(subject: AssertionSubject): AssertionResult;
}

/**
 * Checks an assertion. Never throws; answers what is wrong with it. A type that is known and does not run yet has the
 * code `assertion/not-supported`.
 */
export function compileAssertion(spec: AssertionSpec): CompiledAssertion | AssertionIssue[] {
  const isNegated = spec.type.startsWith('not-');
  const type = isNegated ? spec.type.slice('not-'.length) : spec.type;
  const rule = Object.hasOwn(RULES, type) ? RULES[type]! : undefined;
  if (!rule) return [unsupported(type)];
  try {
    const transformed = withTransform(rule(spec, { type, isNegated }), spec, type);
    return {
      spec,
      nodeReferences: transformed.nodeReferences ?? [],
      warnings: transformed.warnings ?? [],
      evaluate: (subject) =>
        verdictOf(spec, { isNegated, found: find(transformed.evaluate, subject), subject }),
    };
  } catch (error) {
    if (error instanceof BadAssertion) return [...error.issues];
    throw error;
  }
}

const unsupported = (type: string): AssertionIssue => ({
  code: 'assertion/not-supported',
  severity: 'error',
  message: `the assertion type \`${type}\` does not run yet; there are ${RUNNABLE_ASSERTION_TYPES.join(', ')}`,
  path: ['type'],
});

function withTransform(rule: CompiledRule, { transform }: AssertionSpec, type: string): CompiledRule {
  if (transform === undefined) return rule;
  const path = ['transform'];
  if (!Object.hasOwn(OUTPUT_RULES, type)) {
    const message = `\`${type}\` does not look at the output, so there is nothing to transform`;
    throw new BadAssertion([{ code: 'assertion/bad-value', severity: 'error', message, path }]);
  }
  const expression = checkExpression(transform, path);
  const warnings = expression.warnings.map((issue) => ({ ...issue, path }));
  return {
    nodeReferences: [...new Set([...(rule.nodeReferences ?? []), ...expression.nodeReferences])],
    warnings: [...(rule.warnings ?? []), ...warnings],
    evaluate: (subject) => {
      if (subject.output === null) return { unknown: 'the run has no output' };
      const evaluation = expression.evaluate(variablesOf(subject));
      if (!evaluation.ok) return { unknown: `the transform failed: ${evaluation.error.message}` };
      return rule.evaluate(withOutput(subject, evaluation.value));
    },
  };
}

function withOutput(subject: AssertionSubject, output: Json): AssertionSubject {
  const text = typeof output === 'string' ? output : subject.text;
  return { ...subject, output, text, bindings: { ...subject.bindings, output, text } };
}

/** A value that has no canonical JSON, say, ends in an error of the assertion and not of the run. */
function find(evaluate: Evaluate, subject: AssertionSubject): Finding | Unknown {
  try {
    return evaluate(subject);
  } catch (error) {
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}

function verdictOf(
  spec: AssertionSpec,
  { isNegated, found, subject }: { isNegated: boolean; found: Finding | Unknown; subject: AssertionSubject },
): AssertionResult {
  const common = {
    ...{ type: spec.type, severity: spec.severity ?? ('major' as const), weight: spec.weight ?? 1 },
    ...(spec.metric !== undefined && { metric: spec.metric }),
  };
  if (isUnknown(found)) return { ...common, verdict: 'errored', score: 0, reason: found.unknown };
  const reason = sentence(found, isNegated);
  const { evidence } = found;
  if (subject.endedEarly && !found.isFinal) {
    const early = `cannot be told, the run ended early: ${subject.endedEarly.reason}; ${reason}`;
    return { ...common, verdict: 'errored', score: 0, reason: early, evidence };
  }
  const score = found.score ?? (found.holds ? 1 : 0);
  return {
    ...common,
    verdict: found.holds === isNegated ? 'failed' : 'passed',
    score: isNegated ? 1 - score : score,
    reason,
    evidence,
  };
}

function sentence({ claim: [subject, verb], got }: Finding, isNegated: boolean): string {
  return `expected ${subject} ${isNegated ? 'not ' : ''}to ${verb}, got ${got}`;
}
