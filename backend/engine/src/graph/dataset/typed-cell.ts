import type { Json, JsonObject } from '@rehearse/contracts';

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * Text as the type that the schema of its column asks for; undefined where it is empty and the column holds no text. What
 * does not fit stays text, and the check of the vars says so.
 */
export function typedCell(text: string, schema: Json | undefined): Json | undefined {
  const types = schema === undefined ? [] : typesOf(schema);
  if (types.length === 0 || types.includes('string')) return text;
  const plain = text.trim();
  if (plain === '') return undefined;
  for (const type of types) {
    const value = READERS[type]?.(plain);
    if (value !== undefined) return value;
  }
  return text;
}

const parsed = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};
const number = (text: string): Json | undefined => (NUMBER.test(text) ? Number(text) : undefined);

const READERS: Readonly<Record<string, ((text: string) => Json | undefined) | undefined>> = {
  number,
  integer: number,
  boolean: (text) => ({ true: true, false: false })[text.toLowerCase()],
  null: (text) => (text === 'null' ? null : undefined),
  object: (text) => (text.startsWith('{') ? parsed(text) : undefined),
  array: (text) => (text.startsWith('[') ? parsed(text) : undefined),
};

function typesOf(schema: Json): string[] {
  const type = typeof schema === 'object' && schema !== null ? (schema as JsonObject)['type'] : undefined;
  return [type].flat().filter((one) => typeof one === 'string');
}
