interface Work<T, R> {
  items: readonly T[];
  /** How many are worked on at once. */
  concurrency: number;
  work(item: T): Promise<R>;
  /** Called once for each item, in their order, as soon as it and all before it are done. */
  deliver(result: R, item: T): void;
}

/** Works on several items at once and hands the results on in the order of the items. Rejects with the first failure. */
export async function inOrder<T, R>({ items, concurrency, work, deliver }: Work<T, R>): Promise<void> {
  const results: { value: R }[] = [];
  let next = 0;
  let delivered = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = { value: await work(items[index]!) };
      for (let ready = results[delivered]; ready; ready = results[delivered]) {
        deliver(ready.value, items[delivered]!);
        delivered++;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
