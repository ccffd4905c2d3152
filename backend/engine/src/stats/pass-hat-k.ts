/** A case with how many of its scored repeats passed. */
export interface CaseScore {
  passed: number;
  scored: number;
}

/**
 * pass^k: the chance that k repeats of a case all pass, as the mean over cases of C(passed, k) / C(scored, k), after
 * Yao et al., "tau-bench" (2024). Cases with fewer than k scored repeats are left out; null when none is left.
 * Throws a RangeError when k is not a whole number from 1.
 */
export function passHatK({ cases, k }: { cases: readonly CaseScore[]; k: number }): number | null {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`k is ${k}`);
  const enough = cases.filter(({ scored }) => scored >= k);
  if (enough.length === 0) return null;
  return enough.reduce((sum, score) => sum + allPass(score, k), 0) / enough.length;
}

/** C(passed, k) / C(scored, k) as a product, so that no factorial overflows. */
function allPass({ passed, scored }: CaseScore, k: number): number {
  let chance = 1;
  for (let drawn = 0; drawn < k; drawn++) chance *= Math.max(0, passed - drawn) / (scored - drawn);
  return chance;
}
