import type { Proportion } from '@rehearse/contracts';
import { checkLevel, checkShare, type Share } from './share.js';
import { crossing } from './solve.js';

/** The chance of at most k successes in n independent tries that each succeed with chance p. */
export function binomialAtMost(k: number, { n, p }: { n: number; p: number }): number {
  if (k < 0) return 0;
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  // Relative to the likeliest count, so that nothing that matters is rounded to 0.
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  let [below, all, weight] = [mode <= k ? 1 : 0, 1, 1];
  for (let i = mode; i > 0; i--) {
    weight *= i / ((n - i + 1) * odds);
    all += weight;
    if (i - 1 <= k) below += weight;
  }
  weight = 1;
  for (let i = mode + 1; i <= n; i++) {
    weight *= ((n - i + 1) * odds) / i;
    all += weight;
    if (i <= k) below += weight;
  }
  return below / all;
}

/**
 * The exact interval of a share: all p under which neither so few nor so many successes would have a chance below
 * (1 - level) / 2, after C. J. Clopper and E. S. Pearson (Biometrika 26, 1934). Throws a RangeError unless
 * `0 <= successes <= n`, both whole.
 */
export function clopperPearson({ successes, n, level = 0.95 }: Share & { level?: number }): Proportion {
  checkShare({ successes, n });
  checkLevel(level);
  if (n === 0) return { estimate: null, low: 0, high: 1, n };
  const tail = (1 - level) / 2;
  const atLeast = (p: number) => 1 - binomialAtMost(successes - 1, { n, p });
  const atMost = (p: number) => binomialAtMost(successes, { n, p });
  const all = { low: 0, high: 1 };
  return {
    estimate: successes / n,
    low: successes === 0 ? 0 : crossing((p) => atLeast(p) - tail, all),
    high: successes === n ? 1 : crossing((p) => tail - atMost(p), all),
    n,
  };
}

/** How a case went in two versions, counted where they differ. */
export interface Discordant {
  /** Passed before, fails now. */
  regressed: number;
  /** Failed before, passes now. */
  improved: number;
}

/**
 * The exact two-sided p of McNemar's test (Psychometrika 12, 1947): twice the chance of the smaller of the two counts, or
 * less, in n fair tosses, at most 1.
 */
export function mcNemarExact({ regressed, improved }: Discordant): number {
  const n = regressed + improved;
  checkShare({ successes: regressed, n });
  return Math.min(1, 2 * binomialAtMost(Math.min(regressed, improved), { n, p: 0.5 }));
}
