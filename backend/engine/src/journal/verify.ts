import type { JournalEvent, JsonObject } from '@rehearse/contracts';
import { NotCanonical } from './canonical.js';
import { eventDigest, verdictDigest } from './digest.js';
import { coverOf } from './early-end.js';
import { Lanes, type LaneNeeds } from './lanes.js';

/** A link of the chain that does not hold. */
export interface BrokenLink {
  event: JournalEvent;
  message: string;
  /** The member that does not hold, as in `{seq: 5}` or `{digest: …}`. */
  expected: JsonObject;
  actual: JsonObject;
}

/** The last event of a run. */
export const isEnd = ({ type }: JournalEvent): boolean => type === 'run.finished' || type === 'run.canceled';

/**
 * Checks every link of a journal: seqs without a gap, all of one run with nothing behind its end, each `prev` the head of
 * its lane, each `digest` that of its event, the verdict digest that of the verdict lane. Answers the first that does not
 * hold.
 */
export function verifyChain(events: readonly JournalEvent[], laneNeeds: LaneNeeds): BrokenLink | null {
  const lanes = new Lanes(laneNeeds);
  let before: JournalEvent | undefined;
  for (const event of events) {
    const broken = checkPlace(event, before) ?? checkLink(event, lanes.prev(event));
    if (broken) return broken;
    lanes.take(event);
    before = event;
  }
  return checkEnd(events, laneNeeds);
}

/** The same of a run that has ended: its end is there, too. */
export function verifyWhole(events: readonly JournalEvent[], laneNeeds: LaneNeeds): BrokenLink | null {
  const broken = verifyChain(events, laneNeeds);
  const last = events.at(-1);
  if (broken || !last || isEnd(last)) return broken;
  const message = `the recording breaks off: event ${last.seq}, its last one, is not the end of a run`;
  return { event: last, message, expected: { last: 'run.finished' }, actual: { last: last.type } };
}

function checkPlace(event: JournalEvent, before: JournalEvent | undefined): BrokenLink | null {
  const { seq, runId } = event;
  const next = (before?.seq ?? 0) + 1;
  if (seq !== next) {
    const message = `event ${next} is missing: the next one is ${seq}`;
    return { event, message, expected: { seq: next }, actual: { seq } };
  }
  if (before && runId !== before.runId) {
    const message = `event ${seq} is of another run`;
    return { event, message, expected: { runId: before.runId }, actual: { runId } };
  }
  if (!before || !isEnd(before)) return null;
  const message = `event ${seq} stands behind the end of the run`;
  return { event, message, expected: { lastSeq: before.seq }, actual: { lastSeq: seq } };
}

function checkLink(event: JournalEvent, prev: string): BrokenLink | null {
  if (event.prev !== prev) {
    const message = `event ${event.seq} does not follow the one before it in its lane`;
    return { event, message, expected: { prev: event.prev }, actual: { prev } };
  }
  const digest = digestOrReason(event);
  if (digest === event.digest) return null;
  const message = `event ${event.seq} is not what was recorded: its digest does not fit its content`;
  return { event, message, expected: { digest: event.digest }, actual: { digest } };
}

function digestOrReason(event: JournalEvent): string {
  try {
    return eventDigest(event);
  } catch (error) {
    if (error instanceof NotCanonical) return error.message;
    throw error;
  }
}

/** A run that ended early may be of a release whose verdict digest covered all results. */
function checkEnd(events: readonly JournalEvent[], laneNeeds: LaneNeeds): BrokenLink | null {
  const event = events.at(-1);
  if (event?.type !== 'run.finished') return null;
  const { reason } = event.data;
  const actual = { verdictDigest: verdictDigest(events, coverOf({ events, reason, laneNeeds })) };
  const expected = { verdictDigest: event.data.verdictDigest };
  const message = 'the verdict digest does not fit the assertions and contracts of the journal';
  const isRight = actual.verdictDigest === expected.verdictDigest || coversAll(events);
  return isRight ? null : { event, message, expected, actual };
}

/** Whether the verdict digest of a finished run covers all results. */
export function coversAll(events: readonly JournalEvent[]): boolean {
  const end = events.findLast((event) => event.type === 'run.finished');
  return end !== undefined && end.data.verdictDigest === verdictDigest(events);
}
