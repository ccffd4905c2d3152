import type { JournalEvent, JsonObject } from '@rehearse/contracts';
import { NotCanonical } from './canonical.js';
import {
  eventDigest,
  GENESIS,
  isOutsideDigests,
  laneStart,
  RUN_LANE,
  VERDICT_LANE,
  verdictDigest,
} from './digest.js';
import type { LaneNeeds } from './writer.js';

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
  const heads = new Map<string, string>();
  const head = (lane: string): string => heads.get(lane) ?? start(lane);
  const start = (lane: string): string =>
    lane === RUN_LANE || lane === VERDICT_LANE ? GENESIS : laneStart(laneNeeds(lane).map(head));
  for (const [index, event] of events.entries()) {
    const broken = checkLink(event, { seq: index + 1, prev: head(event.lane) });
    if (broken) return broken;
    if (event.lane !== VERDICT_LANE && !isOutsideDigests(event.type)) heads.set(event.lane, event.digest);
  }
  return checkEnd(events);
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

function checkEnd(events: readonly JournalEvent[]): BrokenLink | null {
  const event = events.at(-1);
  if (event?.type !== 'run.finished') return null;
  const actual = { verdictDigest: verdictDigest(events) };
  const expected = { verdictDigest: event.data.verdictDigest };
  const message = 'the verdict digest does not fit the assertions and contracts of the journal';
  return actual.verdictDigest === expected.verdictDigest ? null : { event, message, expected, actual };
}
