import type { HumanRequestView, JournalEvent } from '@rehearse/contracts';

/** What a journal asks people that nobody has decided and that has not run out of time, in the order of asking. */
export function openRequests(events: readonly JournalEvent[]): HumanRequestView[] {
  const open = new Map<string, HumanRequestView>();
  for (const event of events) {
    const { key, type } = event;
    if (type === 'human.requested') open.set(key, { key, ...event.data });
    else if (type === 'run.finished' || type === 'run.canceled') open.clear();
    else if (SETTLES.has(type)) open.delete(key);
  }
  return [...open.values()];
}

const SETTLES = new Set<JournalEvent['type']>([
  'human.decided',
  'node.finished',
  'node.errored',
  'node.skipped',
]);
