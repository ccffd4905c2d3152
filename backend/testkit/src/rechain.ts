import type { JournalEvent } from '@rehearse/contracts';
import { JournalWriter, type EventDraft, type LaneNeeds } from '@rehearse/engine';

/**
 * The journal with its chain made anew after an edit, as a forger would do it: seqs without a gap, links and digests
 * that fit. The digests that `run.finished` states are left as they are.
 */
export function rechain(events: readonly JournalEvent[], laneNeeds: LaneNeeds): JournalEvent[] {
  let at = 0;
  const runId = events[0]?.runId ?? '';
  const writer = new JournalWriter({ runId, laneNeeds, now: () => at, epoch: events[0]?.epoch ?? 0 });
  return events.map(({ type, lane, key, attempt, inDigest, data, at: instant }) => {
    at = Date.parse(instant);
    const draft = { type, lane, key, attempt, data, ...(inDigest === undefined ? {} : { inDigest }) };
    return writer.append(draft as EventDraft);
  });
}
