import { durationMs, type Node } from '@rehearse/contracts';
import type { CompiledHumanNode, CompiledNode, CompiledWaitNode } from '../model.js';
import { edges, type Own, type Scoped } from './scoped.js';
import { textPart } from './prompt.js';
import { templateAt } from './text.js';

type Spec<T extends Node['type']> = Extract<Node, { type: T }>;

/** A person is asked; `form` says what else they are to give. */
export function humanParts(scoped: Scoped, spec: Spec<'human'>): Own<CompiledNode> | undefined {
  const { c, references } = scoped;
  const prompt = textPart(c, [spec, 'prompt'], edges(references));
  const form = c.schema(spec, 'form');
  if (spec.onTimeout !== undefined && spec.timeout === undefined) {
    const message = '`onTimeout` does nothing without `timeout`';
    c.reportKey(spec, 'onTimeout', { code: 'graph/missing-key', message, suggestion: 'add `timeout`' });
  }
  if (!prompt) return undefined;
  return {
    ...{ type: 'human', spec, prompt },
    ...(form && { form: { schema: form, json: spec.form! } }),
    approvers: spec.approvers ?? [],
    timeoutMs: spec.timeout === undefined ? null : durationMs(spec.timeout),
    onTimeout: spec.onTimeout ?? 'error',
  } satisfies Own<CompiledHumanNode>;
}

/** Time passes: a duration, or a template that gives one. */
export function waitParts({ c, references }: Scoped, spec: Spec<'wait'>): Own<CompiledNode> | undefined {
  const duration = templateAt(c, [spec, 'for'], edges(references));
  if (duration && !spec.for.includes('{{') && !isDuration(spec.for)) {
    const message = `\`${spec.for}\` is no duration of at most 3650d`;
    const suggestion = 'write a number and its unit: 200ms, 30s, 2m, 1h or 1d';
    return void c.report(spec, 'for', { code: 'graph/bad-value', message, suggestion });
  }
  return duration && ({ type: 'wait', spec, duration } satisfies Own<CompiledWaitNode>);
}

function isDuration(text: string): boolean {
  try {
    durationMs(text);
    return true;
  } catch {
    return false;
  }
}
