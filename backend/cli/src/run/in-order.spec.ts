import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inOrder } from './in-order.js';

async function* slowly<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

describe('work in order', () => {
  it('delivers every result once and in order, however long each takes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (delays, concurrency, isAsync) => {
          const items = delays.map((delay, index) => ({ delay, index }));
          const delivered: number[] = [];
          await inOrder({
            ...{ items: isAsync ? slowly(items) : items, concurrency },
            work: async ({ delay, index }) => (await after(delay), index),
            deliver: (index) => void delivered.push(index),
          });
          expect(delivered).toEqual(items.map(({ index }) => index));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps as many hands busy as it may, and takes no item before a hand is free', async () => {
    let [busy, most, taken] = [0, 0, 0];
    const items = function* () {
      for (; taken < 20; taken++) yield taken;
    };
    await inOrder({
      ...{ items: items(), concurrency: 4 },
      async work() {
        most = Math.max(most, ++busy);
        expect(taken).toBeLessThan(20);
        await after(1);
        busy--;
      },
      deliver: () => {},
    });
    expect(most).toBe(4);
  });

  it('does not run further ahead of the slowest than it is told', async () => {
    let finishFirst = () => {};
    const first = new Promise<void>((resolve) => (finishFirst = resolve));
    const begun: number[] = [];
    const all = inOrder({
      ...{ items: Array.from({ length: 100 }, (_, index) => index), concurrency: 4, ahead: 10 },
      work: (index) => (begun.push(index), index === 0 ? first : Promise.resolve()),
      deliver: () => {},
    });
    await after(5);
    expect(begun).toHaveLength(10);
    finishFirst();
    await all;
    expect(begun).toHaveLength(100);
  });

  it('begins another in the place of one that was freed, and never more of them than hands', async () => {
    const finish: (() => void)[] = [];
    const begun: number[] = [];
    const all = inOrder({
      ...{ items: Array.from({ length: 10 }, (_, index) => index), concurrency: 2 },
      async work(index, free) {
        begun.push(index);
        free();
        await new Promise<void>((resolve) => finish.push(resolve));
        return index;
      },
      deliver: () => {},
    });
    await after(1);
    expect(begun).toEqual([0, 1, 2, 3]);
    for (let made = 0; made < 10; made++) {
      finish[made]!();
      await after(1);
    }
    await all;
    expect(begun).toHaveLength(10);
  });

  it('rejects with the failure of one that was freed', async () => {
    const all = inOrder({
      ...{ items: [0, 1, 2], concurrency: 1 },
      async work(index, free) {
        free();
        await after(1);
        if (index === 1) throw new Error('broken');
      },
      deliver: () => {},
    });
    await expect(all).rejects.toThrow('broken');
  });

  it('rejects with the first failure, begins nothing after it, and closes the source', async () => {
    let isClosed = false;
    const begun: number[] = [];
    const items = function* () {
      try {
        for (let index = 0; ; index++) yield index;
      } finally {
        isClosed = true;
      }
    };
    const all = inOrder({
      ...{ items: items(), concurrency: 2 },
      work: async (index) => (begun.push(index), index === 5 ? Promise.reject(new Error('broken')) : index),
      deliver: () => {},
    });
    await expect(all).rejects.toThrow('broken');
    expect(isClosed).toBe(true);
    expect(begun.length).toBeLessThan(10);
  });
});
