import { normalisersOf, type RunDiff, type RunDiffQuery } from '@rehearse/contracts';
import { diffRuns, type DiffedRun } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/principal.js';
import { RunsRepository } from './runs.repository.js';
import { RunsService } from './runs.service.js';

/** Two runs beside each other, whatever they are of; one that has not ended, as far as it is. */
@Injectable()
export class RunDiffsService {
  constructor(
    private readonly runs: RunsService,
    private readonly repository: RunsRepository,
  ) {}

  async diff(
    { tenantId }: Pick<Principal, 'tenantId'>,
    { a, b, ignore }: RunDiffQuery & { a: string; b: string },
  ): Promise<RunDiff> {
    const [before, after] = [await this.side(tenantId, a), await this.side(tenantId, b)];
    return diffRuns({ a: before, b: after, ignore: normalisersOf(ignore) ?? [] });
  }

  private async side(tenantId: string, runId: string): Promise<DiffedRun> {
    const { id, graph, graphDigest } = await this.runs.find(tenantId, runId);
    const events = await this.repository.journal(tenantId, id);
    return { events, graph: { name: graph, digest: graphDigest } };
  }
}
