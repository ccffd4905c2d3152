import type { ReplayAnswer, ReplayRequest } from '@rehearse/contracts';
import { foldRun, replayRecording, replayStrict, type StrictReplay } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { runSummary, RunsService, type RunWithJournal } from '../runs/index.js';

/** What is done with runs that have ended. */
@Injectable()
export class QaService {
  constructor(private readonly runs: RunsService) {}

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
