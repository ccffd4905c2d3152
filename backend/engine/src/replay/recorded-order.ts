import type { JournalEvent } from '@rehearse/contracts';
import { isOnTrajectory } from '../contract/index.js';
import type { EventOrder } from '../execute/drive.js';

const placeOf = ({ type, key, attempt }: JournalEvent): string => `${type} ${key} ${attempt}`;

/** Nearly all come in their order, and then no place has to be written down. */
const isInPlaceOf = (a: JournalEvent, b: JournalEvent): boolean =>
  a.type === b.type && a.key === b.key && a.attempt === b.attempt;

/**
 * Hands events on in the order in which they were recorded: what relates events of concurrent lanes then says in a
 * replay what it said in the run. An event that was not recorded comes last.
 */
export function recordedOrder(recorded: readonly JournalEvent[]): EventOrder {
  const expected = recorded.filter(isOnTrajectory);
  const early = new Map<string, JournalEvent>();
  let next = 0;
  return {
    take(event) {
      const due = expected[next];
      if (!due || !isInPlaceOf(due, event)) {
        early.set(placeOf(event), event);
        return [];
      }
      const ready = [event];
      for (next++; next < expected.length && early.size > 0; next++) {
        const place = placeOf(expected[next]!);
        const waited = early.get(place);
        if (!waited) break;
        early.delete(place);
        ready.push(waited);
      }
      return ready;
    },
    rest() {
      const left = [...early.values()];
      early.clear();
      return left;
    },
  };
}
