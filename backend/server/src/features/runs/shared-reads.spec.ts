import { describe, expect, it } from '@jest/globals';
import { SharedReads } from './shared-reads.js';

/** A journal that grows, and is read when the test says so. */
function journal() {
  const reads: (() => void)[] = [];
  let last = 0;
  const shared = new SharedReads<number>();
  const read = () => {
    const seen = last;
    return new Promise<number>((resolve) => reads.push(() => resolve(seen)));
  };
  const soon = () => new Promise((resolve) => setImmediate(resolve));
  return {
    ...{ shared, reads, soon, read },
    grow: () => (last += 1),
    ask: (key = 'run') => shared.read(key, read),
    answer: async () => {
      reads.at(-1)!();
      await soon();
    },
  };
}

describe('reads that many want', () => {
  it('are made once for all who ask at once', async () => {
    const { ask, answer, reads, soon } = journal();
    const asked = Array.from({ length: 1_000 }, () => ask());
    await soon();
    expect(reads).toHaveLength(1);
    await answer();
    expect(new Set(await Promise.all(asked))).toEqual(new Set([0]));
  });

  it('show who asks later what was written before it asked', async () => {
    const { ask, answer, grow, reads, soon } = journal();
    const early = ask();
    await soon();
    grow();
    const late = [ask(), ask(), ask()];
    await answer();
    expect(reads).toHaveLength(2);
    await answer();
    expect([await early, ...(await Promise.all(late))]).toEqual([0, 1, 1, 1]);
  });

  it('are apart for each key, and leave nothing behind, also when one fails', async () => {
    const { ask, answer, shared, soon } = journal();
    const failed = shared.read('other', () => Promise.reject(new Error('away')));
    const read = ask();
    await expect(failed).rejects.toThrow('away');
    await soon();
    await answer();
    expect([await read, shared.size]).toEqual([0, 0]);
  });
});
