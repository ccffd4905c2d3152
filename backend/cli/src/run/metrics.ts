import type { AssertionView } from '@rehearse/contracts';
import type { RunReport } from './run-report.js';

export interface MetricMean {
  graph: string;
  metric: string;
  /** From 0 to 1. */
  mean: number;
  /** How many runs have a score of it. */
  runs: number;
}
export type MetricMeans = readonly MetricMean[];

type Measured = Pick<AssertionView, 'metric' | 'score' | 'verdict'>;

/**
 * The named scores of a run: the mean of the scores of the assertions with this `metric`, those within sets too. An errored
 * assertion has no score; one that is not counted for the verdict (`weight: 0`) has.
 */
export function metricsOf(assertions: readonly AssertionView[]): ReadonlyMap<string, number> {
  const scores = new Map<string, number[]>();
  for (const { metric, score, verdict } of assertions.flatMap(withParts))
    if (metric !== undefined && verdict !== 'errored')
      scores.set(metric, [...(scores.get(metric) ?? []), score]);
  return new Map(
    [...scores].map(([metric, all]) => [metric, all.reduce((sum, one) => sum + one, 0) / all.length]),
  );
}

/** A set keeps the results of its parts as its evidence. */
function withParts(assertion: AssertionView): Measured[] {
  if (assertion.type !== 'assert-set') return [assertion];
  const parts = (assertion.evidence as { actual?: Measured[] } | undefined)?.actual ?? [];
  return [assertion, ...parts];
}

/** Means over the runs of each graph, in the order in which the names appear. */
export function metricTally() {
  const sums = new Map<string, { graph: string; metric: string; sum: number; runs: number }>();
  return {
    add({ task, assertions }: Pick<RunReport, 'task' | 'assertions'>) {
      const graph = task.loaded.graph.name;
      for (const [metric, score] of metricsOf(assertions)) {
        const key = JSON.stringify([graph, metric]);
        const { sum, runs } = sums.get(key) ?? { sum: 0, runs: 0 };
        sums.set(key, { graph, metric, sum: sum + score, runs: runs + 1 });
      }
    },
    means: (): MetricMeans =>
      [...sums.values()].map(({ graph, metric, sum, runs }) => ({ graph, metric, mean: sum / runs, runs })),
  };
}
