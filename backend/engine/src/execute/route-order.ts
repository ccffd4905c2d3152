import type { JournalTarget, RouteStrategy } from '@rehearse/contracts';
import { canonicalJson } from '../journal/canonical.js';
import type { RankedStrategy } from '../ports.js';

export interface TurnOfRoute {
  /** Of the turn: `handle/turn[2]`. */
  key: string;
  turn: number;
  seed: number;
  /** The target that this turn has tried first, when it has tried one. */
  first: JournalTarget | null;
  rank(
    targets: readonly JournalTarget[],
    strategy: RankedStrategy,
    place: { key: string },
  ): readonly JournalTarget[];
}

/**
 * The targets of a route in the order in which a turn tries them. What the strategy chooses comes first, the others
 * follow as they stand in the file. A turn that has tried one keeps to its order, whatever the world looks like by then.
 */
export function routeOrder(
  { strategy, targets }: { strategy: RouteStrategy; targets: readonly JournalTarget[] },
  turn: TurnOfRoute,
): readonly JournalTarget[] {
  if (strategy === 'fallback') return targets;
  const first = turn.first ?? choose(strategy, targets, turn);
  const rest = [...targets];
  return [
    first,
    ...rest.toSpliced(
      Math.max(
        0,
        rest.findIndex((target) => isSame(target, first)),
      ),
      1,
    ),
  ];
}

function choose(
  strategy: RankedStrategy | 'round-robin',
  targets: readonly JournalTarget[],
  { key, turn, seed, rank }: TurnOfRoute,
): JournalTarget {
  if (strategy !== 'round-robin') return rank(targets, strategy, { key })[0]!;
  // A mock beside others is there for when none of them answers.
  const live = targets.filter(({ provider }) => provider !== 'mock');
  const taking = live.length > 0 ? live : targets;
  return taking[(turn - 1 + seed) % taking.length]!;
}

export const isSame = (a: JournalTarget, b: JournalTarget): boolean =>
  a === b || canonicalJson(a) === canonicalJson(b);
