import type { Json } from '@rehearse/contracts';
import type { YamlPath } from './yaml-values.js';

/** What is read of the JSON Schema of the format. */
export interface FormatSchema {
  $ref?: string;
  $defs?: Record<string, FormatSchema>;
  type?: string | string[];
  description?: string;
  properties?: Record<string, FormatSchema>;
  required?: string[];
  additionalProperties?: boolean | FormatSchema;
  items?: FormatSchema;
  anyOf?: FormatSchema[];
  oneOf?: FormatSchema[];
  const?: Json;
  enum?: Json[];
  examples?: Json[];
}

/** The schemas that may hold at a place of a document, references followed: more than one where nothing decides yet. */
export function schemasAt(format: FormatSchema, { document, path }: { document: Json; path: YamlPath }) {
  const expand = expander(format);
  let value: Json | undefined = document;
  let schemas = fitting(expand(rootOf(format, document)), value);
  for (const step of path) {
    value = memberOf(value, step);
    schemas = fitting(
      schemas.flatMap((schema) => expand(childOf(schema, step))),
      value,
    );
  }
  return schemas;
}

/** Follows references and opens alternatives; what is said of a schema where it is used wins. */
export const expander =
  (format: FormatSchema) =>
  (schema: FormatSchema | undefined): FormatSchema[] => {
    if (!schema) return [];
    const { $ref, anyOf, oneOf, description } = schema;
    const named = $ref === undefined ? undefined : format.$defs?.[$ref.replace('#/$defs/', '')];
    const alternatives = named ? [named] : (anyOf ?? oneOf);
    if (!alternatives) return [schema];
    return alternatives
      .flatMap(expander(format))
      .map((one) => (description === undefined ? one : { ...one, description }));
  };

function rootOf(format: FormatSchema, document: Json): FormatSchema {
  const kind = memberOf(document, 'kind');
  const other = kind === 'Persona' || kind === 'Suite' ? format.$defs?.[kind] : undefined;
  return other ?? format;
}

function memberOf(value: Json | undefined, step: string | number): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Record<string | number, Json>)[step];
}

function childOf(schema: FormatSchema, step: string | number): FormatSchema | undefined {
  if (typeof step === 'number') return schema.items;
  const { additionalProperties: others } = schema;
  if (schema.properties && Object.hasOwn(schema.properties, step)) return schema.properties[step];
  return typeof others === 'object' ? others : undefined;
}

/** The alternatives that what is written does not contradict; all of them where it contradicts each. */
function fitting(schemas: FormatSchema[], value: Json | undefined): FormatSchema[] {
  if (typeof value !== 'object' || value === null) return schemas;
  const fit = schemas.filter((schema) =>
    Array.isArray(value) ? schema.items !== undefined : takes(schema, Object.entries(value)),
  );
  return fit.length > 0 ? fit : schemas;
}

const takes = (schema: FormatSchema, members: [string, Json][]): boolean =>
  isMapping(schema) &&
  members.every(([key, member]) => {
    const property = schema.properties?.[key];
    if (!property) return schema.additionalProperties !== false;
    if (member === null) return true;
    if (property.const !== undefined) return property.const === member;
    return !property.enum || typeof member !== 'string' || property.enum.includes(member);
  });

export const isMapping = ({ type, properties }: FormatSchema): boolean =>
  type === 'object' || properties !== undefined;
