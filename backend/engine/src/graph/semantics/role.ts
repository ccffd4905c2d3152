import type { AgentNode, LlmNode } from '@rehearse/contracts';
import { compileTemplate } from '../../expression/index.js';
import { resolvePersona } from '../../persona/index.js';
import type { PromptPart } from '../model.js';
import type { Compilation } from './compilation.js';

/** The system prompt of the role that a node plays; undefined when it plays none, or, reported, one that is not there. */
export function rolePart(c: Compilation, spec: LlmNode | AgentNode): PromptPart | undefined {
  if (spec.role === undefined) return undefined;
  const resolved = resolvePersona(spec.role, c.options.personas);
  if (!resolved.ok) return void c.report(spec, 'role', resolved.problem);
  // A role is text, whatever braces it holds.
  const literal = resolved.persona.system.replaceAll('{{', "{{ '{{' }}");
  const template = compileTemplate(literal, 'node');
  return Array.isArray(template) ? undefined : { role: 'system', template };
}
