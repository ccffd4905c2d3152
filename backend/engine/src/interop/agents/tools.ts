import { NAME_PATTERN, type Json, type JsonObject, type Tool } from '@rehearse/contracts';
import { compileSchema } from '../../schema-check/index.js';
import { type At, isMapping, type Sources } from '../sources.js';

/** What a tool answers until somebody connects it: an error, so that no run passes on an answer that nobody gave. */
const NOT_CONNECTED = 'this tool was imported without what it calls; give it `http` or a `mock`';
const TOOL_KEYS = [
  'name',
  'description',
  'parameters',
  'input_schema',
  'function',
  'type',
  'category',
  'access_level',
];

/** The tools of an agent, by their names here: a list of names or definitions, or a mapping from name to definition. */
export function readTools(written: Json | undefined, at: At, sources: Sources): Record<string, Tool> {
  const tools: Record<string, Tool> = {};
  for (const [entry, place, key] of entriesOf(written, at)) {
    const definition = definitionOf(entry, key);
    if (!definition) sources.lost(place, 'a tool is a name, or a mapping with one');
    else {
      const name = toolName(definition.name, { at: place, sources, taken: tools });
      tools[name] = toolOf(definition.spec, place, sources);
    }
  }
  return tools;
}

function entriesOf(written: Json | undefined, at: At): [Json, At, string?][] {
  if (Array.isArray(written)) return written.map((entry, index) => [entry, [written, index]]);
  if (isMapping(written)) return Object.entries(written).map(([key, entry]) => [entry, [written, key], key]);
  return written === undefined || written === null ? [] : [[written, at]];
}

function definitionOf(entry: Json, key: string | undefined): { name: string; spec: JsonObject } | undefined {
  if (typeof entry === 'string')
    return { name: key ?? entry, spec: key === undefined ? {} : { description: entry } };
  if (!isMapping(entry)) return key === undefined ? undefined : { name: key, spec: {} };
  // As a call to OpenAI has them.
  const spec = isMapping(entry['function']) ? { ...entry, ...entry['function'] } : entry;
  const name = spec['name'] ?? key;
  return typeof name === 'string' && name !== '' ? { name, spec } : undefined;
}

interface Naming {
  at: At;
  sources: Sources;
  taken: Readonly<Record<string, Tool>>;
}

function toolName(written: string, { at, sources, taken }: Naming): string {
  const plain = NAME_PATTERN.test(written) ? written : nameOf(written);
  let name = plain;
  for (let n = 2; Object.hasOwn(taken, name); n++) name = `${plain.slice(0, 58)}_${n}`;
  if (name !== written) sources.changed(at, `the tool \`${written}\` is called \`${name}\``);
  return name;
}

/** A name as expressions can use it. */
export const nameOf = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .replace(/^(\d)/, '_$1')
    .slice(0, 63) || 'agent';

function toolOf(spec: JsonObject, at: At, sources: Sources): Tool {
  const { description, parameters, input_schema: schema, category, access_level: level } = spec;
  for (const key of Object.keys(spec))
    if (!TOOL_KEYS.includes(key)) sources.lost(at, `\`${key}\` of a tool has no counterpart`);
  const declared = soundSchema(parameters ?? schema, at, sources);
  return {
    ...(typeof description === 'string' && { description }),
    ...(declared && { parameters: declared }),
    ...(typeof category === 'string' && category !== '' && { category }),
    ...(typeof level === 'string' && level !== '' && { access: [level] }),
    mock: [{ error: NOT_CONNECTED }],
  };
}

function soundSchema(written: Json | undefined, at: At, sources: Sources): JsonObject | undefined {
  if (written === undefined || written === null) return undefined;
  if (isMapping(written) && !Array.isArray(compileSchema(written))) return written;
  return void sources.lost(at, 'the parameters of the tool are no JSON Schema');
}
