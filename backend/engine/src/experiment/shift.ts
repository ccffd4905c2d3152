import type { ShiftTest } from '@rehearse/contracts';
import { hodgesLehmann, mannWhitney, median } from '../stats/index.js';

/** For the shift every value of one side is taken from every one of the other, so of more than these it is that of a sample. */
const MOST_VALUES = 500;

/** Whether values tend to be greater in the candidate, and by how much; null without any, `pAdjusted` is for whoever tests more. */
export function shiftOf(values: {
  baseline: readonly number[];
  candidate: readonly number[];
}): ShiftTest | null {
  const { baseline, candidate } = values;
  const found = mannWhitney(values);
  if (!found) return null;
  const { a12, p, method } = found;
  const shift = hodgesLehmann({ baseline: sampleOf(baseline), candidate: sampleOf(candidate) });
  const [baselineMedian, candidateMedian] = [median(baseline), median(candidate)];
  return {
    ...{ cases: baseline.length, baselineMedian, candidateMedian, shift },
    shiftRatio: baselineMedian === 0 ? null : shift / baselineMedian,
    ...{ a12, p, pAdjusted: p, method, sampled: baseline.length > MOST_VALUES },
  };
}

/** Evenly spaced in the order of their size, so that their spread stays. */
function sampleOf(values: readonly number[]): number[] {
  if (values.length <= MOST_VALUES) return [...values];
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from(
    { length: MOST_VALUES },
    (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / MOST_VALUES)]!,
  );
}
