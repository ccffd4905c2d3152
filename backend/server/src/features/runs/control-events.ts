import type { EventData, JournalEvent } from '@rehearse/contracts';
import { openJournal, RUN_PLACE } from './open-journal.js';

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
  run: ControlledRun,
  { action, by, reason }: Order,
  now: () => number,
): JournalEvent[] {
  const { journal } = run;
  if (journal.length === 0 && action !== 'stop') return [];
  const { writer, opening } = openJournal(run, now);
  const { type } = EFFECTS[action];
  const attempt = 1 + journal.filter((event) => event.type === type).length;
  const data = { ...(by !== null && { by }), ...(reason !== null && action !== 'resume' && { reason }) };
  return [...opening, writer.append({ type, ...RUN_PLACE, attempt, data })];
}
