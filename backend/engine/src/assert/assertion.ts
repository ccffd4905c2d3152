import type { AssertionSpec } from '@rehearse/contracts';
import { ASSERTION_TYPES } from '@rehearse/contracts';
import type { Scope } from '../expression/index.js';
import type { Answers, Asking } from './ask.js';
import { CEL_RULES } from './cel.js';
import { JAVASCRIPT_RULES } from './javascript.js';
import { MEANING_RULES } from './meaning/index.js';
import { OPERATION_RULES } from './operation.js';
import { OWN_RULES } from './own.js';
import type {
  AssertionIssue,
  AssertionResult,
  CompiledRule,
  CompileRule,
  Finding,
  Needs,
  Routes,
  Unknown,
} from './rule.js';
import { BadAssertion, badValue } from './rule.js';
import { SAFETY_RULES } from './safety/index.js';
import { SIMILARITY_RULES } from './similarity.js';
import { STRUCTURE_RULES } from './structure/index.js';
import type { AssertionSubject } from './subject.js';
import { TEXT_RULES } from './text.js';
import { TOOLS_CALL_RULES } from './tools-call.js';
import { TRAJECTORY_RULES } from './trajectory.js';
import { withTransform } from './transform.js';
import { unusedKeys } from './unused-keys.js';
import { isNeeds, isUnknown } from './value-template.js';

/** The rules about the output; a `transform` makes the output that they see. */
const OUTPUT_RULES = {
  ...TEXT_RULES,
  ...SIMILARITY_RULES,
  ...STRUCTURE_RULES,
  ...CEL_RULES,
  ...JAVASCRIPT_RULES,
  ...MEANING_RULES,
  ...SAFETY_RULES,
};
const RULES: Readonly<Record<string, CompileRule>> = {
  ...OUTPUT_RULES,
  ...TRAJECTORY_RULES,
  ...TOOLS_CALL_RULES,
  ...OPERATION_RULES,
  ...OWN_RULES,
};

/** The assertion types that run, without `not-`. */
export const RUNNABLE_ASSERTION_TYPES: readonly string[] = ASSERTION_TYPES.filter((type) =>
  Object.hasOwn(RULES, type),
);

/** An assertion that was checked once. Immutable. */
export interface CompiledAssertion {
  /** As it is written; a set has none. */
  spec?: AssertionSpec;
  /** The nodes of the graph that its expressions and templates name. */
  nodeReferences: readonly string[];
  warnings: readonly AssertionIssue[];
  /** Loads what it needs; to be awaited before the first `next` or `evaluate`. */
  prepare?: () => Promise<unknown>;
  /** Something may have to be asked for the result. */
  mayAsk: boolean;
  /** It may be a model that is asked. */
  asksModels: boolean;
  /** The result, or what has to be asked for it first. Pure, never throws, the same for the same subject and answers. */
  next(subject: AssertionSubject, answers: Answers): AssertionResult | Asking;
  /** The result where nobody can be asked: it is errored if somebody would have to be. */
  evaluate(subject: AssertionSubject): AssertionResult;
}

/** What an assertion may refer to, where it stands. */
export interface Around {
  routes: Routes;
  /** The variables of its expressions and templates. */
  scope: Scope;
}

const NO_ROUTES: Routes = { judge: '', embedding: '' };

/** Checks an assertion. Never throws; answers what is wrong with it. */
export function compileAssertion(
  spec: AssertionSpec,
  around: Partial<Around> = {},
): CompiledAssertion | AssertionIssue[] {
  const isNegated = spec.type.startsWith('not-');
  const type = isNegated ? spec.type.slice('not-'.length) : spec.type;
  const rule = Object.hasOwn(RULES, type) ? RULES[type]! : undefined;
  if (!rule) return [unknownType(type)];
  try {
    if (!Object.hasOwn(MEANING_RULES, type)) asksNobody(spec);
    const context = { type, isNegated, routes: around.routes ?? NO_ROUTES, scope: around.scope ?? 'check' };
    const seesOutput = Object.hasOwn(OUTPUT_RULES, type);
    const compiled = withTransform(rule(spec, context), { spec, context, seesOutput });
    const next = (subject: AssertionSubject, answers: Answers): AssertionResult | Asking => {
      const found = find(compiled, subject, answers);
      if (isNeeds(found) && !subject.endedEarly)
        return { asks: found.asks.map((ask, index) => ({ at: placeOf(index), of: type, ask })) };
      return verdictOf(spec, { isNegated, found: isNeeds(found) ? UNASKED : found, subject });
    };
    return {
      nodeReferences: compiled.nodeReferences ?? [],
      warnings: [...unusedKeys(type, spec), ...(compiled.warnings ?? [])],
      ...(compiled.prepare && { prepare: compiled.prepare }),
      mayAsk: compiled.mayAsk ?? false,
      asksModels: Object.hasOwn(MEANING_RULES, type),
      next,
      spec,
      evaluate: (subject) => withoutAsking(next(subject, NO_ANSWERS), spec),
    };
  } catch (error) {
    if (error instanceof BadAssertion) return [...error.issues];
    throw error;
  }
}

/** A judge that is never asked would be a slip that silently changes nothing. */
function asksNobody(spec: AssertionSpec): void {
  for (const key of ['provider', 'votes'] as const)
    if (spec[key] !== undefined) badValue(`\`${spec.type}\` asks no judge`, [key], `remove \`${key}\``);
}

const NO_ANSWERS: Answers = new Map();
const UNASKED: Unknown = { unknown: 'nobody was asked, as the run ended early' };
const placeOf = (index: number): string => `/turn[${index + 1}]`;

function withoutAsking(result: AssertionResult | Asking, spec: AssertionSpec): AssertionResult {
  if (!('asks' in result)) return result;
  return { ...commonOf(spec), verdict: 'errored', score: 0, reason: 'there is nobody to be asked here' };
}

const unknownType = (type: string): AssertionIssue => ({
  code: 'assertion/unknown-type',
  severity: 'error',
  message: `there is no assertion type \`${type}\``,
  path: ['type'],
});

/** A value that has no canonical JSON, say, ends in an error of the assertion and not of the run. */
function find(rule: CompiledRule, subject: AssertionSubject, answers: Answers): Finding | Unknown | Needs {
  try {
    return rule.evaluate(
      subject,
      Array.from({ length: answers.size }, (_, index) => answers.get(placeOf(index))),
    );
  } catch (error) {
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}

const commonOf = (spec: AssertionSpec) => ({
  ...{ type: spec.type, severity: spec.severity ?? ('major' as const), weight: spec.weight ?? 1 },
  ...(spec.metric !== undefined && { metric: spec.metric }),
});

function verdictOf(
  spec: AssertionSpec,
  { isNegated, found, subject }: { isNegated: boolean; found: Finding | Unknown; subject: AssertionSubject },
): AssertionResult {
  const common = commonOf(spec);
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
