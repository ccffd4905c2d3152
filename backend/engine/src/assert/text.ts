import type { AssertionSpec, Json } from '@rehearse/contracts';
import { compileRegex, splitTemplate } from '../expression/index.js';
import { canonicalJson } from '../journal/canonical.js';
import { onText } from './output-text.js';
import { isRefusal } from './refusal.js';
import type { CompileRule, Finding, Unknown } from './rule.js';
import { BadAssertion, badValue, excerpt, isMap, onlyKeys, quote } from './rule.js';
import { isUnknown, valueTemplate } from './value-template.js';

const textFinding = (
  holds: boolean,
  text: string,
  { verb, expected }: { verb: string; expected: Json },
): Finding => ({
  holds,
  claim: ['the text', verb],
  got: quote(text),
  evidence: { expected, actual: excerpt(text) },
});

/** What every text fulfils says nothing of this one. */
const EMPTY: Unknown = { unknown: 'the value came out empty, which any text would fulfil' };

/** A rule about one text, given as `value`. */
const oneText =
  (verb: string, test: (text: string, part: string) => boolean): CompileRule =>
  (spec, { scope }) => {
    const template = valueTemplate(scope, textOrNumber(spec));
    const evaluate = onText((text, subject) => {
      const rendered = template.render(subject);
      if (isUnknown(rendered)) return rendered;
      const part = plainText(rendered.value);
      if (part === '') return EMPTY;
      return textFinding(test(text, part), text, { verb: `${verb} ${quote(part)}`, expected: part });
    });
    return { ...template, evaluate };
  };

function textOrNumber({ value }: AssertionSpec): string {
  if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return String(value);
  return badValue('the value must be a text');
}

const plainText = (value: Json): string => (typeof value === 'string' ? value : canonicalJson(value));

const asIs = (text: string): string => text;
const lowerCase = (text: string): string => text.toLowerCase();

interface Several {
  quantity: 'all' | 'any';
  fold: (text: string) => string;
  verb: string;
}

const EXACT = { fold: asIs, verb: 'contain' };
const FOLDED = { fold: lowerCase, verb: 'contain, in any case,' };

/** A rule about several texts: a list, or one string with commas between them, as in promptfoo. */
const severalTexts =
  ({ quantity, fold, verb: contain }: Several): CompileRule =>
  (spec, { scope }) => {
    const template = valueTemplate(scope, listOfTexts(spec));
    const evaluate = onText((text, subject) => {
      const rendered = template.render(subject);
      if (isUnknown(rendered)) return rendered;
      const parts = (rendered.value as Json[]).map(plainText);
      if (parts.includes('')) return EMPTY;
      const folded = fold(text);
      const found = parts.filter((part) => folded.includes(fold(part)));
      const holds = quantity === 'all' ? found.length === parts.length : found.length > 0;
      const verb = `${contain} ${quantity === 'all' ? 'all' : 'any'} of ${parts.map(quote).join(', ')}`;
      const missing = parts.filter((part) => !found.includes(part));
      const finding = textFinding(holds, text, { verb, expected: parts });
      const without =
        quantity === 'all' && missing.length > 0 ? ` without ${missing.map(quote).join(', ')}` : '';
      return { ...finding, got: finding.got + without };
    });
    return { ...template, evaluate };
  };

function listOfTexts({ value }: AssertionSpec): Json[] {
  const list = typeof value === 'string' ? commaSeparated(value) : value;
  if (!Array.isArray(list) || list.length === 0) {
    return badValue('the value must be a list of texts, or texts with commas between them');
  }
  list.forEach((item, index) => {
    if (typeof item !== 'string' && typeof item !== 'number') badValue('must be a text', ['value', index]);
  });
  return list.map(String);
}

const ITEM = /\s*"(?<quoted>[^"]*)"\s*(?=,|$)|[^,]+/g;

/** Commas within double quotes around an item do not separate, nor those of templates: `yes, "well, maybe", {{ f(a, b) }}`. */
function commaSeparated(text: string): string[] {
  const items = [...withoutExpressions(text).matchAll(ITEM)].map((match) => {
    const item = text.slice(match.index, match.index + match[0].length).trim();
    return match.groups?.['quoted'] === undefined ? item : item.slice(1, -1);
  });
  return items.filter((item) => item !== '');
}

/** As long as the text, with nothing in its templates that could separate. */
function withoutExpressions(text: string): string {
  let masked = '';
  for (const piece of splitTemplate(text)) {
    if ('text' in piece) masked += piece.text;
    else if ('expression' in piece) masked += 'x'.repeat(piece.expression.length + '{{}}'.length);
  }
  return masked + text.slice(masked.length);
}

const equals: CompileRule = (spec, { scope }) => {
  if (spec.value === undefined) badValue('the value must say what the output has to be');
  const template = valueTemplate(scope, spec.value);
  const evaluate = onText((text, subject) => {
    const rendered = template.render(subject);
    if (isUnknown(rendered)) return rendered;
    const { value } = rendered;
    const isText = value === null || typeof value !== 'object';
    const holds = isText ? text === plainText(value) : canonicalForm(text) === canonicalJson(value);
    const shown = plainText(value);
    return textFinding(holds, text, { verb: `equal ${quote(shown)}`, expected: value });
  });
  return { ...template, evaluate };
};

