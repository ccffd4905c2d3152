import type { AttributeRequest, AttributionView, Json } from '@rehearse/contracts';
import {
  attribute,
  estimateOf,
  type ObservedCase,
  type PlannedRerun,
  planReruns,
  type RerunKind,
  rerunKinds,
} from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { newId, newIds } from '../../platform/ids.js';
import { ForksService, RunsService } from '../runs/index.js';
import { AttributionsRepository, type Rerun } from './attributions.repository.js';
import { MAX_RUNS } from './experiment-plan.js';
import { experimentSummary, NO_CASE, repeatsOf } from './experiment-views.js';
import {
  type ExperimentRecord,
  type ExperimentRun,
  ExperimentsRepository,
} from './experiments.repository.js';
import { DEFAULT_CONCURRENCY, ExperimentsService } from './experiments.service.js';
import { ObservedRuns } from './observed-runs.js';

/** Of a case; beyond them its runs tell the same at a higher price. */
const MOST_RUNS_OF_A_CASE = 20;
/** While reruns go on whoever watches gets intervals that are coarser. */
const DRAWS = { running: 200, paused: 200, finished: 2_000 } as const;

/** What is kept with the experiment that the reruns are. */
interface Params {
  of: string;
  repeats: number;
  seed: number;
  estimateUsd: number | null;
  maxCostUsd: number | null;
  /** What one rerun costs at most, by its tape. */
  rerunUsd: number | null;
}

/** By whom the verdicts of an experiment vary: its runs are done again with more and more of the world let loose. */
@Injectable()
export class AttributionsService {
  constructor(
    private readonly experiments: ExperimentsService,
    private readonly stored: ExperimentsRepository,
    private readonly attributions: AttributionsRepository,
    private readonly runs: RunsService,
    private readonly forks: ForksService,
    private readonly observed: ObservedRuns,
  ) {}

  /** Makes the reruns and lets them go; they are the runs of an experiment of their own. */
  async start(principal: Principal, id: string, request: AttributeRequest): Promise<AttributionView> {
    const { tenantId } = principal;
    const experiment = await this.experiments.find(tenantId, id);
    requireRuns(experiment);
    const planned = await this.plan(principal, experiment, request);
    const params = paramsOf(experiment, { request, planned });
    const { graphVersionId, label, graph } = experiment;
    const concurrency = request.concurrency ?? DEFAULT_CONCURRENCY;
    const draft = {
      ...{ id: newId(), graphVersionId, concurrency, importKey: null, createdBy: principal.userId },
      ...{ label: `Whose flake: ${label || graph}`, kind: 'execution' as const },
      params: { attribution: params as unknown as Json, concurrency },
    };
    const ids = newIds(planned.length);
    await this.stored.insert(tenantId, draft, async () => {
      for (const [tapeId, reruns] of byTape(planned, { ids, experimentId: draft.id }))
        await this.forks.storeReruns(principal, tapeId, reruns);
    });
    await this.runs.dispatch(
      tenantId,
      ids.map((runId) => ({ id: runId })),
    );
    return this.get(principal, experiment.id, draft.id);
  }

  async get(principal: Principal, id: string, attributionId: string): Promise<AttributionView> {
    const { tenantId } = principal;
    const experiment = await this.experiments.find(tenantId, id);
    const record = await this.stored.find(tenantId, attributionId);
    const params = record && attributionIn(record);
    if (params?.of !== experiment.id)
      throw new AppError('attribution/not-found', 'No attribution of the experiment has this id.');
    const reruns = await this.attributions.reruns(tenantId, record!.id);
    const summary = summaryOf(record!, { params, reruns });
    const cases = await this.observe(principal, experiment, reruns);
    const { seed } = params;
    return { ...summary, result: attribute(cases, { seed, draws: DRAWS[summary.status] }) };
  }

  async list({ tenantId }: Principal, id: string): Promise<{ items: Omit<AttributionView, 'result'>[] }> {
    const experiment = await this.experiments.find(tenantId, id);
    const items: Omit<AttributionView, 'result'>[] = [];
    for (const attributionId of await this.attributions.list(tenantId, experiment.id)) {
      const record = await this.experiments.find(tenantId, attributionId);
      const reruns = await this.attributions.reruns(tenantId, attributionId);
      items.push(summaryOf(record, { params: attributionIn(record)!, reruns }));
    }
    return { items };
  }

