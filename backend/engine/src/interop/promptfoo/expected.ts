import type { Json, JsonObject } from '@rehearse/contracts';

/** Types whose threshold is this much when an `__expected` cell gives none. */
const WITH_THRESHOLD: ReadonlySet<string> = new Set([
  ...[
    'answer-relevance',
    'classifier',
    'context-faithfulness',
    'context-recall',
    'context-relevance',
    'cost',
  ],
  ...['latency', 'levenshtein', 'perplexity-score', 'perplexity', 'rouge-n', 'similar', 'starts-with'],
]);
const DEFAULT_THRESHOLD = 0.75;
const LISTS = /^i?contains-(all|any)$/;
const FORM = /^(not-)?([a-z][a-z0-9:-]*)(?:\((\d+(?:\.\d+)?)\))?(?::([\s\S]*))?$/;

/** The assertion that an `__expected` cell of promptfoo means; a text that is none is what the output has to equal. */
export function expectedAssertion(cell: string, isType: (type: string) => boolean): JsonObject {
  const code = /^(?:javascript|fn|eval):([\s\S]*)$/.exec(cell)?.[1];
  if (code !== undefined) return { type: 'javascript', value: code.trim() };
  const rubric = /^(?:grade|llm-rubric):([\s\S]*)$/.exec(cell)?.[1];
  if (rubric !== undefined) return { type: 'llm-rubric', value: rubric.trim() };
  if (/^file:\/\/.*\.[cm]?[jt]s(:\w+)?$/.test(cell)) return { type: 'javascript', value: cell };
  if (/^python:|^file:\/\/.*\.py(:\w+)?$/.test(cell)) return { type: 'python', value: cell };
  const [, not = '', type = '', threshold, value] = FORM.exec(cell) ?? [];
  if (!isType(type)) return { type: 'equals', value: cell };
  const least = threshold === undefined ? DEFAULT_THRESHOLD : Number(threshold);
  return {
    type: `${not}${type}`,
    ...(value !== undefined && { value: valueOf(type, value.trim()) }),
    ...((threshold !== undefined || WITH_THRESHOLD.has(type)) && { threshold: least }),
  };
}

function valueOf(type: string, value: string): Json {
  if (LISTS.test(type)) return value.split(',').map((part) => part.trim());
  if (/^(is|contains)-json$/.test(type)) return parsed(value) ?? value;
  return type === 'word-count' && /^\d+$/.test(value) ? Number(value) : value;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
