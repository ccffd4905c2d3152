import {
  normalisersOf,
  type RunDiff,
  type RunDiffQuery,
  type RunDiffSide,
  type RunDiffStep,
  type RunDiffStepQuery,
} from '@rehearse/contracts';
import { diffRuns, diffStep, type DiffedRun, type DiffedStep } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/principal.js';
import { RunsRepository } from './runs.repository.js';
import { RunsService } from './runs.service.js';

interface Pair {
  a: string;
  b: string;
}

/** Two runs beside each other, whatever they are of; one that has not ended, as far as it is. */
@Injectable()
export class RunDiffsService {
  constructor(
    private readonly runs: RunsService,
    private readonly repository: RunsRepository,
  ) {}

  async diff(
    { tenantId }: Pick<Principal, 'tenantId'>,
    { a, b, ignore, contents }: RunDiffQuery & Pair,
  ): Promise<RunDiff> {
    const [before, after] = [await this.side(tenantId, a), await this.side(tenantId, b)];
    const diff = diffRuns({ a: before, b: after, ignore: normalisersOf(ignore) ?? [] });
    return contents === 'none' ? { ...diff, steps: diff.steps.map(outlineOf) } : diff;
  }

  /** One step of the diff, from the events of that step alone. */
  async step(
    { tenantId }: Pick<Principal, 'tenantId'>,
    { a, b, seqA, seqB, ignore }: RunDiffStepQuery & Pair,
  ): Promise<RunDiffStep> {
    const sides = { a: await this.stepOf(tenantId, a, seqA), b: await this.stepOf(tenantId, b, seqB) };
    const step = diffStep({ ...sides, ignore: normalisersOf(ignore) ?? [] });
    if (!step) throw new AppError('run/no-such-step', 'No step of these runs begins with this event.');
    return step;
  }

  private async side(tenantId: string, runId: string): Promise<DiffedRun> {
    const { id, graph, graphDigest } = await this.runs.find(tenantId, runId);
    const events = await this.repository.journal(tenantId, id);
    return { events, graph: { name: graph, digest: graphDigest } };
  }

  private async stepOf(tenantId: string, runId: string, seq: number | undefined): Promise<DiffedStep | null> {
    const { id } = await this.runs.find(tenantId, runId);
    return seq === undefined ? null : { events: await this.repository.journalOfStep(tenantId, id, seq), seq };
  }
}

/** What of a step a list shows: what it is and whether it differs, not in what. */
const outlineOf = ({ text: _, json: __, a, b, ...step }: RunDiffStep): RunDiffStep => ({
  ...step,
  a: withoutContent(a),
  b: withoutContent(b),
});

const withoutContent = (side: RunDiffSide | null): RunDiffSide | null =>
  side && { key: side.key, seq: side.seq, attempt: side.attempt, type: side.type, label: side.label };
