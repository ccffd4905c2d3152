import type { Json, JsonObject } from '@rehearse/contracts';

export type Path = readonly (string | number)[];

const ONE = [
  ...['items', 'contains', 'additionalProperties', 'propertyNames', 'if', 'then', 'else', 'not'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'contentSchema'],
];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];

/** The keywords of JSON Schema 2020-12, with `definitions` and `dependencies` that older schemas still have. */
export const KEYWORDS: readonly string[] = [
  ...['$schema', '$id', '$ref', '$anchor', '$dynamicRef', '$dynamicAnchor', '$vocabulary', '$comment'],
  ...['type', 'enum', 'const', 'multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'],
  ...[
    'maxLength',
    'minLength',
    'pattern',
    'maxItems',
    'minItems',
    'uniqueItems',
    'maxContains',
    'minContains',
  ],
  ...['maxProperties', 'minProperties', 'required', 'dependentRequired', 'dependencies', 'format'],
  ...['contentEncoding', 'contentMediaType', 'title', 'description', 'default', 'deprecated', 'readOnly'],
  ...['writeOnly', 'examples'],
  ...ONE,
  ...LISTS,
  ...MAPS,
];

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Visit = (schema: JsonObject, path: Path) => void;

/** Visits every schema within a schema, itself first. What only looks like one (in `const`, `default`) is left out. */
export function walkSchema(schema: Json, visit: Visit, path: Path = []): void {
  if (!isObject(schema)) return;
  visit(schema, path);
  for (const key of Object.keys(schema)) {
    const value = schema[key]!;
    if (ONE.includes(key)) walkSchema(value, visit, [...path, key]);
    else if (LISTS.includes(key)) walkEach(value, visit, [...path, key]);
    else if (MAPS.includes(key) && isObject(value)) walkEach(value, visit, [...path, key]);
  }
}

function walkEach(children: Json, visit: Visit, path: Path): void {
  if (Array.isArray(children)) children.forEach((child, index) => walkSchema(child, visit, [...path, index]));
  else if (isObject(children)) {
    for (const [key, child] of Object.entries(children)) walkSchema(child, visit, [...path, key]);
  }
}

/** How many values a JSON value consists of and how deep they lie; stops counting at the limit. */
export function measure(value: Json, most: number): { count: number; depth: number } {
  let count = 0;
  let depth = 0;
  const left: [Json, number][] = [[value, 1]];
  for (let next = left.pop(); next && count < most; next = left.pop()) {
    const [item, level] = next;
    count++;
    depth = Math.max(depth, level);
    if (item === null || typeof item !== 'object') continue;
    for (const child of Array.isArray(item) ? item : Object.values(item)) left.push([child, level + 1]);
  }
  return { count, depth };
}
