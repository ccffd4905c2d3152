import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Json } from '@rehearse/contracts';

/** Where a value does not fit its schema. `path` is a JSON pointer (RFC 6901), '' for the value itself. */
export interface SchemaProblem {
  path: string;
  message: string;
}

const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
const json = (value: unknown): string => clip(JSON.stringify(value) ?? String(value));
const plural = (count: unknown, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;

type Say = (params: Record<string, unknown>, error: ErrorObject) => string;

const WORDS: Readonly<Record<string, Say>> = {
  required: ({ missingProperty }) => `must have the field \`${String(missingProperty)}\``,
  dependentRequired: ({ missingProperty, property }) =>
    `must have the field \`${String(missingProperty)}\` as it has \`${String(property)}\``,
  additionalProperties: ({ additionalProperty }) =>
    `must not have the field \`${String(additionalProperty)}\``,
  unevaluatedProperties: ({ unevaluatedProperty }) =>
    `must not have the field \`${String(unevaluatedProperty)}\``,
  propertyNames: ({ propertyName }) => `must not have a field named \`${String(propertyName)}\``,
  type: ({ type }, { data }) => `must be ${typeWords(type)}, not ${kindOf(data as Json)}`,
  enum: ({ allowedValues }, { data }) =>
    `must be one of ${(allowedValues as Json[]).map(json).join(', ')}, not ${json(data)}`,
  const: ({ allowedValue }, { data }) => `must be ${json(allowedValue)}, not ${json(data)}`,
  minimum: ({ limit }, { data }) => `must be at least ${String(limit)}, not ${json(data)}`,
  maximum: ({ limit }, { data }) => `must be at most ${String(limit)}, not ${json(data)}`,
  exclusiveMinimum: ({ limit }, { data }) => `must be more than ${String(limit)}, not ${json(data)}`,
  exclusiveMaximum: ({ limit }, { data }) => `must be less than ${String(limit)}, not ${json(data)}`,
  multipleOf: ({ multipleOf }, { data }) => `must be a multiple of ${String(multipleOf)}, not ${json(data)}`,
  minLength: ({ limit }) => `must have at least ${plural(limit, 'character')}`,
  maxLength: ({ limit }) => `must have at most ${plural(limit, 'character')}`,
  minItems: ({ limit }) => `must have at least ${plural(limit, 'element')}`,
  maxItems: ({ limit }) => `must have at most ${plural(limit, 'element')}`,
  minProperties: ({ limit }) => `must have at least ${plural(limit, 'field')}`,
  maxProperties: ({ limit }) => `must have at most ${plural(limit, 'field')}`,
  contains: ({ minContains }) =>
    `must have at least ${plural(minContains, 'element')} that fits \`contains\``,
  uniqueItems: () => 'must not have two equal elements',
  pattern: ({ pattern }, { data }) => `must match the pattern ${clip(String(pattern))}, not be ${json(data)}`,
  format: ({ format }, { data }) => `must be of the format ${String(format)}, not ${json(data)}`,
  anyOf: () => 'must fit at least one of the choices of `anyOf`',
  oneOf: ({ passingSchemas }) =>
    passingSchemas === null
      ? 'must fit one of the choices of `oneOf`'
      : 'must fit only one of the choices of `oneOf`',
  not: () => 'must not fit what `not` describes',
  'false schema': () => 'must not be there',
};

export function problemOf(error: ErrorObject): SchemaProblem {
  const say = Object.hasOwn(WORDS, error.keyword) ? WORDS[error.keyword] : undefined;
  const params = error.params as Record<string, unknown>;
  return { path: error.instancePath, message: say?.(params, error) ?? error.message ?? error.keyword };
}

const ARTICLES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'an array',
  integer: 'an integer',
  null: 'null',
};
const withArticle = (type: string): string => ARTICLES[type] ?? `a ${type}`;

const typeWords = (type: unknown): string =>
  (Array.isArray(type) ? (type as string[]) : String(type).split(',')).map(withArticle).join(' or ');

function kindOf(value: Json | undefined): string {
  if (value === null) return 'null';
  return withArticle(Array.isArray(value) ? 'array' : typeof value);
}
