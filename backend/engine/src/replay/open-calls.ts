import type { JournalEvent } from '@rehearse/contracts';
import { effectId } from '../execute/effects.js';
import { askedIn, placeOf } from './tape.js';

/** The calls that are asked and not answered at the end of some events, by their places. */
export function openCalls(events: readonly JournalEvent[]): Set<string> {
  const open = new Set<string>();
  for (const event of events) {
    if (askedIn(event)) open.add(placeOf(event));
    if (isAnswer(event)) open.delete(placeOf(event));
  }
  return open;
}

/** The same as the ids of effects. */
export function openEffects(events: readonly JournalEvent[]): ReadonlySet<string> {
  const open = openCalls(events);
  return new Set(
    events.flatMap((event) => {
      const asked = askedIn(event);
      return asked && open.has(placeOf(asked)) ? [effectId(asked)] : [];
    }),
  );
}

/** Whether somebody outside was asked for what the event holds. */
export const isAnswer = ({ type }: JournalEvent): boolean => ANSWERS.has(type);

const ANSWERS: ReadonlySet<JournalEvent['type']> = new Set([
  ...(['model.responded', 'model.failed', 'tool.returned', 'tool.failed', 'human.decided'] as const),
]);
