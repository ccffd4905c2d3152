import type { GenerateAnswer, GenerateRequest } from '@rehearse/contracts';
import { graphFromDescription, graphFromRun, graphFromSpec } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/index.js';
import { RunsService } from '../runs/index.js';
import { GraphWriter } from './graph-writer.js';

/** Writes graphs: from a description, from what a program lists, from what a run recorded. */
@Injectable()
export class BuilderService {
  constructor(
    private readonly runs: RunsService,
    private readonly writer: GraphWriter,
  ) {}

  async generate(principal: Principal, request: GenerateRequest): Promise<GenerateAnswer> {
    switch (request.from) {
      case 'description':
        return this.described(request);
      case 'spec': {
        const { from: _, ...spec } = request;
        return graphFromSpec(spec);
      }
      case 'run':
        return this.recorded(principal, request.runId);
      default:
        return request satisfies never;
    }
  }

  private async described({
    text,
    provider,
  }: Extract<GenerateRequest, { from: 'description' }>): Promise<GenerateAnswer> {
    if (provider === undefined || provider === 'mock') return graphFromDescription(text);
    return this.writer.write({ text, provider });
  }

  private async recorded(principal: Principal, runId: string): Promise<GenerateAnswer> {
    const { run, events, graph } = await this.runs.withJournal(principal, runId);
    const { caseId, seed, vars } = run;
    return graphFromRun({ graph, name: run.graph, events, caseId, vars, seed });
  }
}
