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

/**
 * Checks every link of a journal: seqs without a gap, each `prev` the head of its lane, each `digest` that of its
 * event, the verdict digest that of the verdict lane. Answers the first that does not hold.
 */
export function verifyChain(events: readonly JournalEvent[], laneNeeds: LaneNeeds): BrokenLink | null {
  const lanes = new Lanes(laneNeeds);
  let seq = 1;
  for (const event of events) {
    const broken = checkLink(event, { seq, prev: lanes.prev(event) });
    if (broken) return broken;
    lanes.take(event);
    seq++;
  }
  return checkEnd(events, laneNeeds);
}

function checkLink(event: JournalEvent, place: { seq: number; prev: string }): BrokenLink | null {
  if (event.seq !== place.seq) {
    const message = `event ${place.seq} is missing: the next one is ${event.seq}`;
    return { event, message, expected: { seq: place.seq }, actual: { seq: event.seq } };
  }
  if (event.prev !== place.prev) {
    const message = `event ${event.seq} does not follow the one before it in its lane`;
    return { event, message, expected: { prev: event.prev }, actual: { prev: place.prev } };
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
