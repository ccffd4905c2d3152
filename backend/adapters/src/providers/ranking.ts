import type { JournalTarget } from '@rehearse/contracts';
import type { RankedStrategy } from '@rehearse/engine';
import { type Prices, typicalPrice } from './prices.js';

/** How much the latest call counts against all before it. */
const WEIGHT = 0.3;

/** How long the calls of each target took lately, in milliseconds, over all runs of this process. */
export class Latencies {
  readonly #means = new Map<string, number>();

  add(target: JournalTarget, tookMs: number): void {
    const key = keyOf(target);
    const before = this.#means.get(key);
    this.#means.set(key, before === undefined ? tookMs : before + WEIGHT * (tookMs - before));
  }

  of(target: JournalTarget): number | undefined {
    return this.#means.get(keyOf(target));
  }
}

const keyOf = (target: JournalTarget): string => JSON.stringify(target);

/**
 * The best target first. A target that was never called goes before those that were, so that it is tried; one without
 * a known price goes behind those with one; a mock goes last: it is there for when nothing else is.
 */
export function rank(
  targets: readonly JournalTarget[],
  strategy: RankedStrategy,
  { latencies, prices }: { latencies: Latencies; prices: Prices },
): JournalTarget[] {
  const score = (target: JournalTarget): number => {
    if (target.provider === 'mock') return Number.MAX_VALUE;
    if (strategy === 'lowest-latency') return latencies.of(target) ?? -1;
    return typicalPrice(modelOf(target), prices) ?? Number.MAX_SAFE_INTEGER;
  };
  return targets.toSorted((a, b) => score(a) - score(b));
}

const modelOf = (target: JournalTarget): string =>
  ('model' in target ? target.model : undefined) ??
  ('deployment' in target ? target.deployment : undefined) ??
  '';
