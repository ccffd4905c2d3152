import { ASSERTION_TYPES, type AssertionSpec, type Json } from '@rehearse/contracts';
import { unkeptIn } from '../unkept.js';

/** What an `__expected` cell asks for, or why we have nothing like it. */
export type Expected = { ok: true; assertion: AssertionSpec } | { ok: false; message: string };

/** Prefixes of promptfoo that go by another name here. */
const ALIASES: Readonly<Record<string, string>> = {
  grade: 'llm-rubric',
  fn: 'javascript',
  eval: 'javascript',
};

/** Types of promptfoo without a counterpart: taken for plain text they would compare with the whole answer. */
const FOREIGN = [
  'python',
  'ruby',
  'webhook',
  'perplexity',
  'perplexity-score',
  'contains-sql',
  'human',
  'file',
];

const LISTS: ReadonlySet<string> = new Set([
  'contains-all',
  'contains-any',
  'icontains-all',
  'icontains-any',
]);
/** Their value is text, also where it looks like JSON. */
const TEXTS =
  /^(equals|i?contains|starts-with|ends-with|regex|javascript|cel|similar|.*rubric.*|g-eval|levenshtein)$/;

/** What promptfoo asks of these when a cell names no threshold. */
const THRESHOLD = 0.75;
const WITH_THRESHOLD: ReadonlySet<string> = new Set([
  ...['answer-relevance', 'classifier', 'context-faithfulness', 'context-recall', 'context-relevance'],
  ...['cost', 'latency', 'levenshtein', 'rouge-n', 'similar'],
]);

/** The longer name first, where one begins like another. */
const TYPES = [...ASSERTION_TYPES, ...Object.keys(ALIASES), ...FOREIGN].toSorted(
  (a, b) => b.length - a.length,
);
const FORM = new RegExp(`^(not-)?(${TYPES.join('|')})(?:\\((\\d+(?:\\.\\d+)?)\\))?(?:\\s*:([\\s\\S]*))?$`);

/**
 * Reads an `__expected` cell as promptfoo has them: `type: value`, `type(threshold): value`, `not-type: value`, lists by
 * commas; anything else is the text that the answer must equal.
 */
export function expectedAssertion(text: string): Expected {
  const [, not = '', name, threshold, rest] = FORM.exec(text.trim()) ?? [];
  if (name === undefined) return { ok: true, assertion: { type: 'equals', value: text } };
  if (FOREIGN.includes(name))
    return { ok: false, message: `the assertion \`${name}\` of promptfoo has no counterpart here` };
  const type = ALIASES[name] ?? name;
  const read = rest === undefined ? { value: undefined } : valueOf(type, rest.trim());
  if ('message' in read) return { ok: false, message: read.message };
  const { value } = read;
  const asked = threshold === undefined && WITH_THRESHOLD.has(type) ? THRESHOLD : threshold;
  return {
    ok: true,
    assertion: {
      type: `${not}${type}`,
      ...(value !== undefined && value !== '' && { value }),
      ...(asked !== undefined && { threshold: Number(asked) }),
    },
  };
}

function valueOf(type: string, text: string): { value: Json } | { message: string } {
  if (LISTS.has(type)) return { value: text.split(',').map((item) => item.trim()) };
  if (TEXTS.test(type)) return { value: text };
  try {
    const value = JSON.parse(text) as Json;
    return unkeptIn(text, value)[0] ?? { value: typeof value === 'string' ? text : value };
  } catch {
    return { value: text };
  }
}
