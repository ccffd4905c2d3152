/**
 * Uniform numbers in [0, 1) from a seed, for the many draws of a statistic: mulberry32 of T. Ettinger (2017). A run draws by
 * hash instead, so that its draws do not depend on their order; here the order is fixed, and a hash a hundred times slower.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
