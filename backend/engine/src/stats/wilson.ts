import type { Proportion } from '@rehearse/contracts';
import { checkShare } from './share.js';

/** The 97.5 % quantile of the normal distribution: 95 % lie between it and its negative. */
const Z = 1.9599639845400536;

/**
 * The 95 % score interval of a share, after E. B. Wilson (JASA 22, 1927). With nothing observed the share is unknown
 * and the interval is all of 0 to 1. Throws a RangeError unless `0 <= successes <= n`, both whole.
 */
export function wilsonInterval({ successes, n }: { successes: number; n: number }): Proportion {
  checkShare({ successes, n });
  if (n === 0) return { estimate: null, low: 0, high: 1, n };
  return scoreInterval({ estimate: successes / n, n });
}

/**
 * The interval of shares that come in clusters, as repeats of a case do: Wilson's with n / (1 + (m - 1) rho) in place of
 * n, where m is the size of a cluster and rho how alike its members are (L. Kish, Survey Sampling, 1965). Throws a
 * RangeError unless m is at least 1 and rho from 0 to 1.
 */
export function clusteredWilson(share: {
  successes: number;
  n: number;
  clusterSize: number;
  correlation: number;
}): Proportion & { designEffect: number; effectiveN: number } {
  const { successes, n, clusterSize, correlation } = share;
  checkShare({ successes, n });
  if (!(clusterSize >= 1 && correlation >= 0 && correlation <= 1))
    throw new RangeError(`clusters of ${clusterSize} with a correlation of ${correlation}`);
  const designEffect = 1 + (clusterSize - 1) * correlation;
  const effectiveN = n / designEffect;
  const interval =
    n === 0 ? wilsonInterval({ successes, n }) : scoreInterval({ estimate: successes / n, n: effectiveN });
  return { ...interval, n, designEffect, effectiveN };
}

function scoreInterval({ estimate, n }: { estimate: number; n: number }) {
  const shrink = 1 + (Z * Z) / n;
  const center = (estimate + (Z * Z) / (2 * n)) / shrink;
  const half = (Z / shrink) * Math.sqrt((estimate * (1 - estimate)) / n + (Z * Z) / (4 * n * n));
  // At the ends the interval is exact; rounding must not leave it a hair short.
  const low = estimate === 0 ? 0 : Math.max(0, center - half);
  const high = estimate === 1 ? 1 : Math.min(1, center + half);
  return { estimate, low, high, n };
}

/**
 * How many observations at this share it takes until Wilson's lower bound reaches the target: the smallest whole n from
 * z² t (1 - t) / (p - t)², where the score test is just rejected. Infinity when the share is not above the target.
 */
export function observationsToReach({ estimate, target }: { estimate: number; target: number }): number {
  if (!(estimate >= 0 && estimate <= 1 && target >= 0 && target <= 1))
    throw new RangeError(`an estimate of ${estimate} for a target of ${target}`);
  if (estimate <= target) return target === 0 ? 1 : Infinity;
  return Math.max(1, Math.ceil((Z * Z * target * (1 - target)) / (estimate - target) ** 2));
}
