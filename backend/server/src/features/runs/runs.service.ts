import {
  DEFAULT_PAGE,
  type EventsQuery,
  EventType,
  type ExecuteRequest,
  type JournalEvent,
  type JsonObject,
  type RunListQuery,
  type RunSummary,
  type RunView,
} from '@rehearse/contracts';
import {
  checkVars,
  closestName,
  type CompiledGraph,
  foldRun,
  namedContracts,
  nodeTypesOf,
} from '@rehearse/engine';
import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { failpoint } from '../../platform/failpoint.js';
import {
  CURSOR_ID,
  CURSOR_INSTANT,
  CURSOR_NUMBER,
  decodeCursor,
  pageOf,
} from '../../platform/http/cursor.js';
import type { Principal } from '../../platform/http/principal.js';
import { currentRequest } from '../../platform/http/request-context.js';
import { newId } from '../../platform/ids.js';
import { GraphsService } from '../graphs/index.js';
import { RUN_DISPATCHER, type RunDispatcher } from './run-dispatcher.js';
import { RunFeed } from './run-feed.js';
import type { RunFilters } from './run-filters.js';
import { openRequests } from './open-requests.js';
import { isOver, type RunRecord, runSummary, runView, runViewAt } from './run-records.js';
import { overriddenRoutes } from './route-overrides.js';
import { type RecordedDraft, type RunDraft, RunsRepository } from './runs.repository.js';
import { SharedReads } from './shared-reads.js';

const DEFAULT_WAIT_MS = 60_000;
const DEFAULT_EVENTS = 200;
/** The priority of a run that somebody waits for. */
const WAITED_FOR = 1;

/** A run with what the engine needs to go through its journal again. */
export interface RunWithJournal {
  run: RunRecord;
  events: JournalEvent[];
  /** Null when it stands for a recording. */
  graph: CompiledGraph | null;
}

@Injectable()
export class RunsService {
  private readonly tails = new SharedReads<{ events: JournalEvent[]; ended: boolean }>();

  constructor(
    private readonly runs: RunsRepository,
    private readonly graphs: GraphsService,
    private readonly feed: RunFeed,
    @Inject(RUN_DISPATCHER) private readonly dispatcher: RunDispatcher,
  ) {}

  /** Queues a run of a graph and answers its id. */
  async start(
    principal: Principal,
    { graph: reference, ...request }: ExecuteRequest & { graph: string },
    { priority = 0 } = {},
  ): Promise<string> {
    const { tenantId } = principal;
    const { versionId, graph } = await this.graphs.executable(tenantId, reference);
    const draft: RunDraft = {
      id: currentRequest()?.madeId ?? newId(),
      graphVersionId: versionId,
      experimentId: null,
      repeat: 0,
      live: request.live ?? false,
      offline: request.offline ?? false,
      chaos: chaosOf(graph, request),
      matrix: overriddenRoutes(graph, request),
      createdBy: principal.userId,
      priority,
      ...caseOf(graph, request),
    };
    await this.store(tenantId, [draft]);
    failpoint('run.after_store');
    await this.dispatch(tenantId, [draft]);
    return draft.id;
  }

  /** Stores runs as queued: from the commit on they are executed, whatever happens to this process. */
  store(tenantId: string, drafts: readonly RunDraft[]): Promise<void> {
    return this.runs.insert(tenantId, drafts);
  }

  /** Tells that runs were stored, once their transaction has been committed, so that they begin at once. */
  async dispatch(tenantId: string, drafts: readonly Pick<RunDraft, 'id'>[]): Promise<void> {
    for (const { id: runId } of drafts) {
      this.feed.changed({ runId, tenantId });
      await this.dispatcher.dispatch({ runId, tenantId });
    }
  }

  /** Runs and waits for the end, or for as long as is asked. */
  async execute(
    principal: Principal,
    request: ExecuteRequest & { graph: string },
  ): Promise<{ run: RunView; isOver: boolean }> {
    const runId = await this.start(principal, request, { priority: WAITED_FOR });
    await this.waitForEnd(principal.tenantId, runId, request.wait ?? DEFAULT_WAIT_MS);
    const run = await this.get(principal, runId);
    return { run, isOver: isOver(run.status) };
  }

  async list({ tenantId }: Principal, { limit = DEFAULT_PAGE, cursor, ...filters }: RunListQuery) {
    const [createdAt, id] = cursor === undefined ? [] : decodeCursor(cursor, [CURSOR_INSTANT, CURSOR_ID]);
    const after = createdAt !== undefined && id !== undefined ? { createdAt, id } : undefined;
    const rows = await this.runs.list(tenantId, { filters, after, limit });
    return pageOf(rows, { limit, cursor: (last) => [last.createdAt, last.id] });
  }

