import { checkShare, type Share } from './share.js';

/** Equal up to rounding counts as equally likely, as R's `fisher.test` has it. */
const TOLERANCE = 1 + 1e-7;

/**
 * R. A. Fisher's exact test of two shares, all margins fixed. Two-sided: the chance of all tables that are no likelier than
 * the one seen. Worse: that the candidate has so few successes or fewer. Throws a RangeError unless both are counts.
 */
export function fisherExact({ baseline, candidate }: { baseline: Share; candidate: Share }): {
  twoSided: number;
  worse: number;
} {
  checkShare(baseline);
  checkShare(candidate);
  const successes = baseline.successes + candidate.successes;
  const first = Math.max(0, successes - baseline.n);
  const chances = hypergeometric({ first, successes, baseline: baseline.n, candidate: candidate.n });
  const seen = chances[candidate.successes - first]!;
  const sum = (list: readonly number[]) =>
    Math.min(
      1,
      list.reduce((total, chance) => total + chance, 0),
    );
  return {
    twoSided: sum(chances.filter((chance) => chance <= seen * TOLERANCE)),
    worse: sum(chances.slice(0, candidate.successes - first + 1)),
  };
}

/** The chances of `first`, `first + 1`, … successes of the candidate. */
function hypergeometric(margins: {
  first: number;
  successes: number;
  baseline: number;
  candidate: number;
}): number[] {
  const { first, successes, baseline, candidate } = margins;
  const last = Math.min(successes, candidate);
  const total = baseline + candidate;
  const step = (x: number) =>
    ((candidate - x) * (successes - x)) / ((x + 1) * (baseline - successes + x + 1));
  // From the likeliest count to both ends, so that nothing that matters is rounded to 0.
  const mode = Math.min(last, Math.max(first, Math.floor(((candidate + 1) * (successes + 1)) / (total + 2))));
  const weights = Array.from({ length: last - first + 1 }, () => 1);
  for (let x = mode; x < last; x++) weights[x + 1 - first] = weights[x - first]! * step(x);
  for (let x = mode - 1; x >= first; x--) weights[x - first] = weights[x + 1 - first]! / step(x);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}