function canonicalForm(text: string): string | undefined {
  try {
    return canonicalJson(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

const regex: CompileRule = (spec, { scope }) => {
  const { value } = spec;
  if (typeof value !== 'string' || value === '') return badValue('the value must be a regular expression');
  const compile = (pattern: string) => compileRegex(pattern);
  const verb = (pattern: string) => `match ${quote(pattern)}`;
  if (!value.includes('{{')) {
    const compiled = compile(value);
    if (!('test' in compiled)) {
      const message = `${quote(value)} is no regular expression that can be used: ${compiled.reason}`;
      throw new BadAssertion([{ code: 'assertion/regex', severity: 'error', message, path: ['value'] }]);
    }
    return {
      evaluate: onText((text) =>
        textFinding(compiled.test(text), text, { verb: verb(value), expected: value }),
      ),
    };
  }
  const template = valueTemplate(scope, value);
  const evaluate = onText((text, subject) => {
    const rendered = template.render(subject);
    if (isUnknown(rendered)) return rendered;
    const pattern = plainText(rendered.value);
    if (pattern === '') return EMPTY;
    const compiled = compile(pattern);
    if (!('test' in compiled)) return { unknown: `${quote(pattern)} cannot be used: ${compiled.reason}` };
    return textFinding(compiled.test(text), text, { verb: verb(pattern), expected: pattern });
  });
  return { ...template, evaluate };
};

const countWords = (text: string): number => text.trim().split(/\s+/).filter(Boolean).length;

const wordCount: CompileRule = (spec) => {
  const range = rangeOf(spec.value ?? null, 'words');
  return {
    evaluate: onText((text) => {
      const count = countWords(text);
      return {
        holds: count >= range.min && count <= range.max,
        claim: ['the text', `have ${range.words}`],
        got: String(count),
        evidence: { expected: range.expected, actual: count },
      };
    }),
  };
};

export interface Range {
  min: number;
  max: number;
  words: string;
  expected: Json;
}

/** Reads `5`, `{min: 1}`, `{max: 3}`, `{min: 1, max: 3}` or `{exact: 5}`. */
export function rangeOf(value: Json, unit: string): Range {
  const numeric = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  const { exact, min, max } = boundsOf(numeric, unit);
  if (exact !== undefined)
    return { min: exact, max: exact, words: `exactly ${exact} ${unit}`, expected: value };
  if (min !== undefined && max !== undefined && min > max) badValue('min must not be more than max');
  const range = { min: min ?? 0, max: max ?? Infinity };
  return { ...range, words: rangeWords(range, unit), expected: value };
}

/** `at least 2 words`, `exactly 1 word`; the unit is given in the plural. */
export function rangeWords({ min, max }: { min: number; max: number }, unit: string): string {
  const units = (count: number) => (count === 1 ? unit.replace(/s$/, '') : unit);
  if (min === max) return `exactly ${min} ${units(min)}`;
  if (max === Infinity) return `at least ${min} ${units(min)}`;
  return min === 0 ? `at most ${max} ${units(max)}` : `${min} to ${max} ${units(max)}`;
}

function boundsOf(value: Json, unit: string): { exact?: number; min?: number; max?: number } {
  if (typeof value === 'number') return { exact: wholeNumber(value, ['value']) };
  if (!isMap(value)) return badValue(`the value must be a number of ${unit}, or {min, max}`);
  onlyKeys(value, ['min', 'max', 'exact']);
  const bounds = Object.fromEntries(
    Object.entries(value).map(([key, bound]) => [key, wholeNumber(bound, ['value', key])]),
  );
  if (Object.keys(bounds).length === 0) badValue('the value must have min, max or exact');
  if (bounds['exact'] !== undefined && Object.keys(bounds).length > 1) badValue('exact stands alone');
  return bounds;
}

export function wholeNumber(value: Json, path: (string | number)[]): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  return badValue('must be a whole number, 0 or more', path);
}

const refusal: CompileRule = () => ({
  evaluate: onText((text) =>
    textFinding(isRefusal(text), text, { verb: 'be a refusal', expected: 'a refusal' }),
  ),
});

/** The text family. */
export const TEXT_RULES: Readonly<Record<string, CompileRule>> = {
  equals,
  contains: oneText('contain', (text, part) => text.includes(part)),
  icontains: oneText('contain, in any case,', (text, part) => lowerCase(text).includes(lowerCase(part))),
  'contains-all': severalTexts({ quantity: 'all', ...EXACT }),
  'contains-any': severalTexts({ quantity: 'any', ...EXACT }),
  'icontains-all': severalTexts({ quantity: 'all', ...FOLDED }),
  'icontains-any': severalTexts({ quantity: 'any', ...FOLDED }),
  'starts-with': oneText('start with', (text, part) => text.startsWith(part)),
  'ends-with': oneText('end with', (text, part) => text.endsWith(part)),
  regex,
  'word-count': wordCount,
  'is-refusal': refusal,
};
