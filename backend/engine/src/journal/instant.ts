// oxlint-disable no-restricted-globals -- the one place that names Date: it converts, and never reads the clock.

/** Milliseconds since 1970-01-01T00:00:00Z as ISO 8601 in UTC. */
export function toInstant(ms: number): string {
  if (ms !== last.ms) last = { ms, instant: new Date(ms).toISOString() };
  return last.instant;
}

/** Many events fall into one millisecond. */
let last = { ms: 0, instant: '1970-01-01T00:00:00.000Z' };

/** ISO 8601 in UTC as milliseconds since 1970-01-01T00:00:00Z. */
export const fromInstant = (instant: string): number => Date.parse(instant);

/** The time between two instants in milliseconds, never below 0. */
export const elapsedMs = (from: string, to: string): number =>
  Math.max(0, fromInstant(to) - fromInstant(from));
