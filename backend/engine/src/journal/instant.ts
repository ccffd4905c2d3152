// oxlint-disable no-restricted-globals -- the one place that names Date: it converts, and never reads the clock.

/** Milliseconds since 1970-01-01T00:00:00Z as ISO 8601 in UTC. */
export function toInstant(ms: number): string {
  if (ms === lastRead.ms) return lastRead.instant;
  if (ms !== lastWritten.ms) lastWritten = { ms, instant: written(ms) };
  return lastWritten.instant;
}

/** Many events fall into one millisecond; in a replay each has the instant that was just read. */
const EPOCH = { ms: 0, instant: '1970-01-01T00:00:00.000Z' };
let [lastWritten, lastRead] = [EPOCH, EPOCH];

/** Most events fall into the second of the one before. */
function written(ms: number): string {
  const sinceSecond = ms - second.ms;
  if (!(sinceSecond >= 0 && sinceSecond < 1_000 && Number.isInteger(ms))) {
    const instant = new Date(ms).toISOString();
    second = { ms: Math.floor(ms / 1_000) * 1_000, prefix: instant.slice(0, -'000Z'.length) };
    return instant;
  }
  return `${second.prefix}${String(sinceSecond).padStart(3, '0')}Z`;
}

let second = { ms: 0, prefix: '1970-01-01T00:00:00.' };

/** ISO 8601 in UTC as milliseconds since 1970-01-01T00:00:00Z. */
export function fromInstant(instant: string): number {
  if (instant === lastWritten.instant) return lastWritten.ms;
  const ms = Date.parse(instant);
  // Others of the same instant are written in another way.
  if (instant.length === EPOCH.instant.length && instant.endsWith('Z')) lastRead = { ms, instant };
  return ms;
}

/** The time between two instants in milliseconds, never below 0. */
export const elapsedMs = (from: string, to: string): number =>
  Math.max(0, fromInstant(to) - fromInstant(from));
