import { seededRandom } from './seeded-random.js';
import { checkLevel } from './share.js';

interface Bootstrap<Item> {
  items: readonly Item[];
  statistic: (sample: readonly Item[]) => number | null;
  seed: number;
  level?: number;
  draws?: number;
}

/**
 * The percentile interval of a statistic over items drawn with replacement, by the seed (B. Efron, 1979). Items are cases,
 * so that their repeats stay together. Samples without a value count for nothing; null when none has one.
 */
export function bootstrapInterval<Item>({
  items,
  statistic,
  seed,
  level = 0.95,
  draws = 2_000,
}: Bootstrap<Item>): { estimate: number; low: number; high: number } | null {
  checkLevel(level);
  const estimate = statistic(items);
  if (estimate === null) return null;
  const random = seededRandom(seed);
  const values: number[] = [];
  for (let i = 0; i < draws; i++) {
    const value = statistic(items.map(() => items[Math.floor(random() * items.length)]!));
    if (value !== null) values.push(value);
  }
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const tail = (1 - level) / 2;
  return { estimate, low: quantile(values, tail), high: quantile(values, 1 - tail) };
}

/** By linear interpolation between sorted values: type 7 of R. J. Hyndman and Y. Fan (1996). */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at % 1) * (sorted[Math.ceil(at)]! - below);
}
