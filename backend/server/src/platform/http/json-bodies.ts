import { AppError } from '../errors/app-error.js';
import { jsonOrNull } from '../json-or-null.js';

/** Above what a value may have by itself, so that it may stand within a body; far from where a stack ends. */
const MAX_DEPTH = 1_024;

const code = (sign: string): number => sign.charCodeAt(0);
const [QUOTE, BACKSLASH] = [code('"'), code('\\')];
const [OPENS, OPENS_LIST, CLOSES, CLOSES_LIST] = [code('{'), code('['), code('}'), code(']')];

/** Read before it is parsed: what is nested without end costs a parser, and all who look through it, their stack. */
export function refuseDepth(text: string): AppError | null {
  if (text.length <= MAX_DEPTH || !isDeeper(text, MAX_DEPTH)) return null;
  const message = `is nested more than ${MAX_DEPTH} deep`;
  return new AppError('request/invalid', `The body ${message}.`, { errors: [{ path: '', message }] });
}

function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === QUOTE) at = endOfText(text, at);
    else if (sign === OPENS || sign === OPENS_LIST) depth += 1;
    else if (sign === CLOSES || sign === CLOSES_LIST) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}

/** Where the quote stands that ends the text begun at `from`. */
function endOfText(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

/** Names the field because of which a parser that guards prototypes refused the text; null when it is no JSON at all. */
export function forbiddenField(text: string): AppError | null {
  const path = forbiddenIn(jsonOrNull(text), []);
  if (path === null) return null;
  const message = 'this name is not taken, since it means the prototype of an object';
  return new AppError('request/invalid', `${path}: ${message}.`, { errors: [{ path, message }] });
}

function forbiddenIn(value: unknown, path: readonly string[]): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    const here = [...path, name];
    const isForbidden = name === '__proto__' || (name === 'prototype' && path.at(-1) === 'constructor');
    const found = isForbidden ? here.join('.') : forbiddenIn(inner, here);
    if (found !== null) return found;
  }
  return null;
}
