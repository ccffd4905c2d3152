import type { EventData, JournalEvent } from '@rehearse/contracts';

/** What stands in place of what was recorded: the whole payload. */
export type Edit = EventData<'fork.base'>['edits'][number];

/** The events with what is edited in its place; links and digests are still those of the recording. */
export function edited(events: readonly JournalEvent[], edits: readonly Edit[]): JournalEvent[] {
  const bySeq = new Map(edits.map(({ seq, data }) => [seq, data]));
  return events.map((event) => {
    const data = bySeq.get(event.seq);
    return data === undefined ? event : ({ ...event, data } as unknown as JournalEvent);
  });
}
