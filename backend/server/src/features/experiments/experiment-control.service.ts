import type {
  ExperimentControlAnswer,
  ExperimentControlRequest,
  ExperimentRetryAnswer,
} from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { newIds } from '../../platform/ids.js';
import { type ControlAction, ControlsService, type RunDraft, RunsService } from '../runs/index.js';
import { ExperimentReplaysService } from './experiment-replays.service.js';
import { type ErroredRun, type ExperimentRecord, ExperimentsRepository } from './experiments.repository.js';
import { ExperimentsService } from './experiments.service.js';

/** Controls all runs of an experiment at once. */
@Injectable()
export class ExperimentControlService {
  constructor(
    private readonly experiments: ExperimentsService,
    private readonly repository: ExperimentsRepository,
    private readonly runs: RunsService,
    private readonly controls: ControlsService,
    private readonly replays: ExperimentReplaysService,
  ) {}

  /** Runs that have ended, or do already what is asked, stay as they are. */
  async control(
    principal: Principal,
    experimentId: string,
    { action, concurrency }: ExperimentControlRequest,
  ): Promise<ExperimentControlAnswer> {
    const { counts, id } = await this.experiments.find(principal.tenantId, experimentId);
    if (action === 'replay') {
      const replay = await this.replays.replay(principal, id);
      return { experiment: await this.experiments.get(principal, id), requested: action, replay };
    }
    const isStopped = action === 'stop' && counts.canceled > 0;
    if (counts.finished === counts.total && !isStopped)
      throw new AppError('experiment/has-ended', `All ${counts.total} runs of the experiment have ended.`);
    if (concurrency !== undefined) await this.resize(principal, id, concurrency);
    if (action !== undefined) await this.order(principal, id, action);
    const experiment = await this.experiments.get(principal, id);
    return { experiment, requested: action ?? 'concurrency' };
  }

  private async order(principal: Principal, experimentId: string, action: ControlAction): Promise<void> {
    const { open, refused } = await this.controls.order(principal, { experimentId }, { action });
    if (open > 0 && refused === open)
      throw new AppError('run/stopping', 'The experiment is being stopped; that cannot be taken back.');
  }

  private async resize({ tenantId }: Principal, id: string, limit: number): Promise<void> {
    await this.repository.resize(tenantId, id, limit);
    this.controls.resize();
  }

  /** Makes the errored runs anew, with the same inputs and seeds; the old ones stay, and count no longer. */
  async retryErrored(principal: Principal, experimentId: string): Promise<ExperimentRetryAnswer> {
    const { tenantId } = principal;
    const experiment = await this.experiments.find(tenantId, experimentId);
    const { id } = experiment;
    if (experiment.kind === 'import')
      throw new AppError(
        'graph/not-executable',
        'The runs were recorded elsewhere; they cannot be executed.',
      );
    let drafts: RunDraft[] = [];
    await this.repository.retry(tenantId, id, async (errored) => {
      const places = placesOf(errored);
      drafts = errored.map((run) => anew(run, { experiment, places, createdBy: principal.userId }));
      if (drafts.length > 0) await this.runs.store(tenantId, drafts);
      return places;
    });
    if (drafts.length === 0)
      throw new AppError('experiment/nothing-errored', 'No run of the experiment has errored.');
    await this.runs.dispatch(tenantId, drafts);
    const runs = drafts.map((draft) => draft.id) as ExperimentRetryAnswer['runs'];
    return { experiment: await this.experiments.get(principal, id), runs };
  }
}

/** Which new run takes the place of which old one; ids in the order of the runs keep lists in it. */
function placesOf(errored: readonly ErroredRun[]): ReadonlyMap<string, string> {
  const ids = newIds(errored.length);
  return new Map(errored.map((run, at) => [run.id, ids[at]!]));
}

interface Anew {
  experiment: ExperimentRecord;
  places: ReadonlyMap<string, string>;
  createdBy: string | null;
}

/** A follow-up follows what was made in place of its run, if that errored too. */
const anew = ({ follows, ...run }: ErroredRun, { experiment, places, createdBy }: Anew): RunDraft => ({
  ...run,
  id: places.get(run.id)!,
  graphVersionId: experiment.graphVersionId,
  experimentId: experiment.id,
  createdBy,
  ...(follows && { follows: { ...follows, runId: places.get(follows.runId) ?? follows.runId } }),
});
