import type { JournalEvent } from '@rehearse/contracts';
import { drive, type DriveOptions } from '../execute/drive.js';
import type { EffectRunner } from '../execute/effects.js';
import { laneNeedsOf, type Plan } from '../execute/plan.js';
import { isOutsideDigests, RUN_LANE, VERDICT_LANE } from '../journal/digest.js';
import { coversAll } from '../journal/verify.js';
import { JournalWriter } from '../journal/writer.js';
import { recordedOrder } from './recorded-order.js';
import { Tape } from './tape.js';

interface Reexecution {
  /** Who answers; default the tape. */
  effects?: EffectRunner;
  endAt?: DriveOptions['endAt'];
  /** Whether the digests of the recording are known to be right: they need not be worked out again for what is the same. */
  isVerified?: boolean;
}

/** Executes a run again with the answers of its tape: its events, as far as the tape answers. */
export function reexecute(
  plan: Plan,
  tape: Tape,
  events: readonly JournalEvent[],
  { effects = tape, endAt, isVerified = false }: Reexecution = {},
): Promise<JournalEvent[]> {
  const { runId, epoch } = events[0]!;
  const now = (event: { key: string; type: string; attempt: number }) => tape.now(event);
  const twin: typeof tape.recorded = (event) => tape.recorded(event);
  const laneNeeds = laneNeedsOf(plan.graph);
  const writer = new JournalWriter({ runId, laneNeeds, now, epoch, ...(isVerified && { twin }) });
  return drive({
    ...{ plan, writer, replayOwn },
    sink: { append: () => {} },
    ...{ effects, endAt },
    recorded: [],
    order: recordedOrder(events),
    coversAll: coversAll(events),
  });
}

/**
 * Executes what the nodes of a run did so far once more, with their own answers, and says where it comes out
 * differently; null where it does not.
 */
export async function replayOwn(plan: Plan, events: readonly JournalEvent[]): Promise<string | null> {
  const tape = new Tape(events);
  const unavailable: Plan['unavailable'] = (target, place) => tape.unavailable(target, place);
  const replayed = await reexecute({ ...plan, unavailable, withoutChecks: true }, tape, events, {
    isVerified: true,
  });
  const [left, right] = [lanesIn(events), lanesIn(replayed)];
  for (const lane of new Set([...left.keys(), ...right.keys()])) {
    const [own, again] = [left.get(lane) ?? [], right.get(lane) ?? []];
    for (let at = 0; at < Math.max(own.length, again.length); at++)
      if (own[at]?.digest !== again[at]?.digest)
        return `${told(own[at])} in the run, ${told(again[at])} in the replay`;
  }
  return null;
}

const told = (event: JournalEvent | undefined): string =>
  event ? `${event.type} at ${event.key}` : 'nothing';

/** The events of nodes, by lane. */
function lanesIn(events: readonly JournalEvent[]): Map<string, JournalEvent[]> {
  const lanes = new Map<string, JournalEvent[]>();
  for (const event of events) {
    if (event.lane === RUN_LANE || event.lane === VERDICT_LANE || isOutsideDigests(event.type)) continue;
    const own = lanes.get(event.lane) ?? [];
    own.push(event);
    lanes.set(event.lane, own);
  }
  return lanes;
}
