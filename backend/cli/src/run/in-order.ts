interface Work<T, R> {
  items: Iterable<T> | AsyncIterable<T>;
  /** How many are worked on at once. */
  concurrency: number;
  /** How many may be begun and not yet delivered, so that a slow one does not pile up those behind it. */
  ahead?: number;
  /**
   * Calls `free` when what is left of the item keeps no hand busy: another is begun in its place, as long as no more than
   * twice as many as there are hands are begun and not done.
   */
  work(item: T, free: () => void): Promise<R>;
  /** Called once for each item, in their order, as soon as it and all before it are done. */
  deliver(result: R, item: T): void;
}

interface Done<T, R> {
  result: R;
  item: T;
}

/**
 * Works on several items at once and hands the results on in the order of the items; takes an item only when there is a
 * hand free for it. Rejects with the first failure, after which nothing more is begun.
 */
export async function inOrder<T, R>(options: Work<T, R>): Promise<void> {
  const { items, concurrency, work, deliver } = options;
  const ahead = Math.max(concurrency, options.ahead ?? concurrency * 8);
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const at = { begun: 0, delivered: 0, open: 0, isOver: false };
  let room = gate();
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const makeRoom = () => {
    room.open();
    room = gate();
  };
  // Pairs in an array, and neither functions nor a map: once old, those hold on to more than what they are asked for.
  const done: (Done<T, R> | undefined)[] = [];
  const handOn = () => {
    for (let next = done[at.delivered % ahead]; next; next = done[at.delivered % ahead]) {
      done[at.delivered++ % ahead] = undefined;
      deliver(next.result, next.item);
    }
  };
  const workOn = async (index: number, item: T, free: () => void) => {
    at.open++;
    try {
      const result = await work(item, free);
      done[index % ahead] = { result, item };
      handOn();
    } catch (error) {
      at.isOver = true;
      fail(error);
    }
    at.open--;
    free();
    makeRoom();
  };
  const hand = async () => {
    while (!at.isOver) {
      if (at.begun - at.delivered >= ahead || at.open >= 2 * concurrency) {
        await room.opened;
        continue;
      }
      const index = at.begun++;
      const next = await iterator.next();
      if (next.done) break;
      await new Promise<void>((free) => void workOn(index, next.value, free));
    }
    at.isOver = true;
    makeRoom();
  };
  const all = async () => {
    await Promise.all(Array.from({ length: concurrency }, hand));
    while (at.open > 0) await room.opened;
  };
  try {
    await Promise.race([all(), failed]);
  } finally {
    at.isOver = true;
    makeRoom();
    await iterator.return?.();
  }
}

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), opened };
}
