import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff.js';

describe('the pause before another attempt', () => {
  it('grows with every attempt up to a limit, and is spread', () => {
    const pauses = (random: () => number) =>
      [0, 1, 2, 3, 9].map((attempts) => backoffMs(attempts, { firstMs: 600, random }));
    expect(pauses(() => 1)).toEqual([600, 1_200, 2_400, 4_800, 10_000]);
    expect(pauses(() => 0)).toEqual([300, 600, 1_200, 2_400, 5_000]);
  });
});
