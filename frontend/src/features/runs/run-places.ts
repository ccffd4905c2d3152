import type { RunView } from '@rehearse/contracts';
import { treeOf } from './step-tree.js';

/** Where in the journal something failed or errored, each place once, in order. */
export function failuresOf({ assertions, contracts, steps }: RunView): number[] {
  const isBad = ({ verdict }: { verdict: string }) => verdict !== 'passed';
  const seqs = [
    ...assertions.filter(isBad).map(({ seq }) => seq),
    ...contracts.filter(isBad).flatMap(({ seq }) => seq ?? []),
    ...steps.filter(({ status }) => status === 'errored').map(({ lastSeq }) => lastSeq),
  ];
  return [...new Set(seqs)].toSorted((a, b) => a - b);
}

/** The place behind or before the one that is named; from nowhere, the first or the last. */
export function neighbourOf<T extends string | number>(
  places: readonly T[],
  { from, by }: { from: T | undefined; by: 1 | -1 },
): T | undefined {
  if (from === undefined) return places.at(by === 1 ? 0 : -1);
  const at = places.indexOf(from);
  if (at >= 0) return places[at + by];
  return by === 1 ? places.find((place) => place > from) : places.findLast((place) => place < from);
}

/** The steps that stand in no other, in the order in which they began. */
export const stepKeysOf = ({ steps }: Pick<RunView, 'steps'>): string[] =>
  treeOf(steps).map(({ step }) => step.key);
