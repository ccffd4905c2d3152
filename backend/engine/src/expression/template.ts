import type { Json } from '@rehearse/contracts';
import { canonicalJson } from '../journal/canonical.js';
import type { CompiledExpression, Evaluation, ExpressionBindings } from './expression.js';
import { compileExpression, errorOf } from './expression.js';
import type { EvaluationError, ExpressionIssue } from './issue.js';
import type { Scope } from './scope.js';
import type { NodeReference } from './site.js';
import { splitTemplate } from './template-parts.js';
import { MAX_STRING } from './value.js';

/** What becomes of the parts of a text while it is put together. */
export interface Filling {
  /** Of what stands in the template itself, and cannot come from a model or a user. */
  written?(text: string): string;
  /** Of the value of an expression within a text. */
  inserted?(text: string): string;
}

export type Rendering = { ok: true; text: string } | { ok: false; error: EvaluationError };

/** A text with `{{ expression }}` in it, checked once. Immutable. */
export interface CompiledTemplate {
  source: string;
  scope: Scope;
  /** As in {@link CompiledExpression}, over all its expressions; offsets count from the start of the text. */
  nodeReferences: readonly string[];
  nodeReferencePlaces: readonly NodeReference[];
  names: readonly string[];
  warnings: readonly ExpressionIssue[];
  /** Puts a string in as it is and anything else as canonical JSON. Never throws. */
  render(bindings: ExpressionBindings, filling?: Filling): Rendering;
}

type Part = string | CompiledExpression;

/**
 * Checks a template. Never throws; the offsets of issues count from the start of the whole text. `{{ "{{" }}` writes
 * two braces.
 */
export function compileTemplate(text: string, scope: Scope): CompiledTemplate | ExpressionIssue[] {
  const parsed = parseTemplate(text, scope);
  if ('issues' in parsed) return parsed.issues;
  const { parts, ...summary } = parsed;
  return { source: text, scope, ...summary, render: (bindings, filling) => render(parts, bindings, filling) };
}

interface ParsedTemplate {
  parts: readonly Part[];
  nodeReferences: readonly string[];
  nodeReferencePlaces: readonly NodeReference[];
  names: readonly string[];
  warnings: readonly ExpressionIssue[];
}

function parseTemplate(text: string, scope: Scope): ParsedTemplate | { issues: ExpressionIssue[] } {
  const parts: Part[] = [];
  const issues: ExpressionIssue[] = [];
  const places: NodeReference[] = [];
  for (const piece of splitTemplate(text)) {
    if ('text' in piece) parts.push(piece.text);
    else if ('issue' in piece) issues.push(piece.issue);
    else {
      const compiled = compileExpression(piece.expression, scope);
      const found = Array.isArray(compiled) ? compiled : compiled.warnings;
      issues.push(...found.map((issue) => ({ ...issue, offset: issue.offset + piece.offset })));
      if (Array.isArray(compiled)) continue;
      parts.push(compiled);
      places.push(
        ...compiled.nodeReferencePlaces.map((place) => ({ ...place, offset: place.offset + piece.offset })),
      );
    }
  }
  if (issues.some((issue) => issue.severity === 'error')) return { issues };
  const expressions = parts.filter((part) => typeof part !== 'string');
  return {
    parts,
    nodeReferences: [...new Set(places.map(({ node }) => node))],
    nodeReferencePlaces: places,
    names: [...new Set(expressions.flatMap((expression) => expression.names))],
    warnings: issues,
  };
}

function render(parts: readonly Part[], bindings: ExpressionBindings, filling?: Filling): Rendering {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += filling?.written?.(part) ?? part;
      continue;
    }
    const evaluation = part.evaluate(bindings);
    if (!evaluation.ok) return evaluation;
    try {
      const value = typeof evaluation.value === 'string' ? evaluation.value : canonicalJson(evaluation.value);
      text += filling?.inserted?.(value) ?? value;
    } catch (error) {
      return { ok: false, error: errorOf(error) };
    }
    if (text.length > MAX_STRING) {
      return { ok: false, error: { code: 'expression/limit', message: 'the rendered text gets too long' } };
    }
  }
  return { ok: true, text };
}

/** A JSON value with templates in its strings, checked once. Immutable. */
export interface CompiledTemplateValue {
  source: Json;
  nodeReferences: readonly string[];
  names: readonly string[];
  warnings: readonly TemplateValueIssue[];
  /** The value with every template filled in. Never throws. */
  render(bindings: ExpressionBindings, filling?: Filling): Evaluation;
}

/** An issue within a string leaf: `path` leads to the leaf, offsets count from the start of the leaf. */
export interface TemplateValueIssue extends ExpressionIssue {
  path: readonly (string | number)[];
}

type Leaf = (bindings: ExpressionBindings, filling?: Filling) => Evaluation;

/**
 * Checks every string of a JSON value as a template; keys are taken as they are. A string that is one
 * `{{ expression }}` and nothing else keeps the type of the expression's value, so `"{{ inputs.count }}"` gives a
 * number as an argument of a tool; in any other string the value becomes text. Never throws.
 */
export function compileTemplateValue(
  value: Json,
  scope: Scope,
): CompiledTemplateValue | TemplateValueIssue[] {
  const found: Found = { scope, issues: [], nodes: new Set(), names: new Set() };
  const renderValue = compileValue(value, [], found);
  if (found.issues.some((issue) => issue.severity === 'error')) return found.issues;
  return {
    source: value,
    nodeReferences: [...found.nodes],
    names: [...found.names],
    warnings: found.issues,
    render: renderValue,
  };
}

interface Found {
  scope: Scope;
  issues: TemplateValueIssue[];
  nodes: Set<string>;
  names: Set<string>;
}

function compileValue(value: Json, path: readonly (string | number)[], found: Found): Leaf {
  if (typeof value === 'string') return compileLeaf(value, path, found);
  if (value === null || typeof value !== 'object') return () => ({ ok: true, value });
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileValue(item, [...path, index], found));
    return (...given) => collect(items.entries(), given, (entries) => entries.map(([, item]) => item));
  }
  const fields = Object.entries(value).map(
    ([key, field]) => [key, compileValue(field, [...path, key], found)] as const,
  );
  return (...given) => collect(fields, given, (entries) => Object.fromEntries(entries));
}

function collect<Key>(
  leaves: Iterable<readonly [Key, Leaf]>,
  given: Parameters<Leaf>,
  build: (entries: [Key, Json][]) => Json,
): Evaluation {
  const entries: [Key, Json][] = [];
  for (const [key, leaf] of leaves) {
    const evaluation = leaf(...given);
    if (!evaluation.ok) return evaluation;
    entries.push([key, evaluation.value]);
  }
  return { ok: true, value: build(entries) };
}

function compileLeaf(text: string, path: readonly (string | number)[], found: Found): Leaf {
  const parsed = parseTemplate(text, found.scope);
  const issues = 'issues' in parsed ? parsed.issues : parsed.warnings;
  found.issues.push(...issues.map((issue) => ({ ...issue, path })));
  if ('issues' in parsed) return () => ({ ok: true, value: text });
  for (const node of parsed.nodeReferences) found.nodes.add(node);
  for (const name of parsed.names) found.names.add(name);
  const [only, ...others] = parsed.parts;
  if (only !== undefined && typeof only !== 'string' && others.length === 0)
    return (bindings) => only.evaluate(bindings);
  return (bindings, filling) => {
    const rendering = render(parsed.parts, bindings, filling);
    return rendering.ok ? { ok: true, value: rendering.text } : rendering;
  };
}
