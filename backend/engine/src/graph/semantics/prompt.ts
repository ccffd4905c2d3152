import type { AgentNode, LlmNode } from '@rehearse/contracts';
import type { PromptPart } from '../model.js';
import type { Compilation } from './compilation.js';
import { templateAt } from './text.js';

type Options = Parameters<typeof templateAt>[2];

interface Asking {
  id: string;
  spec: LlmNode | AgentNode;
  options: Options;
}

/** What a node says to the model, in this order: `system`, `messages`, `prompt`. Undefined, and reported, when it says nothing. */
export function promptParts(c: Compilation, { id, spec, options }: Asking): PromptPart[] | undefined {
  const parts = [
    partAt(c, [spec, 'system'], { role: 'system', options }),
    ...(spec.messages ?? []).map((message) =>
      partAt(c, [message, 'content'], { role: message.role, options }),
    ),
    partAt(c, [spec, 'prompt'], { role: 'user', options }),
  ];
  if (spec.prompt === undefined && !spec.messages?.length && !c.isDamaged(['nodes', id])) {
    const message = `the node ${id} asks nothing`;
    c.reportKey(c.document.nodes!, id, {
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
  [container, member]: readonly [object, string],
  { role, options }: { role: PromptPart['role']; options: Options },
): PromptPart | undefined {
  const text = (container as Record<string, unknown>)[member];
  if (text === undefined) return undefined;
  if (typeof text === 'object')
    return void c.refuse(container, member, 'texts from files are not read yet', 'write the text here');
  const template = templateAt(c, [container, member], options);
  return template && { role, template };
}
