import type { Json } from '@rehearse/contracts';
import { forbiddenKey, numberProblem, textProblem, type ScalarProblem } from './yaml/scalar.js';

/** Something that JSON can write and that cannot be kept as it is written, by its place in the text. */
export type Unkept = ScalarProblem & { offset: number };

/** Numbers that may be too large, escapes, and names that may be forbidden. */
const SUSPECT = /\\u|(?<![.\d])\d{16}|[eE]\+?\d{3}|__proto__|constructor|prototype/;
const KEY = /"\s*:/g;
/** Deeper than anybody writes, and far from where a stack ends. */
const MOST_DEPTH = 100;

/** What cannot be kept of a JSON text; `value` is what it was parsed to. Nearly all texts are told to be plain by a glance. */
export const unkeptIn = (text: string, value: Json): readonly Unkept[] =>
  !SUSPECT.test(text) && keysIn(value, 0) === (text.match(KEY)?.length ?? 0) ? [] : [...lookedThrough(text)];

/** Of two equal keys one is left, so that there are fewer than were written. */
function keysIn(value: Json, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > MOST_DEPTH) return NaN;
  let count = 0;
  if (Array.isArray(value)) for (const item of value) count += keysIn(item, depth + 1);
  else for (const key of Object.keys(value)) count += 1 + keysIn(value[key]!, depth + 1);
  return count;
}

/** The text is JSON, so what begins a token says what it is. */
function* lookedThrough(text: string): Iterable<Unkept> {
  const token = /["{}[\]]|-?\d[\d.eE+-]*/g;
  const colon = /\s*:/y;
  const open: Set<string>[] = [];
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [start] = found;
    const offset = found.index;
    let problem: ScalarProblem | undefined;
    if (start === '{' || start === '[') open.push(new Set());
    else if (start === '}' || start === ']') open.pop();
    else if (start === '"') {
      token.lastIndex = endOfText(text, offset);
      const value = JSON.parse(text.slice(offset, token.lastIndex)) as string;
      colon.lastIndex = token.lastIndex;
      problem = textProblem(value) ?? (colon.test(text) ? keyProblem(value, open.at(-1)!) : undefined);
    } else problem = numberProblem(Number(start), start);
    if (problem) yield { ...problem, offset };
  }
}

/** Behind the quotation mark that no odd number of backslashes stands before. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

function keyProblem(key: string, seen: Set<string>): ScalarProblem | undefined {
  const isTwice = seen.has(key);
  seen.add(key);
  if (!isTwice) return forbiddenKey(key);
  const message = `the key \`${key}\` stands twice here`;
  return { code: 'yaml/duplicate-key', message, suggestion: 'remove one of the two' };
}
