import type { RunDiff, RunDiffStep } from '@rehearse/contracts';

type Change = RunDiffStep['change'];

/** How the steps of the baseline turned out in one other run, by what names a step in every diff with that baseline. */
export type Marks = ReadonlyMap<string, Change>;

/** Of a step of the baseline its seq, of one that only the other run has its key. */
const placeOf = ({ key, a, b }: RunDiffStep): string =>
  a ? `seq ${a.seq}` : `key ${key} ${b?.attempt ?? 1} ${b?.label ?? ''}`;

export const marksOf = (steps: readonly RunDiffStep[]): Marks =>
  new Map(steps.map((step) => [placeOf(step), step.change]));

/** Undefined where that run has nothing to say of a step: it is in neither of the two. */
export const markOf = (marks: Marks, step: RunDiffStep): Change | undefined => marks.get(placeOf(step));

export interface Standing {
  runId: string;
  diff: RunDiff;
  changed: number;
  regressed: number;
  fixed: number;
}

/** Runs against one baseline, those with most that got worse first. */
export function standingsOf(diffs: readonly { runId: string; diff: RunDiff }[]): Standing[] {
  return diffs
    .map(({ runId, diff }): Standing => {
      const flips = [...diff.assertions, ...diff.contracts].map(({ flip }) => flip);
      return {
        ...{ runId, diff },
        changed: diff.steps.filter(({ change }) => change !== 'same').length,
        regressed: flips.filter((flip) => flip === 'regressed').length,
        fixed: flips.filter((flip) => flip === 'fixed').length,
      };
    })
    .toSorted((a, b) => b.regressed - a.regressed || b.changed - a.changed);
}
