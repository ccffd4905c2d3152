import {
  type CreateExperimentRequest,
  DEFAULT_PAGE,
  type ExperimentView,
  type Json,
  type Matrix,
  type PageQuery,
} from '@rehearse/contracts';
import {
  checkVars,
  closestName,
  type CompiledGraph,
  countRuns,
  type PlannedCase,
  type PlannedRun,
  planRuns,
  variantsOf,
} from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { CURSOR_ID, CURSOR_INSTANT, decodeCursor, pageOf } from '../../platform/http/cursor.js';
import type { Principal } from '../../platform/http/index.js';
import { newId, newIds } from '../../platform/ids.js';
import { GraphsService } from '../graphs/index.js';
import { invalidVars, type RecordedDraft, RunsService, chaosOf, unknownCase } from '../runs/index.js';
import { experimentSummary, experimentView, type MinPass } from './experiment-views.js';
import {
  type ExperimentDraft,
  type ExperimentRecord,
  ExperimentsRepository,
} from './experiments.repository.js';

const DEFAULT_CONCURRENCY = 8;
/** More are split into several experiments; every one of them is a row and a journal. */
const MAX_RUNS = 20_000;

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
    private readonly graphs: GraphsService,
    private readonly runs: RunsService,
  ) {}

  /** Makes the runs of cases x repeats and lets them go, so many at once. */
  async create(principal: Principal, request: CreateExperimentRequest): Promise<ExperimentView> {
    refuseWhatIsNotThere(request);
    const { tenantId } = principal;
    const { versionId, version, graph } = await this.graphs.executable(tenantId, request.graph);
    const planned = plan(graph, request);
    const chaos = chaosOf(graph, request);
    const concurrency = request.concurrency ?? DEFAULT_CONCURRENCY;
    const draft: ExperimentDraft = {
      id: newId(),
      graphVersionId: versionId,
      label: request.label ?? `${version.name}@${version.version}`,
      kind: 'execution',
      params: { ...asked(request), concurrency },
      importKey: null,
      concurrency,
      createdBy: principal.userId,
    };
    const ids = newIds(planned.length);
    const drafts = planned.map(({ caseId, repeat, seed, vars, matrix, graph: cell }, i) => ({
      ...{ id: ids[i]!, graphVersionId: versionId, experimentId: draft.id, caseId, repeat, seed, vars },
      matrix: matrix ? { values: matrix, graphDigest: cell.digest } : undefined,
      live: request.live ?? false,
      offline: request.offline ?? false,
      chaos,
      createdBy: principal.userId,
    }));
    await this.experiments.insert(tenantId, draft, () => this.runs.store(tenantId, drafts));
    await this.runs.dispatch(tenantId, ids, { id: draft.id, limit: concurrency });
    return this.get(principal, draft.id);
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

  async list({ tenantId }: Principal, { limit = DEFAULT_PAGE, cursor }: PageQuery) {
    const [createdAt, id] = cursor === undefined ? [] : decodeCursor(cursor, [CURSOR_INSTANT, CURSOR_ID]);
    const after = createdAt !== undefined && id !== undefined ? { createdAt, id } : undefined;
    const rows = await this.experiments.list(tenantId, { after, limit });
    const { items, nextCursor } = pageOf(rows, { limit, cursor: (last) => [last.createdAt, last.id] });
    return { items: items.map(experimentSummary), nextCursor };
  }

  async get({ tenantId }: Pick<Principal, 'tenantId'>, id: string): Promise<ExperimentView> {
    return this.view(tenantId, await this.find(tenantId, id));
  }

  private async view(tenantId: string, experiment: ExperimentRecord): Promise<ExperimentView> {
    const [runs, minPass] = await Promise.all([
      this.experiments.runs(tenantId, experiment.id),
      this.minPassOf(tenantId, experiment),
    ]);
    return experimentView(experiment, { runs, minPass });
  }

  /** What the cases ask for; an experiment that sets its own repeats, and a recording, ask for nothing less than all. */
  private async minPassOf(
    tenantId: string,
    { kind, params, graphVersionId }: ExperimentRecord,
  ): Promise<MinPass> {
    if (kind === 'import' || params['repeat'] !== undefined) return new Map();
    const graph = await this.graphs.compiledVersion(tenantId, graphVersionId);
    const minPass = new Map<string, number>();
    for (const { id, repeat } of graph?.cases ?? [])
      if (repeat.minPass !== undefined) minPass.set(id, repeat.minPass);
    return minPass;
  }

  private async find(tenantId: string, id: string): Promise<ExperimentRecord> {
    const experiment = await this.experiments.find(tenantId, id);
    if (!experiment) throw new AppError('experiment/not-found', 'No experiment has this id.');
    return experiment;
  }
}

function refuseWhatIsNotThere(request: CreateExperimentRequest): void {
  const asked = (['baseline'] as const).filter((name) => request[name] !== undefined);
  if (asked.length > 0)
    throw new AppError(
      'run/not-supported-yet',
      `${asked.map((name) => `\`${name}\``).join(', ')}: not there yet.`,
    );
}

/** What of a request is kept with the experiment. */
const asked = ({ repeat, dataset, matrix }: CreateExperimentRequest): { [name: string]: Json } => ({
  ...(repeat !== undefined && { repeat }),
  ...(dataset !== undefined && { dataset }),
  ...(matrix !== undefined && { matrix }),
});

function plan(stored: CompiledGraph, request: CreateExperimentRequest): PlannedRun[] {
  const { repeat, seed } = request;
  const graph = request.matrix ? { ...stored, variants: cellsOf(stored, request.matrix) } : stored;
  const choice = { isMeant: chosen(graph, request), repeat, seed };
  const count = countRuns(graph, choice);
  if (count > MAX_RUNS)
    throw new AppError('request/invalid', `These are ${count} runs; an experiment has at most ${MAX_RUNS}.`);
  if (count === 0) throw new AppError('request/invalid', 'No case fits what is asked for.');
  const problems = graph.cases.size === 0 ? checkVars(graph, {}) : [];
  if (problems.length > 0) throw invalidVars(problems);
  return [...planRuns(graph, choice)];
}

function cellsOf(graph: CompiledGraph, matrix: Matrix): CompiledGraph['variants'] {
  const made = variantsOf(graph, matrix);
  if (made.ok) return made.variants;
  // A finding stands at a place of the graph, where the matrix is not: its path says which part is meant.
  const errors = made.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message, suggestion }) => ({
      path,
      message: suggestion ? `${message} (${suggestion})` : message,
    }));
  const [first] = errors;
  throw new AppError('experiment/invalid-matrix', `${first?.path}: ${first?.message}`, { errors });
}

function chosen(
  graph: CompiledGraph,
  { cases, dataset }: CreateExperimentRequest,
): (one: PlannedCase) => boolean {
  const unknown = cases?.find((id) => !graph.cases.find(id));
  if (unknown !== undefined) throw unknownCase(graph, unknown);
  if (dataset !== undefined && !graph.cases.files.includes(dataset)) throw unknownDataset(graph, dataset);
  const ids = cases && new Set(cases);
  return (one) => (!ids || ids.has(one.id)) && (dataset === undefined || one.dataset === dataset);
}

function unknownDataset({ cases: { files } }: CompiledGraph, dataset: string): AppError {
  const near = closestName(dataset, files);
  const list = files.length === 0 ? 'it has none' : `it has ${files.join(', ')}`;
  const hint = near === undefined ? list : `did you mean ${near}?`;
  return new AppError('experiment/unknown-dataset', `The graph has no data set ${dataset}; ${hint}`);
}
