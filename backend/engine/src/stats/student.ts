import type { DifferenceInterval } from './newcombe.js';
import { checkLevel } from './share.js';
import { crossing } from './solve.js';

/**
 * The interval of a mean by Student's t ("The probable error of a mean", 1908): mean ± t s / √n, with n - 1 degrees of
 * freedom. Null with fewer than two values, because one has no spread.
 */
export function meanInterval(
  values: readonly number[],
  { level = 0.95 }: { level?: number } = {},
): DifferenceInterval | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentQuantile(0.5 + level / 2, n - 1) * Math.sqrt(variance / n);
  return { estimate: mean, low: mean - half, high: mean + half };
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The t below which a share of the distribution lies, for a whole number of degrees of freedom. */
export function studentQuantile(share: number, freedom: number): number {
  checkLevel(share);
  if (!Number.isInteger(freedom) || freedom < 1) throw new RangeError(`${freedom} degrees of freedom`);
  if (share < 0.5) return -studentQuantile(1 - share, freedom);
  const between = 2 * share - 1;
  const angle = crossing((theta) => within(theta, freedom) - between, { low: 0, high: Math.PI / 2 });
  return Math.sqrt(freedom) * Math.tan(angle);
}

/** The chance of |t| at most √freedom · tan(theta): M. Abramowitz and I. A. Stegun (1964), 26.7.3 and 26.7.4. */
function within(theta: number, freedom: number): number {
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let i = isOdd ? 3 : 2; i <= freedom - 2; i += 2) {
    term *= (cosine * cosine * (i - 1)) / i;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
}
