import type { Json } from '@rehearse/contracts';

/** What a plain program works with: all that JSON holds, and undefined. */
export type Value = Json | undefined | readonly Value[] | { readonly [key: string]: Value };
export type Primitive = null | undefined | boolean | number | string;

const BEYOND = new Error('beyond what a plain program may do');

/** Gives up: what such a program gives, or which error it throws, the sandbox says. */
export function beyond(): never {
  throw BEYOND;
}

export const isText = (value: Value): value is string => typeof value === 'string';
export const isNumber = (value: Value): value is number => typeof value === 'number';
export const isPrimitive = (value: Value): value is Primitive => typeof value !== 'object' || value === null;
export const isRecord = (value: Value): value is Readonly<Record<string, Value>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isIndex = (value: Value): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Of what is made, in characters. */
export const LONGEST_TEXT = 1_000_000;

/** A text that was made, which the next step may double. */
export const bounded = (text: string): string => (text.length > LONGEST_TEXT ? beyond() : text);

/** QuickJS has the stack for more levels; a text with fewer brackets has fewer. */
const MOST_BRACKETS = 200;
const BRACKETS = new Set(['(', '[', '{'].map((bracket) => bracket.charCodeAt(0)));

export function isShallow(text: string): boolean {
  let left = MOST_BRACKETS;
  for (let at = 0; text.length > MOST_BRACKETS && left >= 0 && at < text.length; at++)
    if (BRACKETS.has(text.charCodeAt(at))) left--;
  return left >= 0;
}

/** Whether a record has a member of its own; what it would inherit is beyond. */
export function has(record: Readonly<Record<string, Value>>, key: string): boolean {
  return Object.hasOwn(record, key) || (key in Object.prototype && beyond());
}

export function memberOf(value: Value, key: Value): Value {
  if (isRecord(value) && (isText(key) || isIndex(key))) {
    const name = String(key);
    return has(value, name) ? value[name] : undefined;
  }
  if (!isText(value) && !Array.isArray(value)) return beyond();
  if (key === 'length') return value.length;
  return isIndex(key) ? value[key] : beyond();
}

const isSame = (left: Value, right: Value): boolean =>
  isPrimitive(left) || isPrimitive(right) ? left === right : beyond();

/** Of two types only nothing is compared: all else would be turned into numbers. */
function isAlike(left: Value, right: Value): boolean {
  if (left === null || left === undefined || right === null || right === undefined)
    return (left ?? null) === (right ?? null);
  return typeof left === typeof right ? isSame(left, right) : beyond();
}

function sum(left: Value, right: Value): Value {
  if (isNumber(left) && isNumber(right)) return left + right;
  if ((isText(left) && isPrimitive(right)) || (isText(right) && isPrimitive(left)))
    return bounded(`${String(left)}${String(right)}`);
  return beyond();
}

const ordered =
  (holds: (left: number, right: number) => boolean) =>
  (left: Value, right: Value): Value =>
    (isNumber(left) && isNumber(right)) || (isText(left) && isText(right))
      ? holds(left as number, right as number)
      : beyond();

const counted =
  (work: (left: number, right: number) => number) =>
  (left: Value, right: Value): Value =>
    isNumber(left) && isNumber(right) ? work(left, right) : beyond();

/** `**` is not among them: engines differ in its last digit. */
export const BINARY: Readonly<Record<string, (left: Value, right: Value) => Value>> = {
  '===': isSame,
  '!==': (left, right) => !isSame(left, right),
  '==': isAlike,
  '!=': (left, right) => !isAlike(left, right),
  '<': ordered((left, right) => left < right),
  '<=': ordered((left, right) => left <= right),
  '>': ordered((left, right) => left > right),
  '>=': ordered((left, right) => left >= right),
  '+': sum,
  '-': counted((left, right) => left - right),
  '*': counted((left, right) => left * right),
  // A zero of JSON has lost its sign on its way into the sandbox, where alone a division would show it.
  '/': counted((left, right) => (right === 0 ? beyond() : left / right)),
  '%': counted((left, right) => left % right),
  in: (key, record) => (isText(key) && isRecord(record) ? has(record, key) : beyond()),
};

export const UNARY: Readonly<Record<string, (value: Value) => Value>> = {
  '!': (value) => !value,
  '-': (value) => (isNumber(value) ? -value : beyond()),
  '+': (value) => numberOf(value),
  typeof: (value) => typeof value,
  void: () => undefined,
};

/** Letters beyond ASCII, and digits that no number has, are read by each engine as it knows them. */
export const ascii = (text: string): string => (/^[\0-\x7f]*$/.test(text) ? text : beyond());

const LONGEST_NUMBER = 20;

export function numberOf(value: Value): number {
  if (isNumber(value)) return value;
  return isText(value) && value.length <= LONGEST_NUMBER ? Number(ascii(value)) : beyond();
}
