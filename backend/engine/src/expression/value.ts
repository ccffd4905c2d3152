import type { Json, JsonObject } from '@rehearse/contracts';
import { EvaluationFailure } from './issue.js';

/** What `.?field` gives. Static checks keep it out of lists, maps and operators, so it never reaches JSON. */
export class Optional {
  static readonly none = new Optional(undefined);
  readonly value: Json | undefined;

  constructor(value: Json | undefined) {
    this.value = value;
  }
}

export type Value = Json | Optional;

/** What is known about the type of an expression before it runs. */
export type StaticType = 'dyn' | 'bool' | 'number' | 'string' | 'list' | 'map' | 'null' | 'optional';

/** Keys that reach the prototype of an object in careless code; expressions neither read nor write them. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export const isForbiddenKey = (key: string): boolean => FORBIDDEN_KEYS.has(key);

export function typeOf(value: Value): StaticType {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    default:
      if (value === null) return 'null';
      if (value instanceof Optional) return 'optional';
      return Array.isArray(value) ? 'list' : 'map';
  }
}

export function isMap(value: Value | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Optional);
}

/** The field of a map, or undefined. Only own fields count. */
export function fieldOf(map: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(map, key) && !FORBIDDEN_KEYS.has(key) ? map[key] : undefined;
}

/** With an article, for messages: `a string`, `null`. */
export function describe(type: StaticType): string {
  if (type === 'null') return 'null';
  return type === 'optional' ? 'an optional' : `a ${type === 'dyn' ? 'value' : type}`;
}

/** The most work that one evaluation may do, in visits of a syntax node; some tenths of a second. */
export const MAX_WORK = 5_000_000;
/** The longest list that a comprehension runs over. */
export const MAX_LIST = 10_000;
/** The longest string that an expression may build. */
export const MAX_STRING = 10_000_000;

/** What a failure costs: its message looks for similar names. */
const FAILURE_WORK = 500;

/** The state of one evaluation. */
export class Frame {
  readonly locals: Value[] = [];
  /** Set when arithmetic left the integers that a double holds exactly. */
  hasLargeIntegers = false;
  private work = 0;

  constructor(readonly bindings: Readonly<Record<string, Json>>) {}

  spend(amount: number): void {
    this.work += amount;
    if (this.work > MAX_WORK) {
      throw new EvaluationFailure({ code: 'expression/limit', message: 'the expression does too much work' });
    }
  }

  /** To be called before a failure is passed over: a limit is never, and making a failure was work too. */
  absorb(error: unknown): void {
    if (!(error instanceof EvaluationFailure) || error.detail.code === 'expression/limit') throw error;
    this.spend(FAILURE_WORK);
  }
}

/** Equality across types is false, never an error. */
export function isEqual(left: Value, right: Value, frame: Frame): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  frame.spend(1);
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => isEqual(item, right[index]!, frame));
  }
  if (!isMap(left) || !isMap(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key]!, right[key]!, frame));
}

/** The value as it leaves an expression: an absent optional is null, a large computed integer is a string. */
export function toJson(value: Value, frame: Frame): Json {
  const json = value instanceof Optional ? (value.value ?? null) : value;
  return frame.hasLargeIntegers ? withExactIntegers(json) : json;
}

function withExactIntegers(value: Json): Json {
  if (typeof value === 'number') {
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value).toString() : value;
  }
  if (Array.isArray(value)) return value.map(withExactIntegers);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withExactIntegers(field)]));
}
