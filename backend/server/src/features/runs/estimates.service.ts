import type { RunEstimate } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/principal.js';
import { GraphsService } from '../graphs/index.js';
import { EstimatesRepository } from './estimates.repository.js';
import { RunsService } from './runs.service.js';

/** Fewer runs say nothing of the next one. */
const LEAST_RUNS = 3;

/** How long a run may take, by those of the same graph digest before it. */
@Injectable()
export class EstimatesService {
  constructor(
    private readonly estimates: EstimatesRepository,
    private readonly runs: RunsService,
    private readonly graphs: GraphsService,
  ) {}

  async of({ tenantId }: Principal, runId: string): Promise<RunEstimate> {
    const run = await this.runs.find(tenantId, runId);
    const graph = run.imported
      ? null
      : await this.graphs.compiledVersion(tenantId, run.graphVersionId, run.matrix);
    const { runs, p50, p90 } = await this.estimates.durations(run);
    const isKnown = runs >= LEAST_RUNS && p50 !== null && p90 !== null;
    return { nodes: graph?.nodes.length ?? null, runs, durationMs: isKnown ? { p50, p90 } : null };
  }
}