  /** Those of the runs that a list with these filters would show. */
  matching(tenantId: string, query: { ids: readonly string[]; filters: RunFilters }): Promise<RunSummary[]> {
    return query.ids.length === 0 ? Promise.resolve([]) : this.runs.matching(tenantId, query);
  }

  /** The first page of a list, for those who look at it and may have missed what changed. */
  newest(tenantId: string, filters: RunFilters): Promise<RunSummary[]> {
    return this.runs.list(tenantId, { filters, limit: DEFAULT_PAGE });
  }

  async get({ tenantId }: Pick<Principal, 'tenantId'>, runId: string): Promise<RunView> {
    return this.view(tenantId, await this.find(tenantId, runId));
  }

  /** The run as it was after an event of its journal; one that goes on, as far as it is. */
  async at({ tenantId }: Pick<Principal, 'tenantId'>, runId: string, atSeq: number): Promise<RunView> {
    const run = await this.find(tenantId, runId);
    const graph = await this.graphs.compiledVersion(tenantId, run.graphVersionId, run.matrix);
    const events = await this.runs.events(tenantId, run.id, { after: 0, limit: atSeq });
    const contracts = graph ? namedContracts(graph) : [];
    return runViewAt(run, foldRun(events, contracts, graph ? nodeTypesOf(graph) : undefined));
  }

  private async view(tenantId: string, run: RunRecord): Promise<RunView> {
    if (run.views || run.lastSeq === 0) return runView(run, null);
    const [events, graph] = await Promise.all([
      this.runs.journal(tenantId, run.id),
      this.graphs.compiledVersion(tenantId, run.graphVersionId, run.matrix),
    ]);
    return runView(
      run,
      foldRun(events, graph ? namedContracts(graph) : [], graph ? nodeTypesOf(graph) : undefined),
      openRequests(events),
    );
  }

  async summary({ tenantId }: Pick<Principal, 'tenantId'>, runId: string): Promise<RunSummary> {
    return runSummary(await this.find(tenantId, runId));
  }

  async events({ tenantId }: Principal, runId: string, query: EventsQuery) {
    const run = await this.find(tenantId, runId);
    const [place] = query.cursor === undefined ? [] : decodeCursor(query.cursor, [CURSOR_NUMBER]);
    const after = place === undefined ? (query.after ?? 0) : Number(place);
    const limit = query.limit ?? DEFAULT_EVENTS;
    const rows = await this.runs.entries(tenantId, run.id, {
      after,
      limit: limit + 1,
      types: typesOf(query.types),
    });
    return pageOf(rows, { limit, cursor: ({ seq }) => [String(seq)] });
  }

  /** The JSON of a payload that its event leaves to a blob. */
  async blob({ tenantId }: Principal, runId: string, sha256: string): Promise<string> {
    const { id } = await this.find(tenantId, runId);
    const text = await this.runs.blob(tenantId, { runId: id, sha256 });
    if (text === null)
      throw new AppError('run/blob-not-found', `No event of the run has the payload ${sha256}.`);
    return text;
  }

  /** A page of a journal for a viewer that may see it already. All viewers of one run that are as far are answered by one read. */
  tail(
    tenantId: string,
    runId: string,
    afterSeq: number,
  ): Promise<{ events: JournalEvent[]; ended: boolean }> {
    const read = () => this.readTail(tenantId, runId, afterSeq);
    return this.tails.read(`${tenantId}/${runId}/${afterSeq}`, read);
  }

  private async readTail(
    tenantId: string,
    runId: string,
    afterSeq: number,
  ): Promise<{ events: JournalEvent[]; ended: boolean }> {
    const events = await this.runs.events(tenantId, runId, { after: afterSeq, limit: 500 });
    if (events.length > 0) return { events, ended: false };
    const run = await this.runs.find(tenantId, runId);
    return { events, ended: run === null || (isOver(run.status) && run.lastSeq <= afterSeq) };
  }

  /** Of a run that has ended. */
  async withJournal({ tenantId }: Pick<Principal, 'tenantId'>, runId: string): Promise<RunWithJournal> {
    const run = await this.find(tenantId, runId);
    if (!isOver(run.status))
      throw new AppError('run/not-finished', `The run is ${run.status}; wait until it has finished.`);
    return this.around(run);
  }

  /** The same of any run: its journal so far. */
  async withJournalSoFar({ tenantId }: Pick<Principal, 'tenantId'>, runId: string): Promise<RunWithJournal> {
    return this.around(await this.find(tenantId, runId));
  }

