import type { JournalEvent } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { isOutsideDigests, RUN_LANE, VERDICT_LANE } from '../journal/digest.js';
import { isSamePlace, type Difference } from './divergence.js';
import { lanesOf } from './lane-order.js';

export interface Compared {
  recorded: readonly JournalEvent[];
  actual: readonly JournalEvent[];
  /** The replay stopped at a call that the recording does not answer: other lanes are not complete. */
  isCutOff: boolean;
}

/** Lane by lane, in causal order, then the checks, then the end of the run; or other lanes in place of these. */
export function firstDifference(
  graph: CompiledGraph,
  compared: Compared,
  others: readonly string[] = [VERDICT_LANE, RUN_LANE],
): Difference | null {
  const [recorded, actual] = [byLane(compared.recorded), byLane(compared.actual)];
  const lanes = lanesOf(graph, [...compared.recorded, ...compared.actual]);
  for (const lane of [...lanes, ...others]) {
    const sides = { left: recorded.get(lane) ?? [], right: actual.get(lane) ?? [] };
    const difference = differenceIn(lane, sides, compared.isCutOff);
    if (difference) return difference;
  }
  return null;
}

interface Sides {
  left: readonly JournalEvent[];
  right: readonly JournalEvent[];
}

function differenceIn(lane: string, { left, right }: Sides, isCutOff: boolean): Difference | null {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [a, b] = [left[i] ?? null, right[i] ?? null];
    if (a && b && isSamePlace(a, b) && a.digest === b.digest) continue;
    if (isCutOff && b === null) return null;
    return { lane, recorded: a, actual: b };
  }
  return null;
}

/** Checks have their place in the file, not in time. */
function byLane(events: readonly JournalEvent[]): ReadonlyMap<string, JournalEvent[]> {
  const lanes = new Map<string, JournalEvent[]>();
  for (const event of events) {
    if (isOutsideDigests(event.type)) continue;
    const own = lanes.get(event.lane);
    if (own) own.push(event);
    else lanes.set(event.lane, [event]);
  }
  lanes.get(VERDICT_LANE)?.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return lanes;
}
