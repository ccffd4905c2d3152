import type { Proportion } from '@rehearse/contracts';

/** The 97.5 % quantile of the normal distribution: 95 % lie between it and its negative. */
const Z = 1.9599639845400536;

/**
 * The 95 % score interval of a share, after E. B. Wilson (JASA 22, 1927). With nothing observed the share is unknown
 * and the interval is all of 0 to 1. Throws a RangeError unless `0 <= successes <= n`, both whole.
 */
export function wilsonInterval({ successes, n }: { successes: number; n: number }): Proportion {
  if (!Number.isInteger(successes) || !Number.isInteger(n) || successes < 0 || successes > n)
    throw new RangeError(`${successes} successes of ${n}`);
  if (n === 0) return { estimate: null, low: 0, high: 1, n };
  const estimate = successes / n;
  const shrink = 1 + (Z * Z) / n;
  const center = (estimate + (Z * Z) / (2 * n)) / shrink;
  const half = (Z / shrink) * Math.sqrt((estimate * (1 - estimate)) / n + (Z * Z) / (4 * n * n));
  // At the ends the interval is exact; rounding must not leave it a hair short.
  const low = successes === 0 ? 0 : Math.max(0, center - half);
  const high = successes === n ? 1 : Math.min(1, center + half);
  return { estimate, low, high, n };
}
