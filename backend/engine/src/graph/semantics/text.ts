import type { Json } from '@rehearse/contracts';
import {
  compileCondition,
  compileExpression,
  compileTemplate,
  compileTemplateValue,
  type CompiledExpression,
  type CompiledTemplate,
  type CompiledTemplateValue,
  type ExpressionIssue,
  type Scope,
  type NodeReference,
} from '../../expression/index.js';
import type { Place } from '../located.js';
import { sourceOffset } from '../yaml/scalar-place.js';
import type { Compilation } from './compilation.js';

/** A reference to a node, at its place in the source. */
export interface Reference {
  node: string;
  path: string;
  start: number;
  end: number;
}

interface TextOptions {
  scope: Scope;
  /** Called for each reference to a node that exists. */
  onReference?: (reference: Reference) => void;
}

type At = readonly [container: object, member: string | number];

/** Compiles the CEL expression at a member; undefined, and reported, when it is wrong. */
export function expressionAt(c: Compilation, at: At, options: TextOptions): CompiledExpression | undefined {
  return textAt(c, at, { ...options, compile: compileExpression });
}

/** Compiles the CEL expression at a member, which must give a bool; undefined, and reported, when it is wrong. */
export function conditionAt(c: Compilation, at: At, options: TextOptions): CompiledExpression | undefined {
  return textAt(c, at, { ...options, compile: compileCondition });
}

/** Compiles the template at a member; undefined, and reported, when it is wrong. */
export function templateAt(c: Compilation, at: At, options: TextOptions): CompiledTemplate | undefined {
  return textAt(c, at, { ...options, compile: compileTemplate });
}

/** Compiles a text that does not stand in the document: `place` names it there, and `name` and a line tell where it is. */
export function templateOf(
  c: Compilation,
  text: string,
  { scope, onReference, place, name }: TextOptions & { place: Place; name: string },
): CompiledTemplate | undefined {
  const compiled = compileTemplate(text, scopeIn(c, scope));
  const spot = { path: place.path, start: place.start, end: place.end };
  const at = ({ offset }: { offset: number }) =>
    c.elsewhere(spot, () => `${name}, line ${text.slice(0, offset).split('\n').length}`);
  for (const issue of Array.isArray(compiled) ? compiled : compiled.warnings)
    reportIssues(at(issue), spot, [issue]);
  if (Array.isArray(compiled)) return undefined;
  for (const reference of compiled.nodeReferencePlaces)
    noteReferences(at(reference), spot, { references: [reference], scope, onReference });
  return compiled;
}

/** Inside of a node, what its own expressions see there is known too. */
export function scopeIn(c: Compilation, scope: Scope): Scope {
  const { base, locals } = typeof scope === 'string' ? { base: scope, locals: {} } : scope;
  if ((base !== 'node' && base !== 'check') || Object.keys(c.locals).length === 0) return scope;
  return { base, locals: { ...c.locals, ...locals } };
}

interface Compiled {
  warnings: readonly ExpressionIssue[];
  nodeReferencePlaces: readonly NodeReference[];
}

function textAt<T extends Compiled>(
  c: Compilation,
  [container, member]: At,
  {
    compile,
    scope,
    onReference,
  }: TextOptions & { compile(source: string, scope: Scope): T | ExpressionIssue[] },
): T | undefined {
  const place = c.located.place(container, member);
  const compiled = compile(memberOf(container, member) as string, scopeIn(c, scope));
  reportIssues(c, place, Array.isArray(compiled) ? compiled : compiled.warnings);
  if (Array.isArray(compiled)) return undefined;
  noteReferences(c, place, { references: compiled.nodeReferencePlaces, scope, onReference });
  return compiled;
}

/** Compiles the value at a member with a template in each of its texts. */
export function templateValueAt(
  c: Compilation,
  [container, member]: At,
  options: TextOptions,
): CompiledTemplateValue | undefined {
  const value = memberOf(container, member);
  const compiled = compileTemplateValue(value, scopeIn(c, options.scope));
  const issues = Array.isArray(compiled) ? compiled : compiled.warnings;
  for (const issue of issues) reportIssues(c, c.placeWithin(container, [member, ...issue.path]), [issue]);
  if (Array.isArray(compiled)) return undefined;
  if (compiled.nodeReferences.length > 0) noteLeafReferences(c, [container, member], options);
  return compiled;
}

/** The compiled value knows which nodes it names, and not where; each text is asked again for that. */
function noteLeafReferences(c: Compilation, [container, member]: At, options: TextOptions): void {
  const value = memberOf(container, member);
  if (typeof value === 'object' && value !== null) {
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value))
      noteLeafReferences(c, [value, key], options);
  } else if (typeof value === 'string') {
    const compiled = compileTemplate(value, scopeIn(c, options.scope));
    if (Array.isArray(compiled)) return;
    const references = compiled.nodeReferencePlaces;
    noteReferences(c, c.located.place(container, member), { ...options, references });
  }
}

/** Tells where the offsets of a text stand in the source. */
export function spanOf(c: Compilation, place: Place, { offset, length }: { offset: number; length: number }) {
  const { scalar, path } = place;
  if (!scalar) return { path, start: place.start, end: place.end };
  const { source } = c.findings.lines;
  const start = sourceOffset(source, scalar, offset);
  return {
    path,
    start,
    end: length === 0 ? start : Math.max(sourceOffset(source, scalar, offset + length), start + 1),
  };
}

function reportIssues(c: Compilation, place: Place, issues: readonly ExpressionIssue[]): void {
  for (const { code, severity, message, suggestion, ...span } of issues) {
    const remedy = suggestion ?? REMEDIES[code];
    const told = { code, severity, message, ...(remedy !== undefined && { suggestion: remedy }) };
    c.findings.add({ ...told, ...spanOf(c, place, span) });
  }
}

/** How to mend what the compiler of expressions has no better advice for. */
export const REMEDIES: Readonly<Record<string, string | undefined>> = {
  'expression/syntax': 'complete the CEL expression, as in nodes.a.output == "x"',
  'expression/unknown-name': 'use a name that exists here',
  'expression/type': 'make both sides fit, as in string(inputs.n) + "x"',
  'expression/regex': 'use RE2 syntax: no look-around, no back-references',
  'expression/limit': 'make the expression smaller',
  'expression/integer-division': 'write one of the numbers with a point, as in 1.0 / 2',
};

function noteReferences(
  c: Compilation,
  place: Place,
  { references, scope, onReference }: TextOptions & { references: readonly NodeReference[] },
): void {
  for (const { node, ...span } of references) {
    const at = spanOf(c, place, span);
    // An invariant sees what happened, and so every node that speaks.
    const isKnown = scope === 'state' ? c.checkName('nodes', node, at) : c.checkNode(node, at);
    if (isKnown) onReference?.({ node, ...at });
  }
}

const memberOf = (container: object, member: string | number): Json =>
  (container as Record<string | number, Json>)[member]!;
