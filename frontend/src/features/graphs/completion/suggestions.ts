import type { Json } from '@rehearse/contracts';
import { expander, isMapping, schemasAt, type FormatSchema } from './json-schema.js';
import { namesFor } from './names.js';
import type { YamlPlace } from './yaml-place.js';

/** What may be written at a place. */
export interface Suggestion {
  label: string;
  kind: 'key' | 'value' | 'name';
  /** A word beside it. */
  detail?: string;
  description?: string;
  /** Of a key: what its value looks like. */
  opens?: 'text' | 'mapping' | 'list' | 'words';
  isRequired?: boolean;
}

export function suggestionsAt(format: FormatSchema, place: YamlPlace): Suggestion[] {
  return place.at === 'key' ? keysAt(format, place) : valuesAt(format, place);
}

/** The keys that the mapping may have and has not. */
function keysAt(format: FormatSchema, place: YamlPlace): Suggestion[] {
  const written = new Set(Object.keys(mappingAt(place)));
  const expand = expander(format);
  const found = new Map<string, Suggestion>();
  const schemas = schemasAt(format, place).filter(isMapping);
  for (const { properties = {} } of schemas)
    for (const [key, schema] of Object.entries(properties)) {
      if (written.has(key)) continue;
      found.set(key, joined(keyOf(key, expand(schema)), found.get(key)));
    }
  const isRequired = (key: string) => schemas.every(({ required }) => required?.includes(key));
  return [...found.values()].map((one) =>
    isRequired(one.label) ? { ...one, detail: 'required', isRequired: true } : one,
  );
}

/** The same key in two forms of a mapping is told as they agree. */
function joined(one: Suggestion, other: Suggestion | undefined): Suggestion {
  if (!other || one.description === other.description) return one;
  const { description: _, ...rest } = other;
  return rest;
}

function keyOf(label: string, schemas: FormatSchema[]): Suggestion {
  const [first] = schemas;
  const kinds = new Set(schemas.map(shapeOf));
  const opens = kinds.size === 1 && first ? shapeOf(first) : 'text';
  return { label, kind: 'key', opens, ...(first?.description && { description: first.description }) };
}

function shapeOf(schema: FormatSchema): NonNullable<Suggestion['opens']> {
  if (schema.items) return schema.items.type === 'string' || isExpression(schema.items) ? 'words' : 'list';
  return isMapping(schema) ? 'mapping' : 'text';
}

const isExpression = ({ $ref }: FormatSchema): boolean => $ref === '#/$defs/Expression';

/** The values that the format names, then the names that the document gives. */
function valuesAt(format: FormatSchema, place: YamlPlace): Suggestion[] {
  const schemas = schemasAt(format, place);
  // What may be any text, or anything at all, has no values to choose from.
  const isFree = schemas.some(({ type, enum: values, const: only, examples }) =>
    type === 'string' ? !values && only === undefined && !examples : false,
  );
  const named = schemas.flatMap((schema) =>
    valuesOf(schema, isFree).map((value) => ({
      ...{ label: String(value), kind: 'value' as const },
      ...(schema.description && { description: schema.description }),
    })),
  );
  const names = namesFor(place).map(({ name, of, description }) => ({
    ...{ label: name, kind: 'name' as const, detail: of },
    ...(description && { description }),
  }));
  return unique([...names, ...named]);
}

function valuesOf({ const: only, enum: values, examples, type }: FormatSchema, isFree: boolean): Json[] {
  if (only !== undefined) return [only];
  if (values ?? examples) return values ?? examples ?? [];
  return type === 'boolean' && !isFree ? [true, false] : [];
}

function unique(suggestions: Suggestion[]): Suggestion[] {
  return [...new Map(suggestions.toReversed().map((one) => [one.label, one])).values()].toReversed();
}

function mappingAt({ document, path }: YamlPlace): object {
  const value = path.reduce<Json | undefined>(
    (inner, step) => (inner as Record<string | number, Json>)?.[step],
    document,
  );
  return typeof value === 'object' && value !== null ? value : {};
}
