import type { EventData, EventType, JournalEvent } from '@rehearse/contracts';

/** What the events of a type carry, in their order. */
export const dataOf = <T extends EventType>(events: readonly JournalEvent[], type: T): EventData<T>[] =>
  events.filter((event) => event.type === type).map(({ data }) => data as EventData<T>);
