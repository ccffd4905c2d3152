import type { ShiftTest } from '@rehearse/contracts';
import { mannWhitney, median } from '../stats/index.js';

/** Every value of one side is compared with every one of the other, so more than these are taken as a sample. */
const MOST_VALUES = 500;

/** Whether values tend to be greater in the candidate, and by how much; null without any, `pAdjusted` is for whoever tests more. */
export function shiftOf(values: {
  baseline: readonly number[];
  candidate: readonly number[];
}): ShiftTest | null {
  const [baseline, candidate] = [sampleOf(values.baseline), sampleOf(values.candidate)];
  const found = mannWhitney({ baseline, candidate });
  if (!found) return null;
  const { shift, a12, p, method } = found;
  const [baselineMedian, candidateMedian] = [median(values.baseline), median(values.candidate)];
  return {
    ...{ cases: values.baseline.length, baselineMedian, candidateMedian, shift },
    shiftRatio: baselineMedian === 0 ? null : shift / baselineMedian,
    ...{ a12, p, pAdjusted: p, method, sampled: values.baseline.length > MOST_VALUES },
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
