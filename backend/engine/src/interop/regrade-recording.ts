import type { JournalEvent, RunVerdict } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { fromInstant } from '../journal/instant.js';
import { VERDICT_LANE, verdictDigest } from '../journal/digest.js';
import { JournalWriter, type EventDraft } from '../journal/writer.js';
import { replayRecording, type StrictReplay } from '../replay/index.js';
import { recordedChecks } from './checks.js';
import { recordingIn } from './recorded-run.js';

interface RegradedRecording extends StrictReplay {
  /** Null when the recording was tampered with. */
  verdict: RunVerdict | null;
  recordedVerdict: RunVerdict | null;
}

/** Judges an imported recording by the contracts and assertions of a graph; what happened in it stays as it is. */
export function regradeRecording({
  events,
  graphDigest,
  checks,
}: {
  events: readonly JournalEvent[];
  graphDigest: string;
  checks?: CompiledGraph | undefined;
}): RegradedRecording {
  const verified = replayRecording({ events, graphDigest });
  const end = events.findLast((event) => event.type === 'run.finished');
  const recordedVerdict = end?.data.verdict ?? null;
  if (!verified.identical || !end) return { ...verified, verdict: null, recordedVerdict };
  const judged = judgedAnew(events, checks);
  const last = judged.events.at(-1)!;
  const digests = last.type === 'run.finished' ? last.data : end.data;
  return {
    ...verified,
    identical: digests.verdictDigest === end.data.verdictDigest,
    ...{ verdictDigest: digests.verdictDigest, verdict: judged.verdict, recordedVerdict },
    events: judged.events,
  };
}

function judgedAnew(
  events: readonly JournalEvent[],
  graph: CompiledGraph | undefined,
): { events: JournalEvent[]; verdict: RunVerdict } {
  const checks = recordedChecks({ recording: recordingIn(events), graph });
  let atMs = 0;
  const { runId, epoch } = events[0]!;
  const writer = new JournalWriter({ runId, epoch, laneNeeds: () => [], now: () => atMs });
  const judged: JournalEvent[] = [];
  const append = (...drafts: EventDraft[]) => judged.push(...drafts.map((draft) => writer.append(draft)));
  for (const { type, lane, key, attempt, inDigest, data, at } of events) {
    if (lane === VERDICT_LANE) continue;
    atMs = fromInstant(at);
    const draft = {
      type,
      lane,
      key,
      attempt,
      data,
      ...(inDigest !== undefined && { inDigest }),
    } as EventDraft;
    if (draft.type === 'run.finished') {
      append(...checks.end());
      const verdict = checks.verdict();
      append({ ...draft, data: { ...draft.data, verdict, verdictDigest: verdictDigest(judged) } });
      continue;
    }
    append(draft);
    append(...checks.observe(judged.at(-1)!));
  }
  return { events: judged, verdict: checks.verdict() };
}
