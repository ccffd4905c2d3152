import type {
  BaselineQuery,
  BaselineView,
  ExperimentComparison,
  ExperimentSummary,
  PinBaselineRequest,
} from '@rehearse/contracts';
import { type CaseOfExperiment, compareExperiments } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { isUuid } from '../graphs/index.js';
import { type BaselineRecord, BaselinesRepository } from './baselines.repository.js';
import { casesOf, experimentSummary } from './experiment-views.js';
import type { ExperimentRecord } from './experiments.repository.js';
import { ExperimentsService } from './experiments.service.js';

/** Of the draws of a comparison, so that it comes out the same each time. */
const SEED = 20_260_101;

/** Experiments beside each other, and those that others are compared with. */
@Injectable()
export class ExperimentComparisonsService {
  constructor(
    private readonly experiments: ExperimentsService,
    private readonly baselines: BaselinesRepository,
  ) {}

  /** `a` is the baseline, by its id or by the name that it is pinned with; `b` is the candidate. */
  async compare({ tenantId }: Principal, a: string, b: string): Promise<ExperimentComparison> {
    const candidate = await this.experiments.find(tenantId, b);
    const baseline = await this.experiments.find(tenantId, await this.idOf(tenantId, { name: a, candidate }));
    if (baseline.graph !== candidate.graph)
      throw new AppError(
        'experiment/not-comparable',
        `One is of the graph ${baseline.graph}, the other of ${candidate.graph}.`,
      );
    const [before, now] = [await this.cases(tenantId, baseline), await this.cases(tenantId, candidate)];
    const sameGraph = baseline.graphVersionId === candidate.graphVersionId;
    return {
      ...{ baseline: experimentSummary(baseline), candidate: experimentSummary(candidate) },
      ...compareExperiments({ baseline: before, candidate: now, sameGraph, seed: SEED }),
    };
  }

  async list({ tenantId }: Principal, { graph }: BaselineQuery): Promise<{ items: BaselineView[] }> {
    const records = await this.baselines.list(tenantId, graph ?? null);
    return { items: await Promise.all(records.map((record) => this.view(tenantId, record))) };
  }

  /** Gives a name to an experiment that has ended; whatever had the name before has it no longer. */
  async pin(
    { tenantId, userId }: Principal,
    id: string,
    { name }: PinBaselineRequest,
  ): Promise<{ baseline: BaselineView; replaced: ExperimentSummary['id'] | null }> {
    const experiment = await this.experiments.find(tenantId, id);
    const { counts } = experiment;
    if (counts.finished < counts.total)
      throw new AppError(
        'experiment/not-comparable',
        `${counts.total - counts.finished} runs of the experiment go on; pin it when they have ended.`,
      );
    const pin = { experimentId: experiment.id, name, pinnedBy: userId };
    const before = await this.baselines.pin(tenantId, pin);
    const pinned = (await this.baselines.list(tenantId, experiment.graph)).find((one) => one.name === name)!;
    return {
      baseline: await this.view(tenantId, pinned),
      replaced: before === experiment.id ? null : (before as ExperimentSummary['id'] | null),
    };
  }

  private async view(tenantId: string, { experimentId, ...record }: BaselineRecord): Promise<BaselineView> {
    const experiment = await this.experiments.find(tenantId, experimentId);
    return { ...record, experiment: experimentSummary(experiment) };
  }

  private async idOf(
    tenantId: string,
    { name, candidate }: { name: string; candidate: ExperimentRecord },
  ): Promise<string> {
    if (isUuid(name)) return name;
    const id = await this.baselines.find(tenantId, { graph: candidate.graph, name });
    if (id !== null) return id;
    throw new AppError('experiment/not-found', `No experiment of ${candidate.graph} is pinned as ${name}.`);
  }

  private async cases(tenantId: string, experiment: ExperimentRecord): Promise<CaseOfExperiment[]> {
    const { runs, minPass } = await this.experiments.runsOf(tenantId, experiment);
    const byId = new Map(runs.map((run) => [run.id, run]));
    return casesOf(runs, minPass).map(({ caseId, matrix, chaos, verdict, runs: repeats }) => ({
      ...{ caseId, matrix, chaos, verdict },
      runs: repeats.map((repeat) => ({ ...repeat, costUsd: byId.get(repeat.id)?.costUsd ?? null })),
    }));
  }
}
