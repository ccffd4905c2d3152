interface Backoff {
  firstMs: number;
  maxMs?: number;
  random?: () => number;
}

const MAX_MS = 10_000;

/** How long to wait before the next attempt: twice as long each time, and not at the same moment as everybody else. */
export function backoffMs(
  attempts: number,
  { firstMs, maxMs = MAX_MS, random = Math.random }: Backoff,
): number {
  const most = Math.min(maxMs, firstMs * 2 ** attempts);
  return Math.round(most * (0.5 + random() / 2));
}
