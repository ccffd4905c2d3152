import { ASSERTION_TYPES } from '@rehearse/contracts';

/** Ours that promptfoo does not have. */
const OURS = new Set([
  'cel',
  'tokens',
  'contract',
  'replay:identical',
  'chaos:recovered',
  'metamorphic',
  'ends-with',
]);
const SAME = new Set<string>(ASSERTION_TYPES.filter((type) => !OURS.has(type)));

/** Its names for what is called otherwise here. */
const RENAMED: Readonly<Record<string, string>> = {
  'similar:cosine': 'similar',
  'model-graded-factuality': 'factuality',
};

/** What an assertion type of promptfoo is called here; undefined when nothing does the same. */
export function typeHere(written: string): string | undefined {
  const [not, type] = written.startsWith('not-') ? ['not-', written.slice('not-'.length)] : ['', written];
  const name = RENAMED[type] ?? (SAME.has(type) ? type : undefined);
  return name === undefined ? undefined : not + name;
}

/** Assertions whose verdict a model gives. */
export const JUDGED: ReadonlySet<string> = new Set([
  ...['llm-rubric', 'g-eval', 'factuality', 'model-graded-closedqa', 'answer-relevance', 'select-best'],
  ...['context-faithfulness', 'context-recall', 'context-relevance', 'trajectory:goal-success'],
  ...['classifier', 'moderation'],
]);

const plain = (type: string): string => type.replace(/^not-/, '');

/** Assertions that look at what was done, there as here: to them a transform is nothing. */
export const hasNoOutput = (type: string): boolean =>
  /^(latency|cost|finish-reason|trajectory:.*)$/.test(plain(type));

/** Assertions that look at the output there, and at what was called here. */
export const isBlind = (type: string): boolean =>
  /^(is-valid-openai-tools-call|tool-call-f1|guardrails)$/.test(plain(type));

/** Assertions that compare embeddings. */
export const EMBEDDED: ReadonlySet<string> = new Set(['similar', 'answer-relevance']);

/** Assertions whose value is a text with variables in it, here as there. */
export const TEMPLATED: ReadonlySet<string> = new Set([
  ...['equals', 'contains', 'icontains', 'contains-all', 'contains-any', 'icontains-all', 'icontains-any'],
  ...['starts-with', 'regex', 'levenshtein', 'rouge-n', 'bleu', 'gleu', 'similar', ...JUDGED],
]);
