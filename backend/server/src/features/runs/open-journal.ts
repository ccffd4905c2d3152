import type { EventData, JournalEvent } from '@rehearse/contracts';
import { JournalWriter, RUN_LANE } from '@rehearse/engine';

/** The place of what is said of a run as a whole. */
export const RUN_PLACE = { lane: RUN_LANE, key: RUN_LANE } as const;

interface Journaled {
  runId: string;
  epoch: number;
  started: EventData<'run.started'>;
  journal: readonly JournalEvent[];
}

/** A writer behind the journal of a run that the engine does not drive; one that has none yet begins with `run.started`. */
export function openJournal({ runId, epoch, started, journal }: Journaled, now: () => number) {
  const writer = new JournalWriter({ runId, epoch, now, laneNeeds: () => [] });
  writer.resume(journal);
  const opening =
    journal.length === 0 ? [writer.append({ type: 'run.started', ...RUN_PLACE, data: started })] : [];
  return { writer, opening };
}
