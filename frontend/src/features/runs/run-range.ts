import type { RunView } from '@rehearse/contracts';

/** A stretch of a journal, both ends included. */
export interface SeqRange {
  from: number;
  to: number;
}

/** `3-9` of an address; null for what is no range. */
export function rangeOf(text: string | undefined): SeqRange | null {
  const match = /^(\d{1,9})-(\d{1,9})$/.exec(text ?? '');
  if (!match) return null;
  const ends = [Number(match[1]), Number(match[2])].sort((one, other) => one - other);
  const [from = 1, to = 1] = ends.map((end) => Math.max(1, end));
  return { from, to };
}

export const rangeText = ({ from, to }: SeqRange): string => `${from}-${to}`;

const isIn = ({ from, to }: SeqRange, seq: number | undefined): boolean =>
  seq !== undefined && seq >= from && seq <= to;

/** What of a run falls into a stretch of its journal: steps that went on in it, checks that came out in it. */
export function within(run: RunView, range: SeqRange | null): RunView {
  if (!range) return run;
  return {
    ...run,
    steps: run.steps.filter(({ firstSeq, lastSeq }) => firstSeq <= range.to && lastSeq >= range.from),
    assertions: run.assertions.filter(({ seq }) => isIn(range, seq)),
    contracts: run.contracts.filter(({ seq }) => isIn(range, seq)),
  };
}
