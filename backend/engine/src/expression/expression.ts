import type { Json } from '@rehearse/contracts';
import { compileNode, compileTest } from './compile.js';
import type { EvaluationError, ExpressionIssue } from './issue.js';
import { EvaluationFailure } from './issue.js';
import type { Scope } from './scope.js';
import type { NodeReference } from './site.js';
import { Site } from './site.js';
import { parse } from './syntax.js';
import type { StaticType } from './value.js';
import { Frame, toJson } from './value.js';

/** What the variables stand for. Values are read, never changed. */
export type ExpressionBindings = Readonly<Record<string, Json>>;

export type Evaluation = { ok: true; value: Json } | { ok: false; error: EvaluationError };

/** An expression that was parsed and checked once, to be evaluated many times. Immutable. */
export interface CompiledExpression {
  source: string;
  scope: Scope;
  /** The nodes of the graph that it names, each once, in the order of the source. */
  nodeReferences: readonly string[];
  /** Where it names them, for diagnostics; offsets as in {@link ExpressionIssue}. */
  nodeReferencePlaces: readonly NodeReference[];
  /** The variables of its scope that it names, each once. */
  names: readonly string[];
  /** What is known about the type of its value; `dyn` when nothing is. */
  type: StaticType;
  /** What is allowed and still looks like a mistake. */
  warnings: readonly ExpressionIssue[];
  /**
   * Its value as plain JSON. Never throws. An absent `.?field` is null, an integer beyond 2^53 that was computed is
   * a string. The value may share parts with the bindings.
   */
  evaluate(bindings: ExpressionBindings): Evaluation;
}

/**
 * Parses and checks a CEL expression. Never throws; answers all that is wrong with it, warnings included, when
 * anything is.
 *
 * What differs from the CEL specification, so that JSON behaves as its users expect: every number is a double, and only
 * a division of two integer literals is one of integers; equality across types is false; `has` is false when an earlier
 * step of the path is missing; `duration("30s")` is a number of milliseconds; bytes, unsigned integers,
 * timestamps, types as values and `cel.bind` do not exist. In scope `contract` null never fails: a field of it is
 * null, a comparison with it (`!=` too) is false, except with the literal `null`, which asks whether something is there.
 */
export function compileExpression(source: string, scope: Scope): CompiledExpression | ExpressionIssue[] {
  return compileWith(compileNode, source, scope);
}

/**
 * As {@link compileExpression}, for what decides something (`when`, `ensures`, a contract): a value that is no bool is
 * an error, never taken for true or false. In scope `contract` null is false.
 */
export function compileCondition(source: string, scope: Scope): CompiledExpression | ExpressionIssue[] {
  return compileWith(compileTest, source, scope);
}

function compileWith(
  compileRoot: typeof compileNode,
  source: string,
  scope: Scope,
): CompiledExpression | ExpressionIssue[] {
  const tree = parse(source);
  if ('severity' in tree) return [tree];
  const site = new Site(source, scope);
  site.compile = (node) => compileNode(node, site);
  const part = compileRoot(tree, site);
  const issues = site.issues.toSorted((left, right) => left.offset - right.offset);
  if (issues.some((issue) => issue.severity === 'error')) return issues;
  return {
    source,
    scope,
    nodeReferences: [...new Set(site.references.map(({ node }) => node))],
    nodeReferencePlaces: site.references,
    names: [...site.names],
    type: part.type,
    warnings: issues,
    evaluate: (bindings) => evaluate(part.run, bindings),
  };
}

function evaluate(run: ReturnType<typeof compileNode>['run'], bindings: ExpressionBindings): Evaluation {
  const frame = new Frame(bindings);
  try {
    return { ok: true, value: toJson(run(frame), frame) };
  } catch (error) {
    return { ok: false, error: errorOf(error) };
  }
}

/** What a failure inside an evaluation means to the caller. */
export function errorOf(error: unknown): EvaluationError {
  if (error instanceof EvaluationFailure) return error.detail;
  // The stack ends for values nested thousands deep.
  if (error instanceof RangeError)
    return { code: 'expression/limit', message: 'the value is nested too deeply' };
  return { code: 'expression/type', message: error instanceof Error ? error.message : String(error) };
}
