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
  const lanes = lanesOf(graph, [...compared.recorded, ...compared.actual]);
  for (const lane of [...lanes, ...others]) {
    const difference = differenceIn(lane, compared);
    if (difference) return difference;
  }
  return null;
}

function differenceIn(lane: string, { recorded, actual, isCutOff }: Compared): Difference | null {
  const left = eventsOf(recorded, lane);
  const right = eventsOf(actual, lane);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [a, b] = [left[i] ?? null, right[i] ?? null];
    if (a && b && isSamePlace(a, b) && a.digest === b.digest) continue;
    if (isCutOff && b === null) return null;
    return { lane, recorded: a, actual: b };
  }
  return null;
}

/** Checks have their place in the file, not in time. */
function eventsOf(events: readonly JournalEvent[], lane: string): JournalEvent[] {
  const own = events.filter((event) => event.lane === lane && !isOutsideDigests(event.type));
  if (lane !== VERDICT_LANE) return own;
  return own.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
