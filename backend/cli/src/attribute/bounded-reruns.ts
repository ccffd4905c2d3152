import type { PlannedRerun } from '@rehearse/engine';

interface Bounds {
  maxCostUsd: number | null;
  concurrency: number;
  signal?: AbortSignal | undefined;
  /** Answers what it cost. */
  make: (rerun: PlannedRerun) => Promise<number | null>;
}

/** Makes reruns, so many at once, until the next one might cost more in all than may be spent. */
export async function boundedReruns(
  planned: readonly PlannedRerun[],
  { maxCostUsd, concurrency, signal, make }: Bounds,
): Promise<{ isCutShort: boolean }> {
  let next = 0;
  let [spent, underWay] = [0, 0];
  let isCutShort = false;
  const work = async () => {
    while (next < planned.length && !isCutShort) {
      const rerun = planned[next]!;
      const expected = rerun.costUsd ?? 0;
      const isBeyond = maxCostUsd !== null && spent + underWay + expected > maxCostUsd;
      isCutShort ||= isBeyond || signal?.aborted === true;
      if (isCutShort) return;
      next++;
      underWay += expected;
      const cost = await make(rerun);
      underWay -= expected;
      spent += cost ?? expected;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return { isCutShort };
}
