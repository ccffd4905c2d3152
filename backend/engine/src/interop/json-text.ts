import type { Json, JsonObject } from '@rehearse/contracts';
import { LIMITS } from '@rehearse/contracts';
import type { ImportProblem } from './recording.js';

/** The JSON of a text, or why it is none; `offset` is where the reader stopped, when it says so. */
export function readJson(text: string): { value: Json } | { reason: string; offset: number | null } {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(reason)?.[1];
    const offset =
      position === undefined ? (/end of JSON/.test(reason) ? text.length : null) : Number(position);
    return { reason: reason.replace(/,? ?(in JSON )?at position.*$/s, ''), offset };
  }
}

export function badJson(
  text: string,
  found: { reason: string; offset: number | null },
  suggestion: string,
): ImportProblem {
  const line = found.offset === null ? {} : { line: text.slice(0, found.offset).split('\n').length };
  return { code: 'import/bad-json', ...line, path: '', message: `not JSON: ${found.reason}`, suggestion };
}

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** The object or list that a text holds; the text itself when it holds none, or one that JSON would not keep exactly. */
export function jsonOrText(text: string): Json {
  if (!/^\s*[[{]/.test(text)) return text;
  const read = readJson(text);
  return 'value' in read && isFaithful(read.value, 0) ? read.value : text;
}

/** As {@link jsonOrText}, for the arguments of a tool call: an object, or the text that the model sent. */
export function argumentsOf(value: string | JsonObject): JsonObject | string {
  const read = typeof value === 'string' ? (value.trim() === '' ? {} : jsonOrText(value)) : value;
  const isObject = typeof read === 'object' && read !== null && !Array.isArray(read);
  if (isObject && isFaithful(read, 0)) return read;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Whether a value may stand in a journal as it is: no number that lost digits, no key that changes prototypes. */
export function isFaithful(value: Json, depth: number): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= LIMITS.depth) return false;
  if (Array.isArray(value)) return value.every((item) => isFaithful(item, depth + 1));
  return Object.entries(value).every(([key, member]) => !FORBIDDEN.has(key) && isFaithful(member, depth + 1));
}
