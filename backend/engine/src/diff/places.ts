import type { Json, RunDiffChange, RunDiffText } from '@rehearse/contracts';
import { diffWordsWithSpace, type Change } from 'diff';
import { jsonDiff } from '../replay/json-diff.js';

/** Texts that have less in common are shown as a whole: a diff of them would tell nothing, and takes long. */
const MOST_EDITS = 200;

/** How many words of all steps may still be told apart; what comes after them is shown as a whole. */
export interface WordBudget {
  edits: number;
}
export const wordBudget = (): WordBudget => ({ edits: 20_000 });

/** Where two contents differ, and how those places do that are texts. */
export function placesOf(
  a: Json,
  b: Json,
  budget: WordBudget,
): { json: RunDiffChange[]; text?: RunDiffText[] } {
  const changes = jsonDiff(a, b);
  const json = changes.map(({ pointer, expected, actual }) => ({
    pointer,
    ...(expected !== undefined && { a: expected }),
    ...(actual !== undefined && { b: actual }),
  }));
  const text = json.flatMap((change) => textOf(change, budget));
  return { json, ...(text.length > 0 && { text }) };
}

export const isEqual = (a: Json, b: Json): boolean => jsonDiff(a, b, 1).length === 0;

function textOf({ pointer, a, b }: RunDiffChange, budget: WordBudget): RunDiffText[] {
  if (typeof a !== 'string' || typeof b !== 'string' || !/\s/.test(a + b)) return [];
  const most = Math.min(MOST_EDITS, budget.edits);
  const changes = most > 0 ? diffWordsWithSpace(a, b, { maxEditLength: most }) : undefined;
  budget.edits -= changes ? changes.filter(({ added, removed }) => added || removed).length : most;
  return [{ pointer, words: changes ? changes.map(wordsOf) : wholly(a, b) }];
}

type Words = RunDiffText['words'][number];

const wordsOf = ({ added, removed, value }: Change): Words => ({
  change: added ? 'added' : removed ? 'removed' : 'same',
  text: value,
});

const wholly = (a: string, b: string): Words[] =>
  [
    { change: 'removed' as const, text: a },
    { change: 'added' as const, text: b },
  ].filter(({ text }) => text !== '');
