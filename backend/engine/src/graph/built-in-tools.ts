import type { Json, JsonObject } from '@rehearse/contracts';
import { compileSchema } from '../schema-check/index.js';
import type { CompiledTool } from './model.js';

/** A tool that the run answers itself; nothing goes out for it. */
export type BuiltIn = { kind: 'memory_read' | 'memory_write' } | { kind: 'handoff'; to: string };

const TEXT = { type: 'string' };

function builtIn(
  name: string,
  told: { is: BuiltIn; description: string; properties: JsonObject },
): CompiledTool {
  const { is, description, properties } = told;
  const json = { type: 'object', required: Object.keys(properties), properties } as Json & object;
  const parameters = compileSchema(json);
  if (Array.isArray(parameters)) throw new RangeError(`the parameters of ${name} are no schema`);
  return { name, spec: { description, parameters: json as JsonObject }, parameters, builtIn: is };
}

const MEMORY = {
  memory_read: { description: 'What is remembered under a key, or null.', properties: { key: TEXT } },
  memory_write: { description: 'Remembers a value under a key.', properties: { key: TEXT, value: {} } },
};

/** The tool that has this name where the document declares none of it. */
export const memoryTool = (name: string): CompiledTool | undefined =>
  name === 'memory_read' || name === 'memory_write'
    ? builtIn(name, { is: { kind: name }, ...MEMORY[name] })
    : undefined;

const HANDOFF = 'handoff_to_';

/** The tool by which an agent gives its work to another: `handoff_to_billing`. */
export const handoffTool = (node: string, description: string | undefined): CompiledTool =>
  builtIn(`${HANDOFF}${node}`, {
    is: { kind: 'handoff', to: node },
    description: `Hands the conversation over to ${node}${description === undefined ? '' : `: ${description}`}`,
    properties: { message: TEXT },
  });
