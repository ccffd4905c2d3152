import type { RunView } from '@rehearse/contracts';
import { foldRun, namedContracts, nodeTypesOf } from '@rehearse/engine';
import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { Metrics } from '../../platform/telemetry/index.js';
import { GraphsService } from '../graphs/index.js';
import { Actors } from './actors.js';
import type { ControlAction, Order } from './control-events.js';
import { type Controlled, type Controls, ControlsRepository, type FoldOf } from './controls.repository.js';
import { RUN_DISPATCHER, type RunDispatcher } from './run-dispatcher.js';
import { RunFeed } from './run-feed.js';
import { RunsService } from './runs.service.js';

interface ControlRequest {
  action: ControlAction;
  reason?: string | undefined;
}

/** Pauses, resumes and stops runs: at once where nobody drives them, else their workers are asked. */
@Injectable()
export class ControlsService {
  constructor(
    private readonly runs: RunsService,
    private readonly controls: ControlsRepository,
    private readonly graphs: GraphsService,
    private readonly actors: Actors,
    private readonly feed: RunFeed,
    private readonly metrics: Metrics,
    @Inject(RUN_DISPATCHER) private readonly dispatcher: RunDispatcher,
  ) {}

  /** What is so already, or is asked for already, changes nothing. */
  async control(principal: Principal, runId: string, request: ControlRequest): Promise<RunView> {
    const run = await this.runs.find(principal.tenantId, runId);
    const { open, refused, effected } = await this.order(principal, { runId: run.id }, request);
    if (refused > 0)
      throw new AppError('run/stopping', `The run is being stopped; it cannot be ${PAST[request.action]}.`);
    if (open === 0) await this.requireEnded(principal, { runId, ...request });
    // Those that were to be compared with a run that was stopped say that they cannot.
    for (const stopped of effected) if (stopped.action === 'stop') await this.dispatcher.poke(stopped);
    return this.runs.get(principal, runId);
  }

  /** Gives an order to all runs that are meant and have not ended, and tells whom it concerns. */
  async order(principal: Principal, controlled: Controlled, request: ControlRequest): Promise<Controls> {
    const { action, reason = null } = request;
    const order: Order = { action, reason, by: await this.actors.nameOf(principal) };
    const making = { now: () => Date.now(), fold: this.fold };
    const controls = await this.controls.order(principal.tenantId, controlled, order, making);
    await this.tell(controls);
    return controls;
  }

  /** A group of runs has another number of places from now on. */
  resize(): void {
    this.dispatcher.resize();
  }

  private async tell({ effected, asked }: Controls): Promise<void> {
    for (const run of effected) {
      const { runId, tenantId, final } = run;
      this.feed.appended(run);
      this.feed.changed({ runId, tenantId });
      if (final) this.metrics.runEnded({ status: final.status, durationMs: final.durationMs ?? 0 });
      if (run.action === 'resume') await this.dispatcher.poke({ runId, tenantId });
    }
    for (const ticket of asked) {
      this.feed.requested(ticket.runId);
      this.feed.changed(ticket);
    }
  }

  private readonly fold: FoldOf = async ({ tenantId, graphVersionId, matrix }, journal) => {
    const graph = await this.graphs.compiledVersion(tenantId, graphVersionId, matrix);
    return graph ? foldRun(journal, namedContracts(graph), nodeTypesOf(graph)) : foldRun(journal);
  };

  private async requireEnded(
    { tenantId }: Principal,
    { runId, action }: ControlRequest & { runId: string },
  ): Promise<void> {
    const { status } = await this.runs.find(tenantId, runId);
    if (status === 'canceled' && action === 'stop') return;
    throw new AppError('run/has-ended', `The run is ${status}; it cannot be ${PAST[action]}.`);
  }
}

const PAST: Readonly<Record<ControlAction, string>> = { pause: 'paused', resume: 'resumed', stop: 'stopped' };
