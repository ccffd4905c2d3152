import {
  type CreateExperimentRequest,
  DEFAULT_PAGE,
  type ExperimentListQuery,
  type ExperimentView,
  type Json,
} from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { CURSOR_ID, CURSOR_INSTANT, decodeCursor, pageOf } from '../../platform/http/cursor.js';
import type { Principal } from '../../platform/http/index.js';
import { newId, newIds } from '../../platform/ids.js';
import { type ExecutableGraph, GraphsService, SuitesService } from '../graphs/index.js';
import { type RecordedDraft, RunsService, unknownCase } from '../runs/index.js';
import { BaselinesRepository } from './baselines.repository.js';
import { runDrafts } from './experiment-plan.js';
import { experimentSummary, experimentView, type MinPass, NO_CASE } from './experiment-views.js';
import {
  type ExperimentDraft,
  type ExperimentRecord,
  ExperimentsRepository,
} from './experiments.repository.js';

export const DEFAULT_CONCURRENCY = 8;

/** Recordings that become one experiment. */
export interface RecordedExperiment {
  /** Of the content: the same again is the same experiment. */
  importKey: string;
  label: string;
  graphVersionId: string;
  params: { [name: string]: Json };
  runs: readonly Omit<RecordedDraft, 'id' | 'graphVersionId' | 'experimentId' | 'createdBy'>[];
}

@Injectable()
export class ExperimentsService {
  constructor(
    private readonly experiments: ExperimentsRepository,
    private readonly baselines: BaselinesRepository,
    private readonly graphs: GraphsService,
    private readonly suites: SuitesService,
    private readonly runs: RunsService,
  ) {}

  /**
   * Makes the runs of profiles x cases x cells x repeats and lets them go, so many at once. Of a suite each graph is an
   * experiment; all are planned before the first is made.
   */
  async create(
    principal: Principal,
    request: CreateExperimentRequest,
    /** What is kept with it besides the request. */
    params: { [name: string]: Json } = {},
  ): Promise<ExperimentView[]> {
    const { tenantId } = principal;
    const planned = (await this.graphsOf(tenantId, request)).map((one) => planOf(principal, one));
    const baseline = await this.baselineOf(tenantId, request, planned[0]!.graph);
    for (const { draft, runs } of planned)
      await this.experiments.insert(
        tenantId,
        { ...draft, baseline, params: { ...draft.params, ...params } },
        () => this.runs.store(tenantId, runs),
      );
    for (const { runs } of planned) await this.runs.dispatch(tenantId, runs);
    return Promise.all(planned.map(({ draft }) => this.get(principal, draft.id)));
  }

  /** The graphs that a request means, each with what is asked of it. Never none. */
  private async graphsOf(tenantId: string, request: CreateExperimentRequest): Promise<Asked[]> {
    if (request.suite === undefined) {
      const graph = await this.graphs.executable(tenantId, request.graph!);
      return [{ graph, request, suiteId: null, label: `${graph.version.name}@${graph.version.version}` }];
    }
    const { view, graphs } = await this.suites.executable(tenantId, request.suite);
    const label = request.label ?? `${view.name}@${view.version}`;
    return fitting(graphs, request.cases).map(({ graph, cases }) => ({
      ...{ graph, suiteId: view.id, label: `${label}: ${graph.version.name}` },
      request: { ...request, label: undefined, cases },
    }));
  }

  /** Stores recordings as an experiment that is over, or finds the one that was made of the same content. */
  async import(
    principal: Principal,
    recorded: RecordedExperiment,
  ): Promise<{ experiment: ExperimentView; existing: boolean }> {
    const { importKey, label, graphVersionId, params } = recorded;
    const { tenantId, userId: createdBy } = principal;
    const draft = { ...{ id: newId(), graphVersionId, label, params, importKey, createdBy }, concurrency: 1 };
    const ids = newIds(recorded.runs.length);
    const drafts = recorded.runs.map((run, i) => {
      const id = ids[i]!;
      const events = run.events.map((event) => ({ ...event, runId: id }));
      return { ...run, ...{ id, graphVersionId, experimentId: draft.id, createdBy, events } };
    });
    const { id, existing } = await this.experiments.insertImport(tenantId, { ...draft, kind: 'import' }, () =>
      this.runs.storeRecorded(tenantId, drafts),
    );
    if (!existing) this.runs.announce(tenantId, ids);
    return { experiment: await this.get(principal, id), existing };
  }

  async imported({ tenantId }: Principal, importKey: string): Promise<ExperimentView | null> {
    const id = await this.experiments.findImport(tenantId, importKey);
    return id === null ? null : this.view(tenantId, await this.find(tenantId, id));
  }

