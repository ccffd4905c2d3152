import type { ASTNode } from '@marcbachmann/cel-js';
import type { EvaluationErrorCode, ExpressionIssue } from './issue.js';
import { EvaluationFailure } from './issue.js';
import type { ExpressionScope, Scope } from './scope.js';
import { baseOf, isNullTolerant, variablesOf } from './scope.js';
import type { Frame, StaticType, Value } from './value.js';
import { describe } from './value.js';

export type SyntaxNode = ASTNode;
export type SyntaxOf<Op extends ASTNode['op']> = Extract<ASTNode, { op: Op }>;
export type Step = (frame: Frame) => Value;

/** A compiled piece of an expression; `size` is how many syntax nodes one evaluation of it visits at most. */
export interface Part {
  run: Step;
  type: StaticType;
  size: number;
}

/** A place in the source that names a node of the graph. */
export interface NodeReference {
  node: string;
  offset: number;
  length: number;
}

/** What the parts of the compiler share while one expression is compiled. */
export class Site {
  readonly issues: ExpressionIssue[] = [];
  readonly names = new Set<string>();
  readonly references: NodeReference[] = [];
  /** The variables of the comprehensions around the current node, outermost first. */
  readonly locals: string[] = [];
  readonly isNullTolerant: boolean;
  /** Set by the compiler, so that its parts can compile what they contain without importing it. */
  compile!: (node: SyntaxNode) => Part;

  readonly scope: ExpressionScope;
  readonly variables: ReturnType<typeof variablesOf>;

  constructor(
    readonly source: string,
    scope: Scope,
  ) {
    this.scope = baseOf(scope);
    this.variables = variablesOf(scope);
    this.isNullTolerant = isNullTolerant(this.scope);
  }

  report(
    at: { start: number; end: number },
    issue: Pick<ExpressionIssue, 'code' | 'message' | 'suggestion'>,
  ) {
    this.add(at, { ...issue, severity: 'error' });
  }

  warn(at: { start: number; end: number }, issue: Pick<ExpressionIssue, 'code' | 'message' | 'suggestion'>) {
    this.add(at, { ...issue, severity: 'warning' });
  }

  private add(at: { start: number; end: number }, issue: Omit<ExpressionIssue, 'offset' | 'length'>) {
    const length = Math.max(at.end - at.start, at.start < this.source.length ? 1 : 0);
    this.issues.push({ ...issue, offset: at.start, length });
  }

  /** Compiles something whose value is needed, so an optional must have been resolved before. */
  operand(node: SyntaxNode): Part {
    const part = this.compile(node);
    if (part.type === 'optional') {
      this.report(node, {
        code: 'expression/type',
        message: `${this.text(node)} may be absent`,
        suggestion: 'say what it is then: .orValue(…)',
      });
    }
    return part;
  }

  /** Reports a part whose type is known and is none of these. */
  expect(part: Part, node: SyntaxNode, allowed: readonly StaticType[]): void {
    const isFine = part.type === 'dyn' || allowed.includes(part.type) || part.type === 'optional';
    if (isFine || (this.isNullTolerant && part.type === 'null')) return;
    const wanted = allowed.map(describe).join(' or ');
    this.report(node, {
      code: 'expression/type',
      message: `${this.text(node)} must be ${wanted}, not ${describe(part.type)}`,
      ...(allowed.join() === 'bool' && { suggestion: 'compare it with something, as in inputs.n > 0' }),
    });
  }

  /** The source of a node, shortened for messages. */
  text(node: SyntaxNode): string {
    const text = this.source.slice(node.start, node.end).replace(/\s+/g, ' ');
    return text.length > 60 ? `${text.slice(0, 59)}…` : text;
  }
}

export function fail(code: EvaluationErrorCode, message: string, path?: string): never {
  throw new EvaluationFailure(path === undefined ? { code, message } : { code, message, path });
}

export const sizeOf = (...parts: readonly Part[]): number => parts.reduce((sum, part) => sum + part.size, 1);
