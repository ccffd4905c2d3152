import type { Json } from '@rehearse/contracts';
import { durationMs } from '@rehearse/contracts';
import { canonicalJson } from '../journal/canonical.js';
import { fail } from './site.js';
import type { Frame, Optional, StaticType, Value } from './value.js';
import { describe, MAX_STRING, typeOf } from './value.js';

/** A function or method: what it takes, what it gives. A method's first parameter is its receiver. */
export interface FunctionRule {
  parameters: readonly (readonly StaticType[])[];
  /** How many of the last parameters may be left out. */
  optional?: number;
  result: StaticType;
  call(args: readonly Value[], frame: Frame): Value;
}

const TEXT: readonly StaticType[] = ['string'];
const NUMBER: readonly StaticType[] = ['number'];
const ANY: readonly StaticType[] = ['bool', 'number', 'string', 'list', 'map', 'null'];
const SIZED: readonly StaticType[] = ['string', 'list', 'map'];

/** Reading a text costs by its length, so that a comprehension over long texts ends too. */
function scan(frame: Frame, text: string): string {
  frame.spend(text.length >> 5);
  return text;
}

const textTest = (test: (text: string, part: string) => boolean): FunctionRule => ({
  parameters: [TEXT, TEXT],
  result: 'bool',
  call: ([text, part], frame) => test(scan(frame, text as string), part as string),
});

const textMap = (map: (text: string) => string): FunctionRule => ({
  parameters: [TEXT],
  result: 'string',
  call: ([text], frame) => map(scan(frame, text as string)),
});

const size: FunctionRule = {
  parameters: [SIZED],
  result: 'number',
  call: ([value], frame) => {
    if (typeof value === 'string') return codePoints(value, frame).length;
    return Array.isArray(value) ? value.length : Object.keys(value as object).length;
  },
};

/** CEL counts characters, not UTF-16 units; so no character is ever cut in half. */
function codePoints(text: string, frame: Frame): string[] {
  frame.spend(text.length >> 2);
  return Array.from(text);
}

function substring([text, start, end]: readonly Value[], frame: Frame): string {
  const points = codePoints(text as string, frame);
  const from = position(start!, points.length);
  const to = end === undefined ? points.length : position(end, points.length);
  if (to < from) fail('expression/number', `substring: the end ${to} lies before the start ${from}`);
  return points.slice(from, to).join('');
}

function position(value: Value, length: number): number {
  const index = value as number;
  if (Number.isInteger(index) && index >= 0 && index <= length) return index;
  return fail('expression/number', `substring: ${index} is not a position in a text of ${length} characters`);
}

/** Where a part stands in a text, in characters; -1 when nowhere. */
function indexIn(text: string, frame: Frame, find: (text: string) => number): number {
  const unit = find(scan(frame, text));
  return unit <= 0 ? unit : codePoints(text.slice(0, unit), frame).length;
}

function split([text, separator]: readonly Value[], frame: Frame): Json {
  const parts =
    separator === '' ? codePoints(text as string, frame) : (text as string).split(separator as string);
  frame.spend(parts.length);
  return parts;
}

function join([list, separator = '']: readonly Value[], frame: Frame): string {
  const items = list as readonly Json[];
  frame.spend(items.length);
  const wrong = items.find((item) => typeof item !== 'string');
  if (wrong !== undefined)
    fail('expression/type', `join: the list holds ${describe(typeOf(wrong))}, not only strings`);
  const length = (items as readonly string[]).reduce((sum, item) => sum + item.length, 0);
  return bounded(length + items.length * (separator as string).length, () => items.join(separator as string));
}

function replace([text, from, to]: readonly Value[], frame: Frame): string {
  const parts = scan(frame, text as string).split(from as string);
  frame.spend(parts.length);
  return bounded((text as string).length + parts.length * (to as string).length, () =>
    parts.join(to as string),
  );
}

function bounded(length: number, build: () => string): string {
  return length > MAX_STRING ? fail('expression/limit', 'the text gets too long') : build();
}

/** The methods of values: `text.contains("x")`. `matches` and the comprehensions have files of their own. */
export const METHODS: Readonly<Record<string, FunctionRule>> = {
  size,
  contains: textTest((text, part) => text.includes(part)),
  startsWith: textTest((text, part) => text.startsWith(part)),
  endsWith: textTest((text, part) => text.endsWith(part)),
  lowerAscii: textMap((text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())),
  upperAscii: textMap((text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())),
  trim: textMap((text) => text.trim()),
  indexOf: {
    parameters: [TEXT, TEXT],
    result: 'number',
    call: ([text, part], frame) => indexIn(text as string, frame, (whole) => whole.indexOf(part as string)),
  },
  lastIndexOf: {
    parameters: [TEXT, TEXT],
    result: 'number',
    call: ([text, part], frame) =>
      indexIn(text as string, frame, (whole) => whole.lastIndexOf(part as string)),
  },
  substring: { parameters: [TEXT, NUMBER, NUMBER], optional: 1, result: 'string', call: substring },
  split: { parameters: [TEXT, TEXT], result: 'list', call: split },
  join: { parameters: [['list'], TEXT], optional: 1, result: 'string', call: join },
  replace: { parameters: [TEXT, TEXT, TEXT], result: 'string', call: replace },
  hasValue: {
    parameters: [['optional']],
    result: 'bool',
    call: ([value]) => (value as Optional).value !== undefined,
  },
  value: { parameters: [['optional']], result: 'dyn', call: ([value]) => present(value as Optional) },
  orValue: {
    parameters: [['optional'], ANY],
    result: 'dyn',
    call: ([value, otherwise]) => {
      const held = (value as Optional).value;
      return held === undefined ? otherwise! : held;
    },
  },
  or: {
    parameters: [['optional'], ['optional']],
    result: 'optional',
    call: ([value, otherwise]) => ((value as Optional).value === undefined ? otherwise! : value!),
  },
};

function present(optional: Optional): Json {
  return optional.value === undefined
    ? fail('expression/missing-field', 'value(): there is none')
    : optional.value;
}

const conversion = (
  from: readonly StaticType[],
  result: StaticType,
  convert: (value: Json) => Json,
): FunctionRule => ({ parameters: [from], result, call: ([value]) => convert(value as Json) });

function toNumber(value: Json): number {
  if (typeof value === 'number') return value;
  const text = String(value);
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  const isExact = !Number.isInteger(number) || Number.isSafeInteger(number);
  if (Number.isFinite(number) && isExact) return number + 0;
  return fail('expression/number', `${JSON.stringify(text)} is not a number`);
}

function toBool(value: Json): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return fail('expression/type', `bool(): ${JSON.stringify(value)} is neither "true" nor "false"`);
}

function toMilliseconds(value: Json): number {
  try {
    return durationMs(value as string);
  } catch {
    return fail(
      'expression/type',
      `duration(): ${JSON.stringify(value)} is not a duration such as 200ms or 30s`,
    );
  }
}

/** The plain functions: `size(x)`. `has` is a macro and has a file of its own. */
export const FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  size,
  string: conversion(ANY, 'string', (value) => (typeof value === 'string' ? value : canonicalJson(value))),
  int: conversion(['number', 'string'], 'number', (value) => Math.trunc(toNumber(value)) + 0),
  double: conversion(['number', 'string'], 'number', toNumber),
  bool: conversion(['bool', 'string'], 'bool', toBool),
  dyn: conversion(ANY, 'dyn', (value) => value),
  /** In milliseconds, as every duration in a journal. */
  duration: conversion(TEXT, 'number', toMilliseconds),
};
