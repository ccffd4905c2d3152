import { quantile } from './bootstrap.js';
import { isotonic } from './isotonic.js';
import { seededRandom } from './seeded-random.js';
import { checkLevel } from './share.js';

/**
 * The scores of one case, level by level from the innermost: each level has groups of scores within which only what
 * varies at this level and at those below it could differ. The outermost level lets everything differ.
 */
export type NestedScores = readonly (readonly (readonly number[])[])[];

/** So many scores are drawn in all, in well below a second, unless that were too few draws to tell an interval. */
const MOST_PICKS = 1_000_000;
const FEWEST_DRAWS = 200;

export interface VarianceParts {
  /** Of a score within its case, when everything may differ. */
  total: number;
  /** What each level adds to those below it: not below 0, and together the total. */
  parts: number[];
}

export interface PartInterval {
  estimate: number;
  low: number;
  high: number;
}

export interface VarianceShares {
  total: PartInterval;
  parts: PartInterval[];
  /** Of the total; null where nothing varies, for then nothing has a share. */
  shares: PartInterval[] | null;
}

/**
 * The law of total variance, level by level: E[Var(Y | what is held)] grows with what is let loose, and the growth is what
 * the newly loosened part carries. The variance of a level is the pooled one of its groups within a case (sums of squares by
 * degrees of freedom), averaged over cases, so that a case with more runs does not count more. Where the samples say that
 * less varies although more may, the levels are pooled (isotonic regression, weighted by degrees of freedom). Null when a
 * level has no group of two scores: nothing can be told of it.
 */
export function varianceParts(cases: readonly NestedScores[]): VarianceParts | null {
  return partsOf(cases.map((levels) => levels.map(spreadOf)));
}

/** The same with percentile intervals: cases are drawn with replacement, and the scores of each group within them. */
export function varianceShares(
  cases: readonly NestedScores[],
  { seed, level = 0.95, draws = 2_000 }: { seed: number; level?: number; draws?: number },
): VarianceShares | null {
  checkLevel(level);
  const found = varianceParts(cases);
  if (!found) return null;
  const random = seededRandom(seed);
  const times = Math.max(FEWEST_DRAWS, Math.min(draws, Math.floor(MOST_PICKS / sizeOf(cases))));
  const drawn: VarianceParts[] = [];
  for (let i = 0; i < times; i++) {
    const parts = partsOf(cases.map(() => drawnCase(pick(cases, random), random)));
    if (parts) drawn.push(parts);
  }
  const interval = (estimate: number, of: (parts: VarianceParts) => number | null): PartInterval => {
    const values = drawn.flatMap((parts) => of(parts) ?? []).toSorted((a, b) => a - b);
    const tail = (1 - level) / 2;
    if (values.length === 0) return { estimate, low: estimate, high: estimate };
    return { estimate, low: quantile(values, tail), high: quantile(values, 1 - tail) };
  };
  const { total, parts } = found;
  return {
    total: interval(total, (one) => one.total),
    parts: parts.map((part, at) => interval(part, (one) => one.parts[at]!)),
    shares:
      total > 0
        ? parts.map((part, at) =>
            interval(part / total, (one) => (one.total > 0 ? one.parts[at]! / one.total : null)),
          )
        : null,
  };
}

const sizeOf = (cases: readonly NestedScores[]): number =>
  cases.reduce((sum, levels) => sum + levels.flat().reduce((all, { length }) => all + length, 0), 1);

/** The sum of squares within groups, and its degrees of freedom. */
interface Spread {
  squares: number;
  freedom: number;
}

function partsOf(cases: readonly (readonly Spread[])[]): VarianceParts | null {
  const count = cases[0]?.length ?? 0;
  if (count === 0) return null;
  const levels = Array.from({ length: count }, (_, at) => levelOf(cases.map((levels) => levels[at]!)));
  if (levels.some(({ weight }) => weight === 0)) return null;
  const rising = isotonic(levels);
  return { total: rising.at(-1)!, parts: rising.map((value, at) => value - (rising[at - 1] ?? 0)) };
}

/** The mean over the cases that tell something of it. */
function levelOf(spreads: readonly Spread[]): { value: number; weight: number } {
  let [sum, count, weight] = [0, 0, 0];
  for (const { squares, freedom } of spreads) {
    if (freedom === 0) continue;
    sum += squares / freedom;
    count++;
    weight += freedom;
  }
  return { value: count === 0 ? 0 : sum / count, weight };
}

function spreadOf(groups: readonly (readonly number[])[]): Spread {
  let [squares, freedom] = [0, 0];
  for (const scores of groups) {
    if (scores.length < 2) continue;
    squares += squaresOf(scores);
    freedom += scores.length - 1;
  }
  return { squares, freedom };
}

/** What is drawn of n scores varies by (n - 1)/n of what they do: that is made good for, or small groups would count less. */
function drawnCase(levels: NestedScores, random: () => number): Spread[] {
  return levels.map((groups) => {
    let [squares, freedom] = [0, 0];
    for (const scores of groups) {
      const n = scores.length;
      if (n < 2) continue;
      squares += (drawnSquares(scores, random) * n) / (n - 1);
      freedom += n - 1;
    }
    return { squares, freedom };
  });
}

/** Of as many scores drawn with replacement; without a list of them, for this is done millions of times. */
function drawnSquares(scores: readonly number[], random: () => number): number {
  const [first] = scores as [number];
  let [sum, squares] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[Math.floor(random() * scores.length)]! - first;
    sum += score;
    squares += score * score;
  }
  return Math.max(0, squares - (sum * sum) / scores.length);
}

function squaresOf(scores: readonly number[]): number {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
}

const pick = <Item>(items: readonly Item[], random: () => number): Item =>
  items[Math.floor(random() * items.length)]!;
