import type { ExperimentReplay, ReplayAnswer } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { ReplaysService } from '../qa/index.js';
import { ExperimentsRepository } from './experiments.repository.js';

const MOST_TOLD = 100;

/** Goes through the journals of a whole experiment again. */
@Injectable()
export class ExperimentReplaysService {
  constructor(
    private readonly repository: ExperimentsRepository,
    private readonly replays: ReplaysService,
  ) {}

  /** One run after the other, so that a large experiment does not keep others from being served. */
  async replay(principal: Principal, experimentId: string): Promise<ExperimentReplay> {
    const runs = await this.repository.runs(principal.tenantId, experimentId);
    const finished = runs.filter(({ status }) => status === 'finished');
    if (finished.length === 0)
      throw new AppError('experiment/nothing-finished', 'A replay is of runs that have finished.');
    const diverged: ReplayAnswer[] = [];
    let identical = 0;
    for (const { id } of finished) {
      const answer = await this.replays.replay(principal, id, { mode: 'strict' });
      if (answer.identical) identical += 1;
      else if (diverged.length < MOST_TOLD) diverged.push(answer);
    }
    return { runs: finished.length, identical, diverged };
  }
}
