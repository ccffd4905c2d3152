import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  CreateExperimentRequest,
  ExperimentControlAnswer,
  ExperimentControlRequest,
  ExperimentEnvelope,
  ExperimentListQuery,
  ExperimentMetrics,
  ExperimentPage,
  ExperimentRetryAnswer,
  ExperimentView,
} from '@rehearse/contracts';
import type { FastifyReply } from 'fastify';
import { Creates } from '../../platform/http/creates.js';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes, WRITERS } from '../access/index.js';
import { ExperimentControlService } from './experiment-control.service.js';
import { ExperimentMetricsService } from './experiment-metrics.service.js';
import { ExperimentsService } from './experiments.service.js';

@Controller('experiments')
export class ExperimentsController {
  constructor(
    private readonly experiments: ExperimentsService,
    private readonly controls: ExperimentControlService,
    private readonly metrics: ExperimentMetricsService,
  ) {}

  @Post()
  @Creates()
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @Answers({ status: 201, description: 'Its runs are queued.', schema: ExperimentEnvelope })
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: CreateExperimentRequest }) request: CreateExperimentRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const experiments = await this.experiments.create(principal, request);
    const [experiment] = experiments;
    reply.header('location', `/api/v1/experiments/${experiment!.id}`);
    return { experiment: experiment!, ...(request.suite !== undefined && { experiments }) };
  }

  @Get()
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'Newest first.', schema: ExperimentPage })
  list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: ExperimentListQuery }) query: ExperimentListQuery,
  ) {
    return this.experiments.list(principal, query);
  }

  @Get(':id')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'Progress, pass rate, pass^k and cases.', schema: ExperimentView })
  get(@CurrentPrincipal() principal: Principal, @Param('id') id: string) {
    return this.experiments.get(principal, id);
  }

  @Get(':id/metrics')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({
    status: 200,
    description: 'The mean score of each metric, over all runs that count.',
    schema: ExperimentMetrics,
  })
  metricsOf(@CurrentPrincipal() principal: Principal, @Param('id') id: string) {
    return this.metrics.of(principal, id);
  }

  @Post(':id/control')
  @HttpCode(202)
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @Answers({ status: 202, description: 'Asked of all its runs.', schema: ExperimentControlAnswer })
  control(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: ExperimentControlRequest }) request: ExperimentControlRequest,
  ) {
    return this.controls.control(principal, id, request);
  }

  @Post(':id/retry-errored')
  @HttpCode(202)
  @Creates()
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @Answers({ status: 202, description: 'The errored runs are made anew.', schema: ExperimentRetryAnswer })
  retryErrored(@CurrentPrincipal() principal: Principal, @Param('id') id: string) {
    return this.controls.retryErrored(principal, id);
  }
}