  /** All reruns of the first runs of each case that passed or failed. */
  private async plan(
    principal: Principal,
    { id }: ExperimentRecord,
    { tapes: most, repeats, seed }: AttributeRequest,
  ): Promise<PlannedRerun[]> {
    const cases = repeatsOf(await this.stored.runs(principal.tenantId, id));
    const chosen = cases.flatMap((runs) => runs.filter(isScored).slice(0, most));
    const tapes: { runId: string; kinds: RerunKind[] }[] = [];
    for (const { id: runId } of chosen) {
      const { events, graph } = await this.runs.withJournal(principal, runId);
      if (graph && events.length > 0) tapes.push({ runId, kinds: rerunKinds({ runId, graph, events }) });
    }
    const planned = planReruns(tapes, { repeats, seed });
    if (planned.length === 0)
      throw new AppError(
        'attribution/nothing-to-rerun',
        chosen.length === 0
          ? 'No run of the experiment has passed or failed yet.'
          : 'Its runs ask neither a judge, nor a model, nor a tool that may be called again.',
      );
    if (planned.length > MAX_RUNS)
      throw new AppError(
        'request/invalid',
        `These are ${planned.length} reruns; there are at most ${MAX_RUNS}. Take fewer repeats or tapes.`,
      );
    return planned;
  }

  private async observe(
    principal: Principal,
    { id }: ExperimentRecord,
    reruns: readonly Rerun[],
  ): Promise<ObservedCase[]> {
    const ended = reruns.filter(({ status }) => status === 'finished');
    const ofTape = Map.groupBy(ended, ({ tapeId }) => tapeId);
    const cases: ObservedCase[] = [];
    for (const all of repeatsOf(await this.stored.runs(principal.tenantId, id))) {
      const runs = all.filter(({ status }) => status === 'finished');
      const seen = runs.filter((run, at) => at < MOST_RUNS_OF_A_CASE || ofTape.has(run.id));
      if (seen.length > 0) cases.push(await this.caseOf(principal, seen, ofTape));
    }
    return cases;
  }

  private async caseOf(
    principal: Principal,
    runs: readonly ExperimentRun[],
    ofTape: ReadonlyMap<string, readonly Rerun[]>,
  ): Promise<ObservedCase> {
    const { caseId, matrix, chaos } = runs[0]!;
    const observed = [];
    const tapes = [];
    for (const { id } of runs) {
      const { observed: run } = await this.observed.see(principal, id);
      observed.push(run);
      const reruns = [];
      for (const rerun of ofTape.get(id) ?? []) {
        const seen = await this.observed.see(principal, rerun.id);
        if (seen.loose) reruns.push({ loose: seen.loose, observed: seen.observed });
      }
      if (reruns.length > 0) tapes.push({ run, reruns });
    }
    return {
      caseId: caseId ?? NO_CASE,
      ...(matrix && { matrix }),
      ...(chaos !== null && { chaos }),
      ...{ runs: observed, tapes },
    };
  }
}

const isScored = ({ verdict }: ExperimentRun): boolean => verdict === 'passed' || verdict === 'failed';

function requireRuns(experiment: ExperimentRecord): void {
  if (experiment.kind === 'import')
    throw new AppError(
      'replay/only-recorded',
      'The runs were recorded elsewhere; they cannot be done again.',
    );
  if (attributionIn(experiment))
    throw new AppError(
      'attribution/nothing-to-rerun',
      'Its runs are reruns already; ask it of the experiment that they are of.',
    );
}

const attributionIn = ({ params }: ExperimentRecord): Params | undefined =>
  params['attribution'] as unknown as Params | undefined;

function paramsOf(
  { id }: ExperimentRecord,
  { request, planned }: { request: AttributeRequest; planned: readonly PlannedRerun[] },
): Params {
  const { repeats, seed, maxCostUsd = null } = request;
  const estimateUsd = estimateOf(planned);
  if (maxCostUsd !== null && estimateUsd === null)
    throw new AppError(
      'attribution/price-unknown',
      'The price of a model is not known, so no limit can be kept. Give prices with PRICES_FILE, or leave maxCostUsd out.',
      { errors: [{ path: 'maxCostUsd', message: 'the price of a model is not known' }] },
    );
  const rerunUsd = estimateUsd === null ? null : Math.max(...planned.map(({ costUsd }) => costUsd ?? 0));
  return { of: id, repeats, seed, estimateUsd, maxCostUsd, rerunUsd };
}

/** Ids in the order of the plan let the rounds begin one after the other. */
function byTape(
  planned: readonly PlannedRerun[],
  { ids, experimentId }: { ids: readonly string[]; experimentId: string },
) {
  const drafts = planned.map(({ runId: tapeId, loose, seed }, at) => ({
    ...{ tapeId, id: ids[at]!, experimentId, loose, seed },
  }));
  return Map.groupBy(drafts, ({ tapeId }) => tapeId);
}

function summaryOf(
  record: ExperimentRecord,
  { params, reruns }: { params: Params; reruns: readonly Rerun[] },
): Omit<AttributionView, 'result'> {
  const ended = reruns.filter(({ status }) => status === 'finished');
  const isKnown = ended.every(({ costUsd }) => costUsd !== null);
  return {
    ...experimentSummary(record),
    of: params.of as AttributionView['of'],
    ...{ repeats: params.repeats, estimateUsd: params.estimateUsd, maxCostUsd: params.maxCostUsd },
    spentUsd: isKnown ? ended.reduce((sum, { costUsd }) => sum + costUsd!, 0) : null,
    isCutShort: record.counts.canceled > 0,
  };
}
