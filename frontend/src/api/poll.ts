interface Asked {
  dataUpdatedAt: number;
  errorUpdatedAt: number;
}

const MAX_MS = 20_000;

/**
 * When to ask again: after a while, and after a longer one the longer a server has been silent. The moment of the last
 * failure spreads those who ask; a number drawn anew on every render would put the question off for ever.
 */
export function pollMs({ dataUpdatedAt, errorUpdatedAt }: Asked, everyMs: number): number {
  if (errorUpdatedAt <= dataUpdatedAt) return everyMs;
  const silentMs = errorUpdatedAt - dataUpdatedAt;
  const spread = 0.75 + (errorUpdatedAt % 100) / 200;
  return Math.round(Math.min(MAX_MS, Math.max(everyMs, silentMs)) * spread);
}
