import type { Json } from '@rehearse/contracts';
import {
  ascii,
  beyond,
  bounded,
  has,
  isPrimitive,
  isRecord,
  isShallow,
  isText,
  LONGEST_TEXT,
  numberOf,
  type Value,
} from './value.js';

/** Works a call out, or gives up where it is not held to what it takes. */
export type Call<Self> = (self: Self, args: readonly Value[]) => Value;

const KINDS = {
  text: isText,
  place: (value: Value) => Number.isSafeInteger(value),
  number: (value: Value) => typeof value === 'number',
  primitive: isPrimitive,
  record: isRecord,
  any: () => true,
} as const;
type Kind = keyof typeof KINDS;

/** A call that takes as many arguments as `kinds` has; of these only `least` have to be there. */
function taking<Self = undefined>(
  kinds: readonly Kind[],
  work: (self: Self, ...args: never[]) => Value,
  least = kinds.length,
): Call<Self> {
  return (self, args) => {
    if (args.length < least || args.length > kinds.length) return beyond();
    for (const [index, arg] of args.entries()) if (!KINDS[kinds[index]!](arg)) return beyond();
    return work(self, ...(args as never[]));
  };
}

const searching = (work: (text: string, part: string, from?: number) => Value) =>
  taking<string>(['text', 'place'], work, 1);
const cutting = (work: (text: string, from: number, to?: number) => Value) =>
  taking<string>(['place', 'place'], work, 1);
const turning = (work: (text: string) => Value) => taking<string>([], work);
/** A `$` in the new text has a meaning of its own. */
const replacing = (work: (text: string, part: string, by: string) => string) =>
  taking<string>(['text', 'text'], (text, part: string, by: string) =>
    by.includes('$') ? beyond() : bounded(work(text, part, by)),
  );

/** What a text may be asked. No patterns: those of an engine may take for ever. */
export const OF_TEXT: Readonly<Record<string, Call<string>>> = {
  includes: searching((text, part, from) => text.includes(part, from)),
  startsWith: searching((text, part, from) => text.startsWith(part, from)),
  endsWith: searching((text, part, to) => text.endsWith(part, to)),
  indexOf: searching((text, part, from) => text.indexOf(part, from)),
  lastIndexOf: searching((text, part, from) => text.lastIndexOf(part, from)),
  split: searching((text, part, most = Infinity) => (most < 0 ? beyond() : text.split(part).slice(0, most))),
  slice: cutting((text, from, to) => text.slice(from, to)),
  substring: cutting((text, from, to) => text.substring(from, to)),
  at: taking(['place'], (text: string, place: number) => text.at(place)),
  charAt: taking(['place'], (text: string, place: number) => text.charAt(place)),
  trim: turning((text) => text.trim()),
  trimStart: turning((text) => text.trimStart()),
  trimEnd: turning((text) => text.trimEnd()),
  toLowerCase: turning((text) => ascii(text).toLowerCase()),
  toUpperCase: turning((text) => ascii(text).toUpperCase()),
  replace: replacing((text, part, by) => text.replace(part, by)),
  replaceAll: replacing((text, part, by) => text.replaceAll(part, by)),
};

type List = readonly Value[];

function joined(list: List, separator = ','): string {
  const parts = list.map((item) => (isPrimitive(item) ? String(item ?? '') : beyond()));
  const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
  return length > LONGEST_TEXT ? beyond() : parts.join(separator);
}

/** What a list may be asked. */
export const OF_LIST: Readonly<Record<string, Call<List>>> = {
  includes: taking(['primitive'], (list: List, item: Value) => list.includes(item)),
  indexOf: taking(['primitive'], (list: List, item: Value) => list.indexOf(item)),
  at: taking(['place'], (list: List, place: number) => list.at(place)),
  slice: taking(['place', 'place'], (list: List, from: number, to?: number) => list.slice(from, to), 1),
  join: taking(['text'], (list: List, separator?: string) => joined(list, separator), 0),
};

const parsed = (text: string): Value => (isShallow(text) ? (JSON.parse(text) as Json) : beyond());

/** A member without a value would have been left out on its way into the sandbox. */
const whole = (record: Readonly<Record<string, Value>>) =>
  Object.values(record).includes(undefined) ? beyond() : record;

/** Without a base, `0x` would be sixteen. */
const wholeNumberOf = (text: string, radix: number): Value =>
  radix !== 10 || text.length > 20 || /x/i.test(text) ? beyond() : Number.parseInt(ascii(text), 10);

const ofNumbers = (work: (...numbers: number[]) => number, most = 1) =>
  taking(
    Array.from({ length: most }, () => 'number' as const),
    (_, ...numbers: number[]) => work(...numbers),
    1,
  );
const ofAny = (work: (value: Value) => Value) => taking(['any'], (_, value: Value) => work(value));
const ofText = (work: (text: string) => Value) => taking(['text'], (_, text: string) => work(text));
const ofRecord = (work: (record: Readonly<Record<string, Value>>) => Value) =>
  taking(['record'], (_, record: Readonly<Record<string, Value>>) => work(whole(record)));

/** What is there by name. Of mathematics only what every engine works out to the last digit. */
export const FUNCTIONS: Readonly<Record<string, Call<undefined>>> = {
  'JSON.parse': ofText(parsed),
  String: taking(['primitive'], (_, value: Value) => String(value)),
  Number: ofAny(numberOf),
  Boolean: ofAny(Boolean),
  isNaN: taking(['number'], (_, value: number) => Number.isNaN(value)),
  parseInt: taking(['text', 'number'], (_, text: string, radix = 10) => wholeNumberOf(text, radix), 1),
  parseFloat: ofText((text) => Number.parseFloat(ascii(text))),
  'Number.isNaN': ofAny(Number.isNaN),
  'Number.isFinite': ofAny(Number.isFinite),
  'Number.isInteger': ofAny(Number.isInteger),
  'Array.isArray': ofAny(Array.isArray),
  'Object.keys': ofRecord(Object.keys),
  'Object.values': ofRecord(Object.values),
  'Object.hasOwn': taking(['record', 'text'], (_, record: Readonly<Record<string, Value>>, key: string) =>
    has(record, key),
  ),
  'Math.abs': ofNumbers(Math.abs),
  'Math.ceil': ofNumbers(Math.ceil),
  'Math.floor': ofNumbers(Math.floor),
  'Math.round': ofNumbers(Math.round),
  'Math.trunc': ofNumbers(Math.trunc),
  'Math.sign': ofNumbers(Math.sign),
  'Math.min': ofNumbers(Math.min, 20),
  'Math.max': ofNumbers(Math.max, 20),
};
