import {
  boolCoreTag,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  SCALAR_STYLE,
  type ScalarEvent,
} from 'js-yaml';

export type Primitive = null | boolean | number | string;
export type ScalarProblem = { code: string; message: string; suggestion: string };

const PREFIX = 'tag:yaml.org,2002:';
const IMPLICIT = [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag] as const;
const TAGS = new Map<string, (typeof IMPLICIT)[number]>(IMPLICIT.map((tag) => [tag.tagName, tag]));
/** The first characters of every plain scalar that is not simply text; '' is null. */
const MAY_BE_TYPED = /^(?:[-+.0-9~nNtTfF]|$)/;
const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
const WHOLE = /^[-+]?\d+$|^0[xo]/;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** The value of a scalar by the core schema of YAML 1.2, or what is wrong with it. */
export function scalarValue(
  source: string,
  event: ScalarEvent,
): { value: Primitive } | { problem: ScalarProblem } {
  const text = getScalarValue(source, event);
  const wrong = textProblem(text);
  if (wrong) return { problem: wrong };
  const tag = event.tagStart < 0 ? '' : source.slice(event.tagStart, event.tagEnd);
  if (tag !== '' && tag !== '!') return tagged(text, tag);
  if (tag === '!' || event.style !== SCALAR_STYLE.PLAIN || !MAY_BE_TYPED.test(text)) return { value: text };
  for (const type of IMPLICIT) {
    const value = type.resolve(text, false, type.tagName);
    if (value !== NOT_RESOLVED) return checkedNumber(value, text);
  }
  // The parser takes a number that is too large for text.
  return NUMBER.test(text) ? checkedNumber(Number(text), text) : { value: text };
}

/** Why a text cannot be kept, if so. */
export function textProblem(text: string): ScalarProblem | undefined {
  if (LONE_SURROGATE.test(text)) return HALF_CHARACTER;
  return text.includes('\0') ? NULL_CHARACTER : undefined;
}

/** Why a number cannot be kept as it is written, if so. */
export function numberProblem(value: number, text: string): ScalarProblem | undefined {
  if (WHOLE.test(text) && !Number.isSafeInteger(value)) return tooLarge(text);
  return Number.isFinite(value) ? undefined : notFinite(text);
}

/** What the names of members must not be, in any document. */
export const forbiddenKey = (text: string): ScalarProblem | undefined =>
  FORBIDDEN.has(text)
    ? {
        code: 'yaml/forbidden-key',
        message: `the key \`${text}\` is not allowed anywhere in a document`,
        suggestion: 'rename it',
      }
    : undefined;

/** `!!str` and its like as `str`; undefined for any other tag. */
export function coreTag(tag: string): string | undefined {
  const name = tag.startsWith('!!')
    ? tag.slice(2)
    : tag.startsWith(`!<${PREFIX}`)
      ? tag.slice(2 + PREFIX.length, -1)
      : '';
  return ['str', 'int', 'float', 'bool', 'null', 'seq', 'map'].includes(name) ? name : undefined;
}

export const customTag = (tag: string): ScalarProblem => ({
  code: 'yaml/custom-tag',
  message: `the tag ${tag} is not allowed`,
  suggestion: 'remove the tag; plain YAML holds text, numbers, booleans, null, lists and mappings',
});

function tagged(text: string, tag: string): { value: Primitive } | { problem: ScalarProblem } {
  const name = coreTag(tag);
  if (name === undefined || name === 'seq' || name === 'map') return { problem: customTag(tag) };
  if (name === 'str') return { value: text };
  const type = TAGS.get(PREFIX + name)!;
  const value = type.resolve(text, true, type.tagName);
  if (value !== NOT_RESOLVED) return checkedNumber(value, text);
  const problem = {
    code: 'yaml/bad-tag',
    message: `${JSON.stringify(text)} is no ${name}`,
    suggestion: 'remove the tag',
  };
  return { problem };
}

function checkedNumber(value: Primitive, text: string): { value: Primitive } | { problem: ScalarProblem } {
  if (typeof value !== 'number') return { value };
  const problem = numberProblem(value, text);
  return problem ? { problem } : { value: Object.is(value, -0) ? 0 : value };
}

const notFinite = (text: string): ScalarProblem => ({
  code: 'yaml/not-json',
  message: `${text.slice(0, 40)} has no place in JSON`,
  suggestion: 'use a finite number, or quote it to make it text',
});

const tooLarge = (text: string): ScalarProblem => ({
  code: 'yaml/integer-too-large',
  message: `the integer ${text.slice(0, 40)} is beyond 2^53 and cannot be kept exactly`,
  suggestion: 'quote it to keep it as text',
});

const NULL_CHARACTER: ScalarProblem = {
  code: 'yaml/not-json',
  message: 'the text holds the null character U+0000, which cannot be kept',
  suggestion: 'leave it out',
};

const HALF_CHARACTER: ScalarProblem = {
  code: 'yaml/not-json',
  message: 'the text holds half a character (a lone surrogate)',
  suggestion: 'write the whole character, as in 😀',
};
