import type { Json, JsonObject } from '@rehearse/contracts';
import { unkeptIn } from '../unkept.js';
import { numberProblem, type ScalarProblem } from '../yaml/scalar.js';

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

export type TypedCell = { value: Json | undefined } | { problem: ScalarProblem };

/**
 * Text as the type that the schema of its column asks for; undefined where it is empty and the column holds no text. What
 * does not fit stays text, and the check of the vars says so.
 */
export function typedCell(text: string, schema: Json | undefined): TypedCell {
  const types = schema === undefined ? [] : typesOf(schema);
  if (types.length === 0 || types.includes('string')) return { value: text };
  const plain = text.trim();
  if (plain === '') return { value: undefined };
  for (const type of types) {
    const read = READERS[type]?.(plain);
    if (read) return read;
  }
  return { value: text };
}

const checked = (value: Json, problem: ScalarProblem | undefined): TypedCell =>
  problem ? { problem } : { value };

function parsed(text: string): TypedCell | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return checked(value, unkeptIn(text, value)[0]);
  } catch {
    return undefined;
  }
}

function number(text: string): TypedCell | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return checked(value, numberProblem(value, text));
}

const READERS: Readonly<Record<string, ((text: string) => TypedCell | undefined) | undefined>> = {
  number,
  integer: number,
  boolean: (text) => (/^(true|false)$/i.test(text) ? { value: text.toLowerCase() === 'true' } : undefined),
  null: (text) => (text === 'null' ? { value: null } : undefined),
  object: (text) => (text.startsWith('{') ? parsed(text) : undefined),
  array: (text) => (text.startsWith('[') ? parsed(text) : undefined),
};

function typesOf(schema: Json): string[] {
  const type = typeof schema === 'object' && schema !== null ? (schema as JsonObject)['type'] : undefined;
  return [type].flat().filter((one) => typeof one === 'string');
}
