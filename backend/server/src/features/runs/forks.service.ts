import type { ForkTree, ForkView, JournalEvent, ReplayRequest, RunOrigins } from '@rehearse/contracts';
import {
  chaosAt,
  type Forked,
  forkAt,
  forkBaseOf,
  type Loose,
  type Parent,
  provenanceOf,
  rerunOf,
  type Tried,
} from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/principal.js';
import { newId } from '../../platform/ids.js';
import { type ForkDraft, type ForkRecord, ForksRepository } from './forks.repository.js';
import type { RunRecord } from './run-records.js';
import { RunsService } from './runs.service.js';

export interface RerunDraft {
  id: string;
  experimentId: string;
  loose: Loose;
  seed: number;
}

type ForkRequest = Extract<ReplayRequest, { mode: 'fork' | 'chaos' }>;

/** Runs that begin as another one did. */
@Injectable()
export class ForksService {
  constructor(
    private readonly forks: ForksRepository,
    private readonly runs: RunsService,
  ) {}

  /** Makes a fork of a run that has ended, or a run with a fault on one of its calls, and lets it go; answers its id. */
  async make(principal: Principal, runId: string, request: ForkRequest): Promise<string> {
    const { tenantId, userId } = principal;
    const { run, events, graph } = await this.runs.withJournal(principal, runId);
    if (!graph)
      throw new AppError(
        'replay/only-recorded',
        'An imported recording has no graph that could be executed.',
      );
    const id = newId();
    const made = sound(await begin({ graph, events, runId: id, nowMs: Date.now() }, request));
    await this.forks.insert(tenantId, [forkOf(run, { id, experimentId: null, createdBy: userId }, made)]);
    await this.runs.dispatch(tenantId, [{ id }]);
    return id;
  }

  /**
   * Stores runs that do again what a run did, each with a part of the world let loose, in the transaction of the caller, who
   * dispatches them.
   */
  async storeReruns(principal: Principal, runId: string, reruns: readonly RerunDraft[]): Promise<void> {
    const { tenantId, userId: createdBy } = principal;
    const { run, events, graph } = await this.runs.withJournal(principal, runId);
    if (!graph) throw new Error(`run ${runId} has no graph that could be executed`);
    const drafts = reruns.map(({ id, experimentId, ...how }) => {
      const made = sound(rerunOf({ graph, events, runId: id, nowMs: Date.now() }, how));
      return forkOf(run, { id, experimentId, createdBy }, made);
    });
    await this.forks.insert(tenantId, drafts);
  }

  /** The runs that come from the same one, each behind the one that it was forked from. */
  async tree({ tenantId }: Principal, runId: string): Promise<ForkTree> {
    const { id } = await this.runs.find(tenantId, runId);
    const items = (await this.forks.tree(tenantId, id)).map(viewOf);
    return { root: items[0]?.run.id ?? id, items };
  }

  /** Where the answers of a run came from, so far. */
  async origins(principal: Principal, runId: string): Promise<RunOrigins> {
    const { run, events } = await this.runs.withJournalSoFar(principal, runId);
    const base = forkBaseOf(events);
    const parent = base ? await this.journalOf(principal, base.data.parent) : null;
    const { tape, live, costUsd, origins } = provenanceOf(events, parent);
    return {
      runId: run.id,
      parent: base ? { runId: base.data.parent, fromSeq: base.data.fromSeq, copied: base.seq - 1 } : null,
      ...{ answers: { tape, live }, costUsd, origins },
    };
  }

  /** Null when the run is there no longer. */
  private async journalOf(principal: Principal, runId: string): Promise<JournalEvent[] | null> {
    const found = await this.runs.withJournalSoFar(principal, runId).catch(nullIfMissing);
    return found && found.events;
  }
}

const begin = (parent: Parent, request: ForkRequest): Promise<Tried<Forked>> =>
  request.mode === 'fork' ? forkAt(parent, request) : Promise.resolve(chaosAt(parent, request));

/** A run like the one that it begins as. */
function forkOf(
  run: RunRecord,
  own: Pick<ForkDraft, 'id' | 'experimentId' | 'createdBy'>,
  { vars, events, base }: Forked,
): ForkDraft {
  const { graphVersionId, caseId, repeat, seed, chaos, live, offline, matrix, graphDigest } = run;
  return {
    ...{ ...own, graphVersionId, caseId, repeat, seed, chaos, live, offline, vars, events },
    matrix: matrix ? { values: matrix, graphDigest } : undefined,
    parent: { runId: run.id, fromSeq: base.fromSeq },
  };
}

function viewOf({ run, depth, parent, base }: ForkRecord): ForkView {
  const { edits = [], fault, hold } = base ?? {};
  return { run, depth, parent, edits, ...(fault && { fault }), ...(hold && { hold }) };
}

function nullIfMissing(error: unknown): null {
  if (error instanceof AppError && error.code === 'run/not-found') return null;
  throw error;
}

/** What cannot be made is told with the place in the request. */
export function sound<T>(tried: Tried<T>): T & { ok: true } {
  if (tried.ok) return tried;
  const [first] = tried.problems;
  const errors = tried.problems.map(({ path, message }) => ({ path, message }));
  const detail = first!.path === '' ? first!.message : `${first!.path}: ${first!.message}`;
  throw new AppError(first!.code, detail, { errors });
}
