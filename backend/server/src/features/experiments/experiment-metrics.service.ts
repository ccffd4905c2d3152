import type { ExperimentMetric, ExperimentMetrics } from '@rehearse/contracts';
import { clusteredMean, studentQuantile } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/index.js';
import { ExperimentMetricsRepository, type MetricScore } from './experiment-metrics.repository.js';
import { ExperimentsService } from './experiments.service.js';

const LEVEL = 0.95;

/** The metrics of an experiment over all its runs that count. */
@Injectable()
export class ExperimentMetricsService {
  constructor(
    private readonly experiments: ExperimentsService,
    private readonly metrics: ExperimentMetricsRepository,
  ) {}

  async of({ tenantId }: Principal, id: string): Promise<ExperimentMetrics> {
    const experiment = await this.experiments.find(tenantId, id);
    const scores = Map.groupBy(await this.metrics.scores(tenantId, experiment.id), ({ metric }) => metric);
    return { items: [...scores].map(([metric, all]) => ({ metric, ...metricOf(all) })) };
  }
}

function metricOf(all: readonly MetricScore[]): Omit<ExperimentMetric, 'metric'> {
  const count = (verdict: MetricScore['verdict']) => all.filter((one) => one.verdict === verdict).length;
  const scored = all.filter(({ verdict }) => verdict !== 'errored');
  const clusters = [...Map.groupBy(scored, ({ cluster }) => cluster).values()];
  const clustered = clusteredMean(clusters.map((ones) => ones.map(({ score }) => score)));
  const half = clustered && studentQuantile(0.5 + LEVEL / 2, clustered.clusters - 1) * clustered.error;
  const sum = scored.reduce((total, { score }) => total + score, 0);
  return {
    ...{ n: scored.length, cases: clusters.length },
    mean: scored.length === 0 ? null : sum / scored.length,
    // A score is from 0 to 1, and so is its mean.
    low: clustered && Math.max(0, clustered.mean - half!),
    high: clustered && Math.min(1, clustered.mean + half!),
    ...{ passed: count('passed'), failed: count('failed'), errored: count('errored') },
  };
}
