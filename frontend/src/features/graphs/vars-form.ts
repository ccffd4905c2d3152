import type { Json, JsonObject } from '@rehearse/contracts';

export type FieldKind = 'text' | 'long-text' | 'number' | 'boolean' | 'choice' | 'json';
export interface Field {
  name: string;
  kind: FieldKind;
  isRequired: boolean;
  description?: string;
  choices?: string[];
}

const LONG_TEXT = 200;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function kindOf(schema: Record<string, unknown>): FieldKind {
  if (Array.isArray(schema['enum']) && schema['enum'].every((choice) => typeof choice === 'string'))
    return 'choice';
  switch (schema['type']) {
    case 'string':
      return Number(schema['maxLength'] ?? 0) > LONG_TEXT ? 'long-text' : 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'json';
  }
}

/** The fields of the form that the JSON Schema of the inputs describes; null when only JSON can express it. */
export function fieldsOf(inputs: unknown): Field[] | null {
  if (!isObject(inputs) || !isObject(inputs['properties'])) return null;
  const required = new Set(Array.isArray(inputs['required']) ? inputs['required'] : []);
  return Object.entries(inputs['properties']).map(([name, schema]) => {
    const own = isObject(schema) ? schema : {};
    return {
      name,
      kind: kindOf(own),
      isRequired: required.has(name),
      ...(typeof own['description'] === 'string' && { description: own['description'] }),
      ...(kindOf(own) === 'choice' && { choices: own['enum'] as string[] }),
    };
  });
}

/** What stands in the fields for these vars. */
export const draftOf = (fields: Field[], vars: JsonObject): Record<string, string> =>
  Object.fromEntries(fields.map(({ name, kind }) => [name, asText(vars[name], kind)]));

function asText(value: Json | undefined, kind: FieldKind): string {
  if (value === undefined) return '';
  return typeof value === 'string' && kind !== 'json' ? value : JSON.stringify(value);
}

export type Parsed = { ok: true; vars: JsonObject } | { ok: false; problems: Record<string, string> };

/** The vars that the fields say; an empty optional field is left out. */
export function readDraft(fields: Field[], draft: Record<string, string>): Parsed {
  const vars: JsonObject = {};
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const text = draft[field.name] ?? '';
    if (text === '' && !field.isRequired) continue;
    const value = readField(field, text);
    if (value === undefined)
      problems[field.name] = field.kind === 'number' ? 'Must be a number' : 'Must be JSON';
    else vars[field.name] = value;
  }
  return Object.keys(problems).length > 0 ? { ok: false, problems } : { ok: true, vars };
}

function readField(field: Field, text: string): Json | undefined {
  switch (field.kind) {
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true';
    case 'json':
      return parseJson(text);
    case 'text':
    case 'long-text':
    case 'choice':
      return text;
    default:
      return field.kind satisfies never;
  }
}

export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export function readObject(text: string): JsonObject | undefined {
  const value = parseJson(text.trim() || '{}');
  return isObject(value) ? value : undefined;
}
