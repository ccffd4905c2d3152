/** A pass rate that is good, one that is bad, and how often either may be mistaken for the other. */
export interface SprtPlan {
  good: number;
  bad: number;
  /** Blocks a good one. */
  alpha: number;
  /** Lets a bad one through. */
  beta: number;
}

export interface Sprt {
  /** The log-likelihood ratio at or below which it is good. */
  lower: number;
  /** At or above which it is bad. */
  upper: number;
  passStep: number;
  failStep: number;
}

/**
 * A. Wald's sequential probability ratio test (1945): after every result it may be looked at without more false alarms.
 * The bounds are ln(beta / (1 - alpha)) and ln((1 - beta) / alpha). Throws a RangeError unless 0 < bad < good < 1.
 */
export function sprt({ good, bad, alpha, beta }: SprtPlan): Sprt {
  if (!(bad > 0 && good > bad && good < 1 && alpha > 0 && beta > 0 && alpha + beta < 1))
    throw new RangeError(`good ${good}, bad ${bad}, alpha ${alpha}, beta ${beta}`);
  return {
    lower: Math.log(beta / (1 - alpha)),
    upper: Math.log((1 - beta) / alpha),
    passStep: Math.log(bad / good),
    failStep: Math.log((1 - bad) / (1 - good)),
  };
}

/** What the results so far, in their order, decide, and after how many of them; the first decision stays. */
export function sprtDecision(
  results: readonly ('passed' | 'failed')[],
  plan: SprtPlan,
): { decision: 'good' | 'bad' | 'open'; ratio: number; after: number } {
  const { lower, upper, passStep, failStep } = sprt(plan);
  let [ratio, after] = [0, 0];
  for (const result of results) {
    ratio += result === 'passed' ? passStep : failStep;
    after++;
    if (ratio <= lower) return { decision: 'good', ratio, after };
    if (ratio >= upper) return { decision: 'bad', ratio, after };
  }
  return { decision: 'open', ratio, after };
}
