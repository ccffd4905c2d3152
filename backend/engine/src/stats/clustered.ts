/** A mean with the standard errors of it. */
export interface ClusteredMean {
  mean: number;
  n: number;
  clusters: number;
  /** As if all scores were independent. */
  naiveError: number;
  /** What it is when scores of one cluster go together. */
  error: number;
}

/**
 * The mean of scores that come in clusters, as repeats of a case do, with its clustered standard error after E. Miller,
 * "Adding Error Bars to Evals" (2024): √(s²/n + Σ over clusters and their pairs i ≠ j of (x_i - x̄)(x_j - x̄) / n²).
 * With one score a cluster it is the usual one. Null with fewer than two scores or clusters: no spread is known.
 */
export function clusteredMean(clusters: readonly (readonly number[])[]): ClusteredMean | null {
  const filled = clusters.filter((scores) => scores.length > 0);
  const all = filled.flat();
  const n = all.length;
  if (n < 2 || filled.length < 2) return null;
  const mean = all.reduce((sum, score) => sum + score, 0) / n;
  const squares = all.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  const pairs = filled.reduce((sum, scores) => sum + pairSum(scores, mean), 0);
  const naive = squares / (n - 1) / n;
  return {
    mean,
    n,
    clusters: filled.length,
    naiveError: Math.sqrt(naive),
    // Below 0 by rounding only: where scores of a cluster cancel each other.
    error: Math.sqrt(Math.max(0, naive + pairs / n ** 2)),
  };
}

/** The sum over pairs i ≠ j: the square of the sum less the sum of the squares. */
function pairSum(scores: readonly number[], mean: number): number {
  let [sum, squares] = [0, 0];
  for (const score of scores) {
    sum += score - mean;
    squares += (score - mean) ** 2;
  }
  return sum ** 2 - squares;
}
