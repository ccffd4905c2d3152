import { normalAbove } from './normal.js';

/** What the test says of two samples; all from the candidate's side. */
export interface MannWhitney {
  /** In how many pairs the candidate is the greater one; a tie counts half. */
  u: number;
  /** The share of such pairs: A. Vargha and H. D. Delaney's A (2000). */
  a12: number;
  p: number;
  /** Of `u` being so great or greater. */
  greater: number;
  method: 'exact' | 'normal';
}

/** Beyond so many splits the test is approximated. */
const MOST_SPLITS = 200_000;

interface Samples {
  baseline: readonly number[];
  candidate: readonly number[];
}

interface Tested extends Samples {
  /** Default: exact up to 200,000 splits. */
  method?: 'exact' | 'normal';
}

/**
 * H. B. Mann and D. R. Whitney's test (1947) whether the values of one sample tend to be greater. Exact: over all splits of
 * the ranks that were seen, ties at their mean. Normal: corrected for ties and for continuity. Null when a sample is empty.
 */
export function mannWhitney({ baseline, candidate, method }: Tested): MannWhitney | null {
  const [before, now] = [baseline.length, candidate.length];
  if (before === 0 || now === 0) return null;
  const ranks = midranks([...candidate, ...baseline]);
  const rankSum = ranks.slice(0, now).reduce((sum, rank) => sum + rank, 0);
  const u = rankSum - (now * (now + 1)) / 2;
  const used = method ?? (splits(before + now, now) <= MOST_SPLITS ? 'exact' : 'normal');
  const chances = used === 'exact' ? exact({ ranks, now, rankSum }) : approximate({ ranks, now, before, u });
  return { u, a12: u / (before * now), ...chances, method: used };
}

/** The median of all differences, candidate less baseline: J. L. Hodges and E. L. Lehmann (1963). NaN of nothing. */
export const hodgesLehmann = ({ baseline, candidate }: Samples): number =>
  median(candidate.flatMap((value) => baseline.map((other) => value - other)));

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** The rank of each value, from 1; equal ones share the mean of theirs. */
function midranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = Array.from({ length: values.length }, () => 0);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (const at of order.slice(from, to)) ranks[at] = (from + 1 + to) / 2;
  }
  return ranks;
}

/** C(n, k), or something beyond `MOST_SPLITS`. */
function splits(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i <= Math.min(k, n - k) && count <= MOST_SPLITS; i++) count = (count * (n - i + 1)) / i;
  return count;
}

/** Counts the splits by the doubled sum of the candidate's ranks: doubled, every rank is whole. */
function exact({ ranks, now, rankSum }: { ranks: readonly number[]; now: number; rankSum: number }) {
  const counts = Array.from({ length: now + 1 }, () => new Map<number, number>());
  counts[0]!.set(0, 1);
  for (const rank of ranks)
    for (let chosen = now; chosen > 0; chosen--)
      for (const [sum, count] of counts[chosen - 1]!) {
        const next = sum + 2 * rank;
        counts[chosen]!.set(next, (counts[chosen]!.get(next) ?? 0) + count);
      }
  const seen = 2 * rankSum;
  const expected = now * (ranks.length + 1);
  let [all, far, greater] = [0, 0, 0];
  for (const [sum, count] of counts[now]!) {
    all += count;
    if (Math.abs(sum - expected) >= Math.abs(seen - expected)) far += count;
    if (sum >= seen) greater += count;
  }
  return { p: far / all, greater: greater / all };
}

function approximate(of: { ranks: readonly number[]; now: number; before: number; u: number }) {
  const { ranks, now, before, u } = of;
  const n = now + before;
  const variance = ((now * before) / 12) * (n + 1 - tiesOf(ranks) / (n * (n - 1)));
  const beyond = u - (now * before) / 2;
  if (!(variance > 0)) return { p: 1, greater: 1 };
  const sd = Math.sqrt(variance);
  return {
    p: Math.min(1, 2 * normalAbove((Math.abs(beyond) - 0.5) / sd)),
    greater: normalAbove((beyond - 0.5) / sd),
  };
}

/** The sum of t³ - t over groups of t equal values. */
function tiesOf(ranks: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const rank of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, size) => sum + size ** 3 - size, 0);
}
