import { JOURNAL_VERSION, type EventData, type EventType, type JournalEvent } from '@rehearse/contracts';
import { NotCanonical, wellFormed } from './canonical.js';
import { toInstant } from './instant.js';
import { eventDigest } from './digest.js';
import { Lanes, type LaneNeeds } from './lanes.js';
import { isSameJson } from './same-json.js';

/** An event before it has a place in a journal. */
export type EventDraft = {
  [T in EventType]: {
    type: T;
    lane: string;
    key: string;
    attempt?: number;
    inDigest?: string;
    data: EventData<T>;
  };
}[EventType];

interface WriterOptions {
  runId: string;
  laneNeeds: LaneNeeds;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(event: { key: string; type: string; attempt: number }): number;
  epoch?: number;
  /** The event of another journal that may be the same, and whose digest was found to be right. */
  twin?: (event: { key: string; type: string; attempt: number }) => JournalEvent | undefined;
}

/** Gives drafts their seq, time and digests. */
export class JournalWriter {
  #seq = 0;
  readonly #lanes: Lanes;
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#lanes = new Lanes(options.laneNeeds);
  }

  /** The digest of the last event of a lane; of an unopened lane, what it would start from. */
  head(lane: string): string {
    return this.#lanes.head(lane);
  }

  append(draft: EventDraft): JournalEvent {
    const { runId, now } = this.#options;
    const attempt = draft.attempt ?? 1;
    const at = toInstant(now({ key: draft.key, type: draft.type, attempt }));
    const { lane, key, type, inDigest, data } = draft;
    const [seq, prev] = [this.#seq + 1, this.#lanes.prev(draft)];
    const [v, epoch, digest] = [JOURNAL_VERSION, this.#options.epoch ?? 0, ''];
    // In so many words: spreading them together takes longer than a digest.
    const event = (
      inDigest === undefined
        ? { v, runId, seq, lane, key, type, attempt, data, at, epoch, prev, digest }
        : { v, runId, seq, lane, key, type, attempt, inDigest, data, at, epoch, prev, digest }
    ) as JournalEvent;
    event.digest = digestOfTwin(event, this.#options.twin?.(event)) ?? digestOrMend(event);
    this.#take(event);
    return event;
  }

  /** Goes on behind a journal that was read back. */
  resume(events: readonly JournalEvent[]): void {
    for (const event of events) this.#take(event);
  }

  #take(event: JournalEvent): void {
    this.#seq = event.seq;
    this.#lanes.take(event);
  }
}

/** What a digest covers is the same, so the digest is. */
function digestOfTwin(event: JournalEvent, twin: JournalEvent | undefined): string | null {
  const isSame =
    twin?.type === event.type &&
    twin.key === event.key &&
    twin.attempt === event.attempt &&
    twin.prev === event.prev &&
    twin.inDigest === event.inDigest &&
    isSameJson(twin.data, event.data);
  return isSame ? twin.digest : null;
}

/** Text of the outside world may hold half a character; the journal holds U+FFFD in its place. */
function digestOrMend(event: JournalEvent): string {
  try {
    return eventDigest(event);
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error;
    event.data = wellFormed(event.data);
    return eventDigest(event);
  }
}
