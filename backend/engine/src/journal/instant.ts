// oxlint-disable no-restricted-globals -- the one place that names Date: it converts, and never reads the clock.

/** Milliseconds since 1970-01-01T00:00:00Z as ISO 8601 in UTC. */
export const toInstant = (ms: number): string => new Date(ms).toISOString();

/** ISO 8601 in UTC as milliseconds since 1970-01-01T00:00:00Z. */
export const fromInstant = (instant: string): number => Date.parse(instant);

/** The time between two instants in milliseconds, never below 0. */
export const elapsedMs = (from: string, to: string): number =>
  Math.max(0, fromInstant(to) - fromInstant(from));
