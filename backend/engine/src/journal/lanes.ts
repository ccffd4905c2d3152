import type { EventType, JournalEvent } from '@rehearse/contracts';
import { GENESIS, isOutsideDigests, laneStart, RUN_LANE, VERDICT_LANE } from './digest.js';
import { laneAround } from './keys.js';

/** The lanes whose heads a lane starts from, in file order. */
export interface LaneNeeds {
  (lane: string): readonly string[];
  /** Whether another node may run while that of the lane does; without a graph nothing is known to. */
  hasBeside?(lane: string): boolean;
}

const ENDS: ReadonlySet<EventType> = new Set(['node.finished', 'node.errored'] as const);

/**
 * The heads of the lanes of a journal. A lane starts from the heads of those that its node needs; the end of a node that
 * holds others starts from its own head and from those of all lanes in it, so that it covers them.
 */
export class Lanes {
  readonly #heads = new Map<string, string>();
  readonly #inside = new Map<string, Set<string>>();
  readonly #needs: LaneNeeds;

  constructor(needs: LaneNeeds) {
    this.#needs = needs;
  }

  /** The digest of the last event of a lane; of an unopened lane, what it would start from. */
  head(lane: string): string {
    return this.#heads.get(lane) ?? this.#start(lane);
  }

  /** What the next event of a lane follows. */
  prev({ lane, type }: Pick<JournalEvent, 'lane' | 'type'>): string {
    const inside = ENDS.has(type) ? this.#inside.get(lane) : undefined;
    const own = this.head(lane);
    if (!inside) return own;
    return laneStart([own, ...[...inside].sort(byPlace).map((one) => this.head(one))]);
  }

  take({ lane, type, digest }: Pick<JournalEvent, 'lane' | 'type' | 'digest'>): void {
    if (lane === VERDICT_LANE || isOutsideDigests(type)) return;
    if (!this.#heads.has(lane)) this.#open(lane);
    this.#heads.set(lane, digest);
  }

  #open(lane: string): void {
    const around = laneAround(lane);
    if (around === null) return;
    const inside = this.#inside.get(around) ?? new Set();
    this.#inside.set(around, inside.add(lane));
  }

  #start(lane: string): string {
    if (lane === RUN_LANE || lane === VERDICT_LANE) return GENESIS;
    return laneStart(this.#needs(lane).map((need) => this.head(need)));
  }
}

const NUMBER = /\d+/g;
/** Numbers so that `item[10]` stands behind `item[9]`. */
const sortable = (lane: string): string => lane.replace(NUMBER, (digits) => digits.padStart(10, '0'));

function byPlace(a: string, b: string): number {
  const [left, right] = [sortable(a), sortable(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
