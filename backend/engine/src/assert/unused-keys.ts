import type { AssertionSpec } from '@rehearse/contracts';
import type { AssertionIssue } from './rule.js';

/** The types that compare something with a threshold. */
const WITH_THRESHOLD = new Set([
  ...['levenshtein', 'rouge-n', 'bleu', 'gleu', 'cel', 'javascript', 'similar', 'llm-rubric', 'g-eval'],
  ...['classifier', 'moderation', 'context-faithfulness', 'context-recall', 'context-relevance'],
  ...['answer-relevance', 'trajectory:goal-success', 'tool-call-f1', 'latency', 'cost', 'tokens'],
  ...['safety-score', 'prompt-leak', 'chaos:recovered'],
]);

const WITHOUT_VALUE = new Set(['is-refusal', 'latency', 'cost']);

/**
 * Keys that change nothing, which whoever wrote them does not know. Warnings, for graphs with them run, such as those that come
 * from promptfoo, and recordings of them are replayed.
 */
export function unusedKeys(type: string, { value, threshold }: AssertionSpec): AssertionIssue[] {
  const issues: AssertionIssue[] = [];
  if (threshold !== undefined && !WITH_THRESHOLD.has(type))
    issues.push(unused('threshold', `\`${type}\` takes no threshold`));
  if (value === undefined || value === null) return issues;
  if (WITHOUT_VALUE.has(type)) issues.push(unused('value', `\`${type}\` takes no value`));
  if (type === 'tokens' && threshold !== undefined)
    issues.push(unused('value', 'beside a threshold `tokens` takes no value'));
  return issues;
}

const unused = (key: 'threshold' | 'value', why: string): AssertionIssue => ({
  code: 'assertion/unused-key',
  severity: 'warning',
  message: `${why}: it changes nothing`,
  path: [key],
  suggestion: `remove \`${key}\``,
});
