import { meanOf } from './student.js';
import { seededRandom } from './seeded-random.js';

export interface SignFlip {
  /** Of all differences; NaN of none. */
  mean: number;
  p: number;
  method: 'exact' | 'drawn';
}

/** Up to so many differences all flips are tried: a million. */
const MOST_EXACT = 20;
const DRAWS = 100_000;
/** Sums that are equal on paper differ in the last bits. */
const TOLERANCE = 1e-9;

/**
 * The paired test of R. A. Fisher (The Design of Experiments, 1935): were the two versions alike, each difference of a case
 * might as well have had the other sign. p is the share of flips whose sum lies as far from 0 as the one seen: of all of
 * them, or beyond 20 differences (those of 0 apart, which flip nothing) of 100,000 drawn by the seed, the seen one counted
 * among them (B. Phipson and G. K. Smyth, 2010).
 */
export function signFlip(differences: readonly number[], { seed }: { seed: number }): SignFlip {
  const mean = meanOf(differences);
  const moved = differences.filter((difference) => difference !== 0);
  const sum = Math.abs(moved.reduce((total, difference) => total + difference, 0));
  const size = moved.reduce((total, difference) => total + Math.abs(difference), 0);
  const reach = sum - size * TOLERANCE;
  if (moved.length <= MOST_EXACT) return { mean, p: exact(moved, reach), method: 'exact' };
  return { mean, p: drawn(moved, { reach, seed }), method: 'drawn' };
}

function exact(differences: readonly number[], reach: number): number {
  let sums = Float64Array.of(0);
  for (const difference of differences) {
    const flipped = new Float64Array(sums.length * 2);
    for (let i = 0; i < sums.length; i++) {
      flipped[i] = sums[i]! + difference;
      flipped[i + sums.length] = sums[i]! - difference;
    }
    sums = flipped;
  }
  let far = 0;
  for (const sum of sums) if (Math.abs(sum) >= reach) far++;
  return far / sums.length;
}

function drawn(differences: readonly number[], { reach, seed }: { reach: number; seed: number }): number {
  const random = seededRandom(seed);
  let far = 1;
  for (let i = 0; i < DRAWS; i++) {
    let sum = 0;
    for (const difference of differences) sum += random() < 0.5 ? difference : -difference;
    if (Math.abs(sum) >= reach) far++;
  }
  return far / (DRAWS + 1);
}
