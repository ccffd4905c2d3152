import type { EventData, JournalEvent } from '@rehearse/contracts';
import { type EventDraft, JournalWriter, RUN_LANE } from '@rehearse/engine';

/** What takes effect: how the journal tells it, and what the run is then. */
export const EFFECTS = {
  pause: { type: 'run.paused', status: 'paused' },
  resume: { type: 'run.resumed', status: 'queued' },
  stop: { type: 'run.canceled', status: 'canceled' },
} as const;
export type ControlAction = keyof typeof EFFECTS;

/** Who asked for it, and why. */
export interface Order {
  action: ControlAction;
  by: string | null;
  reason: string | null;
}

interface ControlledRun {
  runId: string;
  epoch: number;
  started: EventData<'run.started'>;
  /** At least its events of the run's own lane, and the last one of all. */
  journal: readonly JournalEvent[];
}

/**
 * The events that tell of an order. A journal begins with `run.started`: a run that has none yet is paused and resumed
 * without a word, and one that is stopped is begun for it.
 */
export function controlEvents(
  { runId, epoch, started, journal }: ControlledRun,
  { action, by, reason }: Order,
  now: () => number,
): JournalEvent[] {
  if (journal.length === 0 && action !== 'stop') return [];
  const writer = new JournalWriter({ runId, epoch, now, laneNeeds: () => [] });
  writer.resume(journal);
  const { type } = EFFECTS[action];
  const place = { lane: RUN_LANE, key: RUN_LANE } as const;
  const attempt = 1 + journal.filter((event) => event.type === type).length;
  const data = { ...(by !== null && { by }), ...(reason !== null && action !== 'resume' && { reason }) };
  const opening: EventDraft[] =
    journal.length === 0 ? [{ type: 'run.started', ...place, data: started }] : [];
  return [...opening, { type, ...place, attempt, data }].map((draft) => writer.append(draft));
}
