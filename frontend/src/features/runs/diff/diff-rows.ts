import type { RunDiff, RunDiffStep } from '@rehearse/contracts';
import type { DiffSearch } from './search.js';

/** Indices of the steps that a list shows. */
export function rowsOf(steps: readonly RunDiffStep[], { only, q }: Pick<DiffSearch, 'only' | 'q'>): number[] {
  const words = q?.toLowerCase();
  const rows: number[] = [];
  steps.forEach((step, index) => {
    if (only === 'changed' && step.change === 'same') return;
    if (words && !textOf(step).includes(words)) return;
    rows.push(index);
  });
  return rows;
}

const textOf = ({ key, a, b, change }: RunDiffStep): string =>
  `${key} ${a?.key ?? ''} ${b?.label ?? a?.label ?? ''} ${b?.type ?? a?.type ?? ''} ${change}`.toLowerCase();

/** The next row that differs in one direction; undefined where there is none. */
export function nextDifference(
  steps: readonly RunDiffStep[],
  { rows, from, by }: { rows: readonly number[]; from: number; by: 1 | -1 },
): number | undefined {
  for (let row = from + by; row >= 0 && row < rows.length; row += by)
    if (steps[rows[row]!]!.change !== 'same') return row;
  return undefined;
}

export const attemptOf = ({ a, b }: RunDiffStep): number => b?.attempt ?? a?.attempt ?? 1;

/** Its key; the start and the end of a run share theirs. */
export const nameOf = ({ key, a, b }: RunDiffStep): string => {
  const side = b ?? a;
  return side?.type === 'run' ? `${key} ${side.label}` : key;
};

/** How an address names a step. */
export const placeOf = (step: RunDiffStep): Pick<DiffSearch, 'node' | 'attempt'> => ({
  node: nameOf(step),
  attempt: attemptOf(step) > 1 ? attemptOf(step) : undefined,
});

/** The step that an address names; of two with one key the one that differs. Else that of the first divergence. */
export function selectedOf(
  { steps, firstDivergence }: RunDiff,
  { node, attempt = 1 }: Pick<DiffSearch, 'node' | 'attempt'>,
): number {
  const key = node ?? firstDivergence?.key;
  if (key === undefined) return -1;
  const fits = (step: RunDiffStep) =>
    (nameOf(step) === key || step.key === key || step.a?.key === key) &&
    (node === undefined || attemptOf(step) === attempt);
  const differing = steps.findIndex((step) => step.change !== 'same' && fits(step));
  return differing >= 0 ? differing : steps.findIndex(fits);
}
