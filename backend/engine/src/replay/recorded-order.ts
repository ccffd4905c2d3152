import type { JournalEvent } from '@rehearse/contracts';
import { isOnTrajectory } from '../contract/index.js';
import type { EventOrder } from '../execute/drive.js';

const placeOf = ({ type, key, attempt }: JournalEvent): string => `${type} ${key} ${attempt}`;

/**
 * Hands events on in the order in which they were recorded: what relates events of concurrent lanes then says in a
 * replay what it said in the run. An event that was not recorded comes last.
 */
export function recordedOrder(recorded: readonly JournalEvent[]): EventOrder {
  const expected = recorded.filter(isOnTrajectory).map(placeOf);
  const arrived = new Map<string, JournalEvent>();
  let next = 0;
  return {
    take(event) {
      arrived.set(placeOf(event), event);
      const ready: JournalEvent[] = [];
      for (; next < expected.length; next++) {
        const waited = arrived.get(expected[next]!);
        if (!waited) break;
        arrived.delete(expected[next]!);
        ready.push(waited);
      }
      return ready;
    },
    rest() {
      const left = [...arrived.values()];
      arrived.clear();
      return left;
    },
  };
}
