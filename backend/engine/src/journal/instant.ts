// oxlint-disable no-restricted-globals -- the one place that names Date: it converts, and never reads the clock.

/** Milliseconds since 1970-01-01T00:00:00Z as ISO 8601 in UTC. */
export function toInstant(ms: number): string {
  if (ms === lastRead.ms) return lastRead.instant;
  if (ms !== lastWritten.ms) lastWritten = { ms, instant: new Date(ms).toISOString() };
  return lastWritten.instant;
}

/** Many events fall into one millisecond; in a replay each has the instant that was just read. */
const EPOCH = { ms: 0, instant: '1970-01-01T00:00:00.000Z' };
let [lastWritten, lastRead] = [EPOCH, EPOCH];

/** ISO 8601 in UTC as milliseconds since 1970-01-01T00:00:00Z. */
export function fromInstant(instant: string): number {
  const ms = Date.parse(instant);
  // Others of the same instant are written in another way.
  if (instant.length === EPOCH.instant.length && instant.endsWith('Z')) lastRead = { ms, instant };
  return ms;
}

/** The time between two instants in milliseconds, never below 0. */
export const elapsedMs = (from: string, to: string): number =>
  Math.max(0, fromInstant(to) - fromInstant(from));
