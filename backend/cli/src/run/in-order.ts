interface Work<T, R> {
  items: Iterable<T> | AsyncIterable<T>;
  /** How many are worked on at once. */
  concurrency: number;
  /** How many may be begun and not yet delivered, so that a slow one does not pile up those behind it. */
  ahead?: number;
  work(item: T): Promise<R>;
  /** Called once for each item, in their order, as soon as it and all before it are done. */
  deliver(result: R, item: T): void;
}

/**
 * Works on several items at once and hands the results on in the order of the items; takes an item only when there is a
 * hand free for it. Rejects with the first failure, after which nothing more is begun.
 */
export async function inOrder<T, R>({
  items,
  concurrency,
  work,
  deliver,
  ...more
}: Work<T, R>): Promise<void> {
  const ahead = Math.max(concurrency, more.ahead ?? concurrency * 8);
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const ready = new Map<number, { result: R; item: T }>();
  const at = { begun: 0, delivered: 0, isOver: false };
  let room = gate();
  const handOn = () => {
    for (let one = ready.get(at.delivered); one; one = ready.get(at.delivered)) {
      ready.delete(at.delivered++);
      deliver(one.result, one.item);
    }
    room.open();
    room = gate();
  };
  const worker = async () => {
    while (!at.isOver) {
      if (at.begun - at.delivered >= ahead) {
        await room.opened;
        continue;
      }
      const index = at.begun++;
      const next = await iterator.next();
      if (next.done) break;
      ready.set(index, { result: await work(next.value), item: next.value });
      handOn();
    }
    at.isOver = true;
    room.open();
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, worker));
  } finally {
    at.isOver = true;
    room.open();
    await iterator.return?.();
  }
}

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), opened };
}
