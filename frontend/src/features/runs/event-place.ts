import type { JournalEvent } from '@rehearse/contracts';

/** The nodes that an event is of, outermost first: those that its lane leads through, or the node of a check. */
export function nodesOf(event: JournalEvent): string[] {
  if (event.type === 'assertion.evaluated') return event.data.node?.split('/') ?? [];
  if (event.lane === 'run' || event.lane === 'verdict') return [];
  return event.lane.split('/').filter((part) => !part.includes('['));
}

/** Whether an event is of a node, wherever it stands, or of one execution that is named by its key. */
export function isAt(event: JournalEvent, place: string): boolean {
  if (!place.includes('/')) return nodesOf(event).includes(place);
  return event.key === place || event.key.startsWith(`${place}/`);
}
