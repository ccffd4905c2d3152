import type { Json } from '@rehearse/contracts';
import type { Scope, TemplateValueIssue } from '../expression/index.js';
import { compileTemplateValue } from '../expression/index.js';
import type { AssertionIssue, Needs, Unknown } from './rule.js';
import { BadAssertion } from './rule.js';
import type { AssertionSubject } from './subject.js';

/** The `value` of an assertion, whose strings are templates. */
export interface ValueTemplate {
  render(subject: AssertionSubject): { value: Json } | Unknown;
  nodeReferences: readonly string[];
  warnings: readonly AssertionIssue[];
}

export const isUnknown = (found: object): found is Unknown => 'unknown' in found;
export const isNeeds = (found: object): found is Needs => 'asks' in found;

export function valueTemplate(
  scope: Scope,
  value: Json,
  path: AssertionIssue['path'] = ['value'],
): ValueTemplate {
  const place = (issue: TemplateValueIssue): AssertionIssue => ({ ...issue, path: [...path, ...issue.path] });
  const compiled = compileTemplateValue(value, scope);
  if (Array.isArray(compiled)) throw new BadAssertion(compiled.map(place));
  return {
    nodeReferences: compiled.nodeReferences,
    warnings: compiled.warnings.map(place),
    render: (subject) => {
      const rendering = compiled.render(variablesOf(subject));
      return rendering.ok ? { value: rendering.value } : { unknown: rendering.error.message };
    },
  };
}

/** What expressions and templates of an assertion may name. */
export function variablesOf(subject: AssertionSubject): Record<string, Json> {
  const { output, text, toolCalls } = subject;
  return { output, text, toolCalls: toolCalls as unknown as Json, ...subject.bindings };
}