  private async around(run: RunRecord): Promise<RunWithJournal> {
    const { tenantId } = run;
    const events = await this.runs.journal(tenantId, run.id);
    const { graphVersionId, matrix } = run;
    const graph = run.imported ? null : await this.graphs.compiledVersion(tenantId, graphVersionId, matrix);
    return { run, events, graph };
  }

  /** Stores runs that have ended elsewhere, with their journals, all or none. */
  storeRecorded(tenantId: string, drafts: readonly RecordedDraft[]): Promise<void> {
    return this.runs.insertRecorded(tenantId, drafts);
  }

  /** Tells those who look at lists of runs that were stored. */
  announce(tenantId: string, ids: readonly string[]): void {
    for (const runId of ids) this.feed.changed({ runId, tenantId });
  }

  /** A foreign run and one that does not exist are the same to the caller. */
  async find(tenantId: string, runId: string): Promise<RunRecord> {
    const run = await this.runs.find(tenantId, runId);
    if (!run) throw new AppError('run/not-found', 'No run has this id.');
    return run;
  }

  /** Until it has ended, waits for a person, or the time is over. */
  async waitForEnd(tenantId: string, runId: string, waitMs: number): Promise<void> {
    let stop: () => void = () => undefined;
    const goesOn = async () => {
      const { status, waitingFor } = await this.get({ tenantId }, runId);
      return !isOver(status) && waitingFor === undefined;
    };
    const ended = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, waitMs);
      const leave = this.feed.follow(runId, (notice) => {
        if (notice.kind === 'events' && isEnd(notice.events.at(-1))) resolve();
        if (notice.kind === 'changed' && notice.isWaiting) resolve();
        if (notice.kind === 'missed') goesOn().then((does) => does || resolve(), reject);
      });
      stop = () => {
        clearTimeout(timer);
        leave();
      };
    });
    try {
      // It may have ended, or been put down, before the feed was followed.
      if (await goesOn()) await ended;
    } finally {
      stop();
    }
  }
}

const isEnd = (event: JournalEvent | undefined): boolean =>
  event?.type === 'run.finished' || event?.type === 'run.canceled';

/** Vars, case and seed of a run: what is asked for goes over what the case says. */
function caseOf(graph: CompiledGraph, request: ExecuteRequest): Pick<RunDraft, 'caseId' | 'vars' | 'seed'> {
  const { caseId, seed } = request;
  const entry = caseId === undefined ? undefined : graph.cases.find(caseId);
  if (caseId !== undefined && !entry) throw unknownCase(graph, caseId);
  const vars: JsonObject = { ...entry?.vars, ...request.vars };
  const problems = checkVars(graph, vars);
  if (problems.length > 0) throw invalidVars(problems);
  return { caseId: caseId ?? null, vars, seed: seed ?? entry?.seed ?? 1 };
}

/** The profile of faults that a run is to have, or null. */
export function chaosOf(
  { chaos }: CompiledGraph,
  { chaos: asked }: Pick<ExecuteRequest, 'chaos'>,
): string | null {
  if (asked === undefined) return null;
  if (chaos.has(asked)) return asked;
  const closest = closestName(asked, chaos.keys());
  const hint = closest ? `; did you mean ${closest}?` : chaos.size === 0 ? '; it has none.' : '.';
  throw new AppError('run/unknown-chaos-profile', `The graph has no chaos profile ${asked}${hint}`);
}

export function unknownCase(graph: CompiledGraph, caseId: string): AppError {
  const ids = [...graph.cases].map(({ id }) => id);
  const closest = closestName(caseId, ids);
  const hint = closest ? `; did you mean ${closest}?` : ids.length === 0 ? '; it has no cases.' : '.';
  return new AppError('run/unknown-case', `The graph has no case ${caseId}${hint}`);
}

export function invalidVars(problems: readonly { path: string; message: string }[]): AppError {
  const errors = problems.map(({ path, message }) => ({ path: `vars${path}`, message }));
  const [first] = errors;
  return new AppError('run/invalid-vars', `${first?.path}: ${first?.message}`, { errors });
}

function typesOf(text: string | undefined): EventType[] | undefined {
  if (text === undefined || text === '') return undefined;
  return text.split(',').map((type) => {
    const parsed = EventType.safeParse(type.trim());
    if (parsed.success) return parsed.data;
    throw new AppError('request/invalid', `types: ${type} is no type of event`, {
      errors: [{ path: 'types', message: `${type} is no type of event` }],
    });
  });
}
