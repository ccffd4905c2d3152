import type { RunControlAnswer, RunControlRequest } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/index.js';
import { ControlsService, RunsService } from '../runs/index.js';
import { ReplaysService } from './replays.service.js';

/** What people do with runs: with those that go on, and with those that have ended. */
@Injectable()
export class QaService {
  constructor(
    private readonly runs: RunsService,
    private readonly controls: ControlsService,
    private readonly replays: ReplaysService,
  ) {}

  async control(
    principal: Principal,
    runId: string,
    { action, reason }: RunControlRequest,
  ): Promise<RunControlAnswer> {
    if (action !== 'replay')
      return { run: await this.controls.control(principal, runId, { action, reason }), requested: action };
    const replay = await this.replays.replay(principal, runId, { mode: 'strict' });
    return { run: await this.runs.get(principal, runId), requested: action, replay };
  }
}
