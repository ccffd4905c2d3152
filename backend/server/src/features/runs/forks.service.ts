import type { ForkTree, ForkView, ReplayRequest } from '@rehearse/contracts';
import { chaosAt, type Forked, forkAt, type Parent, type Tried } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/principal.js';
import { newId } from '../../platform/ids.js';
import { type ForkRecord, ForksRepository } from './forks.repository.js';
import { RunsService } from './runs.service.js';

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
    const { vars, ...made } = sound(await begin({ graph, events, runId: id, nowMs: Date.now() }, request));
    const { graphVersionId, caseId, repeat, seed, chaos, live, offline, matrix, graphDigest } = run;
    await this.forks.insert(tenantId, {
      ...{ id, graphVersionId, experimentId: null, caseId, repeat, seed, chaos, live, offline, vars },
      matrix: matrix ? { values: matrix, graphDigest } : undefined,
      createdBy: userId,
      ...{ parent: { runId: run.id, fromSeq: made.base.fromSeq }, events: made.events },
    });
    await this.runs.dispatch(tenantId, [{ id }]);
    return id;
  }

  /** The runs that come from the same one, each behind the one that it was forked from. */
  async tree({ tenantId }: Principal, runId: string): Promise<ForkTree> {
    const { id } = await this.runs.find(tenantId, runId);
    const items = (await this.forks.tree(tenantId, id)).map(viewOf);
    return { root: items[0]?.run.id ?? id, items };
  }
}

const begin = (parent: Parent, request: ForkRequest): Promise<Tried<Forked>> =>
  request.mode === 'fork' ? forkAt(parent, request) : Promise.resolve(chaosAt(parent, request));

function viewOf({ run, depth, parent, base }: ForkRecord): ForkView {
  return { run, depth, parent, edits: base?.edits ?? [], ...(base?.fault && { fault: base.fault }) };
}

/** What cannot be made is told with the place in the request. */
export function sound<T>(tried: Tried<T>): T & { ok: true } {
  if (tried.ok) return tried;
  const [first] = tried.problems;
  const errors = tried.problems.map(({ path, message }) => ({ path, message }));
  const detail = first!.path === '' ? first!.message : `${first!.path}: ${first!.message}`;
  throw new AppError(first!.code, detail, { errors });
}
