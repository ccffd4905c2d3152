import type { Json, JsonChange } from '@rehearse/contracts';

const escape = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');

/** Where two JSON values differ, by JSON pointer (RFC 6901), in document order, at most `limit` places. */
export function jsonDiff(expected: Json, actual: Json, limit = 100): JsonChange[] {
  const changes: JsonChange[] = [];
  compare({ expected, actual }, '', changes, limit);
  return changes;
}

interface Sides {
  expected?: Json;
  actual?: Json;
}

function compare(sides: Sides, pointer: string, changes: JsonChange[], limit: number): void {
  const { expected, actual } = sides;
  if (changes.length >= limit || Object.is(expected, actual)) return;
  if (!isContainer(expected) || !isContainer(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    changes.push({ pointer, ...sides });
    return;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)]))
    compare(
      { ...side('expected', expected, key), ...side('actual', actual, key) },
      `${pointer}/${escape(key)}`,
      changes,
      limit,
    );
}

const isContainer = (value: Json | undefined): value is Json[] | { [key: string]: Json } =>
  typeof value === 'object' && value !== null;

const side = (name: 'expected' | 'actual', value: object, key: string): Sides =>
  Object.hasOwn(value, key) ? { [name]: (value as Record<string, Json>)[key]! } : {};
