import type { Share } from './share.js';
import { wilsonInterval } from './wilson.js';

/** A difference with its interval. */
export interface DifferenceInterval {
  estimate: number;
  low: number;
  high: number;
}

/**
 * The 95 % interval of the difference of two independent shares, candidate less baseline, from the Wilson intervals of both:
 * method 10 of R. G. Newcombe (Statistics in Medicine 17, 1998). Null when one of them has nothing observed.
 */
export function newcombeInterval({
  baseline,
  candidate,
}: {
  baseline: Share;
  candidate: Share;
}): DifferenceInterval | null {
  const [before, now] = [wilsonInterval(baseline), wilsonInterval(candidate)];
  if (before.estimate === null || now.estimate === null) return null;
  const estimate = now.estimate - before.estimate;
  return {
    estimate,
    low: estimate - Math.hypot(now.estimate - now.low, before.high - before.estimate),
    high: estimate + Math.hypot(now.high - now.estimate, before.estimate - before.low),
  };
}
