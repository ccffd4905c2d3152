import {
  type CreateExperimentRequest,
  DEFAULT_PAGE,
  type ExperimentView,
  type Json,
  type PageQuery,
} from '@rehearse/contracts';
import { checkVars, type CompiledGraph, type PlannedRun, planRuns } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { CURSOR_ID, CURSOR_INSTANT, decodeCursor, pageOf } from '../../platform/http/cursor.js';
import type { Principal } from '../../platform/http/index.js';
import { newId, newIds } from '../../platform/ids.js';
import { GraphsService } from '../graphs/index.js';
import {
  invalidVars,
  type RecordedDraft,
  refuseWhatCannotRun,
  RunsService,
  unknownCase,
} from '../runs/index.js';
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
    const concurrency = request.concurrency ?? DEFAULT_CONCURRENCY;
    const draft: ExperimentDraft = {
      id: newId(),
      graphVersionId: versionId,
      label: request.label ?? `${version.name}@${version.version}`,
      kind: 'execution',
      params: { ...(request.repeat === undefined ? {} : { repeat: request.repeat }), concurrency },
      importKey: null,
      concurrency,
      createdBy: principal.userId,
    };
    const ids = newIds(planned.length);
    const drafts = planned.map(({ caseId, repeat, seed, vars }, i) => ({
      ...{ id: ids[i]!, graphVersionId: versionId, experimentId: draft.id, caseId, repeat, seed, vars },
      offline: request.offline ?? false,
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
    return new Map(
      graph?.cases.flatMap(({ id, repeat }) =>
        repeat.minPass === undefined ? [] : [[id, repeat.minPass] as const],
      ),
    );
  }

  private async find(tenantId: string, id: string): Promise<ExperimentRecord> {
    const experiment = await this.experiments.find(tenantId, id);
    if (!experiment) throw new AppError('experiment/not-found', 'No experiment has this id.');
    return experiment;
  }
}

function refuseWhatIsNotThere(request: CreateExperimentRequest): void {
  refuseWhatCannotRun(request);
  const asked = (['dataset', 'matrix', 'baseline'] as const).filter((name) => request[name] !== undefined);
  if (asked.length > 0)
    throw new AppError(
      'run/not-supported-yet',
      `${asked.map((name) => `\`${name}\``).join(', ')}: not there yet.`,
    );
}

function plan(graph: CompiledGraph, request: CreateExperimentRequest): PlannedRun[] {
  const { cases, repeat, seed } = request;
  const ids = new Set(graph.cases.map(({ id }) => id));
  const unknown = cases?.find((id) => !ids.has(id));
  if (unknown !== undefined) throw unknownCase(graph, unknown);
  const planned = planRuns(graph, {
    ...(cases && { cases }),
    ...(repeat && { repeat }),
    ...(seed !== undefined && { seed }),
  });
  if (planned.length > MAX_RUNS)
    throw new AppError(
      'request/invalid',
      `These are ${planned.length} runs; an experiment has at most ${MAX_RUNS}.`,
    );
  const problems = planned[0]?.caseId === null ? checkVars(graph, planned[0].vars) : [];
  if (problems.length > 0) throw invalidVars(problems);
  return planned;
}
