import type { DecisionRequest, HumanRequestView, Json, RunView } from '@rehearse/contracts';
import { canonicalJson, compileSchema } from '@rehearse/engine';
import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { Actors } from './actors.js';
import { DecisionsRepository, type MadeDecision } from './decisions.repository.js';
import { RUN_DISPATCHER, type RunDispatcher } from './run-dispatcher.js';
import { RunFeed } from './run-feed.js';
import { RunsService } from './runs.service.js';

/** What people decide where a run asks. */
@Injectable()
export class DecisionsService {
  constructor(
    private readonly runs: RunsService,
    private readonly decisions: DecisionsRepository,
    private readonly actors: Actors,
    private readonly feed: RunFeed,
    @Inject(RUN_DISPATCHER) private readonly dispatcher: RunDispatcher,
  ) {}

  /** Takes a decision and lets the run go on. The same decision of the same person again changes nothing. */
  async decide(principal: Principal, runId: string, request: DecisionRequest): Promise<RunView> {
    const { tenantId } = principal;
    const run = await this.runs.get(principal, runId);
    const made: MadeDecision = { ...request, by: await this.actors.nameOf(principal) };
    const before = await this.decisions.find(tenantId, run.id, request.key);
    if (before) requireSame(before, made);
    else await this.take(principal, run, made);
    return this.runs.get(principal, runId);
  }

  private async take({ tenantId, role }: Principal, run: RunView, made: MadeDecision): Promise<void> {
    requireApprover(requestOf(run, made.key), { role, by: made.by });
    requireFit(requestOf(run, made.key), made);
    const stored = await this.decisions.store(tenantId, run.id, made);
    if (!stored) throw notWaiting((await this.runs.find(tenantId, run.id)).status);
    requireSame(stored.made, made);
    this.feed.decided(run.id);
    this.feed.changed({ runId: run.id, tenantId });
    await this.dispatcher.poke({ runId: run.id, tenantId });
  }
}

const notWaiting = (status: string) =>
  new AppError('run/not-waiting', `The run is ${status}; it asks nobody.`);

function requestOf({ status, waitingFor = [] }: RunView, key: string): HumanRequestView {
  if (waitingFor.length === 0) throw notWaiting(status);
  const request = waitingFor.find((pending) => pending.key === key);
  if (request) return request;
  const keys = waitingFor.map((pending) => pending.key).join(', ');
  throw new AppError('run/not-asked', `The run does not ask ${key}; it asks ${keys}.`);
}

function requireApprover(
  { key, approvers }: HumanRequestView,
  { role, by }: { role: string; by: string },
): void {
  if (!approvers || approvers.includes(role)) return;
  if (approvers.some((approver) => approver.toLowerCase() === by.toLowerCase())) return;
  throw new AppError('run/not-an-approver', `${key} is for ${approvers.join(', ')} to decide.`);
}

/** A rejection needs no value; everything else has to fit the form. */
function requireFit({ form }: HumanRequestView, { decision, value = null }: MadeDecision): void {
  if (form === undefined || decision === 'reject') return;
  const schema = compileSchema(form);
  if (Array.isArray(schema)) throw new Error('the form of a graph that was compiled is no schema');
  const problems = schema.check(value).map(({ path, message }) => ({ path: `value${path}`, message }));
  const [first] = problems;
  if (first) throw new AppError('run/does-not-fit', `${first.path}: ${first.message}`, { errors: problems });
}

function requireSame(before: MadeDecision, made: MadeDecision): void {
  const text = ({ decision, value, reason, by }: MadeDecision) =>
    canonicalJson({ decision, value: value ?? null, reason, by } satisfies Record<string, Json>);
  if (text(before) === text(made)) return;
  throw new AppError('run/already-decided', `${before.by} decided ${made.key} already: ${before.decision}.`);
}
