import type { AgentNode, FileReference, LlmNode } from '@rehearse/contracts';
import type { CompiledTemplate } from '../../expression/index.js';
import type { PromptPart } from '../model.js';
import type { Compilation } from './compilation.js';
import { fileAt } from './file.js';
import { rolePart } from './role.js';
import { templateAt, templateOf } from './text.js';

type Options = Parameters<typeof templateAt>[2];

interface Asking {
  /** Where the node stands, and as what. */
  at: readonly [container: object, id: string];
  spec: LlmNode | AgentNode;
  options: Options;
  mayBeSilent?: boolean;
}

/**
 * What a node says to the model, in this order: `role`, `system`, `messages`, `prompt`. Undefined, and reported,
 * when it says nothing; the agent of a conversation may leave that to the persona.
 */
export function promptParts(
  c: Compilation,
  { at: [container, id], spec, options, mayBeSilent }: Asking,
): PromptPart[] | undefined {
  const parts = [
    rolePart(c, spec),
    partAt(c, [spec, 'system'], { role: 'system', options }),
    ...(spec.messages ?? []).map((message) =>
      partAt(c, [message, 'content'], { role: message.role, options }),
    ),
    partAt(c, [spec, 'prompt'], { role: 'user', options }),
  ];
  if (mayBeSilent) return parts.filter((part) => part !== undefined);
  if (spec.prompt === undefined && !spec.messages?.length && !c.isDamaged(c.located.pathOf(container, id))) {
    const message = `the node ${id} asks nothing`;
    c.reportKey(container, id, {
      code: 'graph/missing-key',
      message,
      suggestion: 'add `prompt` or `messages`',
    });
    return undefined;
  }
  return parts.filter((part) => part !== undefined);
}

function partAt(
  c: Compilation,
  at: readonly [object, string],
  { role, options }: { role: PromptPart['role']; options: Options },
): PromptPart | undefined {
  const template = textPart(c, at, options);
  return template && { role, template };
}

/** The text at a member as a template; undefined when there is none or it is wrong. */
export function textPart(
  c: Compilation,
  [container, member]: readonly [object, string],
  options: Options,
): CompiledTemplate | undefined {
  const text = (container as Record<string, unknown>)[member];
  if (text === undefined) return undefined;
  return typeof text === 'object'
    ? fileTemplate(c, text as FileReference, options)
    : templateAt(c, [container, member], options);
}

/** The text of a file as a template; what is wrong in it is told with its line there. */
function fileTemplate(
  c: Compilation,
  reference: FileReference,
  options: Options,
): CompiledTemplate | undefined {
  const { file } = reference;
  const text = fileAt(c, [reference, 'file'], file);
  if (text === undefined) return undefined;
  return templateOf(c, text, { ...options, place: c.located.place(reference, 'file'), name: file });
}
