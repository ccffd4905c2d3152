import type { ReplayAnswer, ReplayRequest, RunControlAnswer, RunControlRequest } from '@rehearse/contracts';
import { foldRun, replayRecording, replayStrict, type StrictReplay } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { ControlsService, runSummary, RunsService, type RunWithJournal } from '../runs/index.js';

/** What people do with runs: with those that go on, and with those that have ended. */
@Injectable()
export class QaService {
  constructor(
    private readonly runs: RunsService,
    private readonly controls: ControlsService,
  ) {}

  async control(
    principal: Principal,
    runId: string,
    { action, reason }: RunControlRequest,
  ): Promise<RunControlAnswer> {
    if (action !== 'replay')
      return { run: await this.controls.control(principal, runId, { action, reason }), requested: action };
    const replay = await this.replay(principal, { runId, mode: 'strict' });
    return { run: await this.runs.get(principal, runId), requested: action, replay };
  }

  /** Goes through a journal again; nothing leaves the process, and no run is made. */
  async replay(
    principal: Principal,
    { runId, mode }: ReplayRequest & { runId: string },
  ): Promise<ReplayAnswer> {
    if (mode !== 'strict') {
      await this.runs.find(principal.tenantId, runId);
      throw new AppError('run/not-supported-yet', `The mode ${mode} is not there yet; strict is.`);
    }
    const recorded = await this.runs.withJournal(principal, runId);
    const { identical, reexecuted, digest, verdictDigest, divergence } = await replayOf(recorded);
    const answer = { run: runSummary(recorded.run), mode, identical, reexecuted, digest, verdictDigest };
    return divergence ? { ...answer, divergence } : answer;
  }
}

async function replayOf({ run, events, graph }: RunWithJournal): Promise<StrictReplay> {
  if (graph) return replayStrict({ graph, events });
  const replay = replayRecording({ events, graphDigest: run.graphDigest });
  if (replay.identical) requireSameFold({ run, events });
  return replay;
}

/** The stored state of a recording is the fold of its events; anything else is our own fault and is said aloud. */
function requireSameFold({ run, events }: Pick<RunWithJournal, 'run' | 'events'>): void {
  const fold = foldRun(events);
  if (fold.verdict !== run.verdict || fold.digest !== run.digest || fold.verdictDigest !== run.verdictDigest)
    throw new Error(`run ${run.id}: the stored state is not the fold of its journal`);
}
