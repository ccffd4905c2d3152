import type { Unit } from './units.js';

/**
 * Where something of b stands in the time of a: behind the last event of a whose partner came before it. Answers a number
 * between two seqs of a.
 */
export function timelineOf(pairs: readonly (readonly [a: Unit, b: Unit])[]): (seqB: number) => number {
  const marks = pairs.flatMap(([a, b]) => [
    { a: a.seq, b: b.seq },
    { a: a.endSeq, b: b.endSeq },
  ]);
  marks.sort((one, other) => one.b - other.b);
  let latest = 0;
  for (const mark of marks) mark.a = latest = Math.max(latest, mark.a);
  return (seqB) => {
    let [low, high] = [0, marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (marks[middle]!.b < seqB) low = middle + 1;
      else high = middle;
    }
    return (low === 0 ? 0 : marks[low - 1]!.a) + 0.5;
  };
}
