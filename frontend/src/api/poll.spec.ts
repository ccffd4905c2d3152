import { describe, expect, it } from '@jest/globals';
import { pollMs } from './poll.js';

describe('the pause between two questions', () => {
  it('is the usual one while the server answers', () => {
    expect(pollMs({ dataUpdatedAt: 9_000, errorUpdatedAt: 0 }, 1_500)).toBe(1_500);
    expect(pollMs({ dataUpdatedAt: 9_000, errorUpdatedAt: 8_000 }, 1_500)).toBe(1_500);
  });

  it('grows with the silence up to a limit, and is not the same for everybody', () => {
    const after = (silentMs: number) => pollMs({ dataUpdatedAt: 0, errorUpdatedAt: silentMs }, 1_500);
    expect([after(1_000), after(8_000), after(900_000)]).toEqual([1_125, 6_000, 15_000]);
    expect(after(8_099)).toBeGreaterThan(after(8_000));
  });
});