  async list({ tenantId }: Principal, { graph, limit = DEFAULT_PAGE, cursor }: ExperimentListQuery) {
    const [createdAt, id] = cursor === undefined ? [] : decodeCursor(cursor, [CURSOR_INSTANT, CURSOR_ID]);
    const after = createdAt !== undefined && id !== undefined ? { createdAt, id } : undefined;
    const rows = await this.experiments.list(tenantId, { graph, after, limit });
    const { items, nextCursor } = pageOf(rows, { limit, cursor: (last) => [last.createdAt, last.id] });
    return { items: items.map(experimentSummary), nextCursor };
  }

  async get({ tenantId }: Pick<Principal, 'tenantId'>, id: string): Promise<ExperimentView> {
    return this.view(tenantId, await this.find(tenantId, id));
  }

  private async view(tenantId: string, experiment: ExperimentRecord): Promise<ExperimentView> {
    return experimentView(experiment, await this.runsOf(tenantId, experiment));
  }

  /** The runs that count, and what their cases ask for. */
  async runsOf(tenantId: string, experiment: ExperimentRecord) {
    const [runs, minPass] = await Promise.all([
      this.experiments.runs(tenantId, experiment.id),
      this.minPassOf(tenantId, experiment),
    ]);
    return { runs, minPass };
  }

  /** What the cases ask for; an experiment that sets its own repeats, and a recording, ask for nothing less than all. */
  private async minPassOf(
    tenantId: string,
    { kind, params, graphVersionId }: ExperimentRecord,
  ): Promise<MinPass> {
    const { repeat: asked } = params as { repeat?: CreateExperimentRequest['repeat'] };
    if (kind === 'import' || typeof asked === 'number') return new Map();
    const graph = await this.graphs.compiledVersion(tenantId, graphVersionId);
    const minPass = new Map<string, number>();
    for (const { id, repeat } of graph?.cases ?? []) {
      const least = (asked ?? repeat).minPass;
      if (least !== undefined) minPass.set(id, least);
    }
    if (graph?.cases.size === 0 && asked?.minPass !== undefined) minPass.set(NO_CASE, asked.minPass);
    return minPass;
  }

  /** The experiment to compare with, which must be one of the same graph. */
  private async baselineOf(
    tenantId: string,
    { baseline }: CreateExperimentRequest,
    graph: string,
  ): Promise<string | null> {
    if (baseline === undefined) return null;
    const id = (await this.baselines.find(tenantId, { graph, name: baseline })) ?? baseline;
    const found = await this.experiments.find(tenantId, id);
    if (found?.graph === graph) return found.id;
    const why = found
      ? `is of the graph ${found.graph}, not of ${graph}`
      : 'is no experiment and no pinned baseline';
    throw new AppError('experiment/unknown-baseline', `The baseline ${baseline} ${why}.`, {
      errors: [{ path: 'baseline', message: why }],
    });
  }

  async find(tenantId: string, id: string): Promise<ExperimentRecord> {
    const experiment = await this.experiments.find(tenantId, id);
    if (!experiment) throw new AppError('experiment/not-found', 'No experiment has this id.');
    return experiment;
  }
}

interface Asked {
  graph: ExecutableGraph;
  request: CreateExperimentRequest;
  suiteId: string | null;
  /** Where the request has none. */
  label: string;
}

/** An experiment with its runs, and what its graph is called. */
function planOf({ userId: createdBy }: Principal, { graph: found, request, suiteId, label }: Asked) {
  const { versionId, version, graph } = found;
  const concurrency = request.concurrency ?? DEFAULT_CONCURRENCY;
  const draft: ExperimentDraft = {
    ...{ id: newId(), graphVersionId: versionId, suiteId, concurrency, createdBy },
    label: request.label ?? label,
    kind: 'execution',
    params: { ...asked(request), concurrency },
    importKey: null,
  };
  const around = { graphVersionId: versionId, experimentId: draft.id, createdBy };
  return { draft, runs: runDrafts(graph, request, around), graph: version.name };
}

/** The graphs of a suite that have one of the cases, each with those that it has; all, where none are asked for. */
function fitting(graphs: readonly ExecutableGraph[], cases: CreateExperimentRequest['cases']) {
  if (!cases) return graphs.map((graph) => ({ graph, cases }));
  const has = ({ graph }: ExecutableGraph, id: string) => graph.cases.find(id) !== undefined;
  const unknown = cases.find((id) => !graphs.some((one) => has(one, id)));
  if (unknown !== undefined) throw unknownCase(graphs[0]!.graph, unknown);
  return graphs
    .map((graph) => ({ graph, cases: cases.filter((id) => has(graph, id)) }))
    .filter((one) => one.cases.length > 0);
}

/** What of a request is kept with the experiment. */
const asked = ({ repeat, dataset, matrix, chaos }: CreateExperimentRequest): { [name: string]: Json } => ({
  ...(repeat !== undefined && { repeat }),
  ...(dataset !== undefined && { dataset }),
  ...(matrix !== undefined && { matrix }),
  ...(chaos !== undefined && { chaos }),
});
