/** A case with how many of its scored repeats passed. */
export interface CaseScore {
  passed: number;
  scored: number;
}

interface Scores {
  cases: readonly CaseScore[];
  k: number;
}

/**
 * pass^k: the chance that k repeats of a case all pass, as the mean over cases of C(passed, k) / C(scored, k), after
 * Yao et al., "tau-bench" (2024). Cases with fewer than k scored repeats are left out; null when none is left.
 * Throws a RangeError when k is not a whole number from 1.
 */
export const passHatK = ({ cases, k }: Scores): number | null =>
  meanOver({ cases, k }, ({ passed, scored }) => allOf(passed, { scored, k }));

/**
 * pass@k: the chance that of k repeats of a case at least one passes, as the mean over cases of
 * 1 - C(scored - passed, k) / C(scored, k), after Chen et al., "Evaluating Large Language Models Trained on Code" (2021).
 * It hides unreliable agents, so it is shown beside pass^k and never in its place. Else like {@link passHatK}: with fewer
 * than k scored repeats null, and not 1.
 */
export const passAtK = ({ cases, k }: Scores): number | null =>
  meanOver({ cases, k }, ({ passed, scored }) => 1 - allOf(scored - passed, { scored, k }));

function meanOver({ cases, k }: Scores, chance: (score: CaseScore) => number): number | null {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`k is ${k}`);
  const enough = cases.filter(({ scored }) => scored >= k);
  if (enough.length === 0) return null;
  return enough.reduce((sum, score) => sum + chance(score), 0) / enough.length;
}

/** C(count, k) / C(scored, k) as a product, so that no factorial overflows. */
function allOf(count: number, { scored, k }: { scored: number; k: number }): number {
  let chance = 1;
  for (let drawn = 0; drawn < k; drawn++) chance *= Math.max(0, count - drawn) / (scored - drawn);
  return chance;
}
