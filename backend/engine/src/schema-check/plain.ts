import type { Json } from '@rehearse/contracts';
import { isObject } from './walk.js';

const TYPES: readonly unknown[] = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'];

const isText = (value: Json): boolean => typeof value === 'string';
const isNumber = (value: Json): boolean => typeof value === 'number';
const isCount = (value: Json): boolean => Number.isInteger(value) && (value as number) >= 0;
const areNames = (value: Json): boolean =>
  Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;

/** Keywords with values that are certainly right. What is not in here is not plain. */
const CHECKS: ReadonlyMap<string, (value: Json) => boolean> = new Map<string, (value: Json) => boolean>([
  ['type', (value) => TYPES.includes(value)],
  ['enum', (value) => Array.isArray(value)],
  ['const', () => true],
  ['required', areNames],
  ['properties', (value) => isObject(value) && Object.values(value).every(isPlainSchema)],
  ['items', isPlainSchema],
  ['additionalProperties', isPlainSchema],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map((key) => [key, isNumber] as const),
  ...['minLength', 'maxLength', 'minItems', 'maxItems'].map((key) => [key, isCount] as const),
  ...['title', 'description', '$comment'].map((key) => [key, isText] as const),
]);

/**
 * True for most schemas that people write by hand, and only for what the meta-schema takes too. To compile the meta-schema
 * takes longer than all else that happens when a small graph is read.
 */
export function isPlainSchema(schema: Json): boolean {
  if (typeof schema === 'boolean') return true;
  return (
    isObject(schema) && Object.entries(schema).every(([key, value]) => CHECKS.get(key)?.(value) === true)
  );
}
