import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  DecisionRequest,
  ReplayAnswer,
  ReplayRequest,
  RunControlAnswer,
  RunControlRequest,
  RunEnvelope,
  RunListQuery,
  RunPage,
} from '@rehearse/contracts';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes, WRITERS } from '../access/index.js';
import { DecisionsService, RunsService } from '../runs/index.js';
import { QaService } from './qa.service.js';

@Controller('user-testing/runs')
export class QaController {
  constructor(
    private readonly qa: QaService,
    private readonly runs: RunsService,
    private readonly decisions: DecisionsService,
  ) {}

  @Get('history')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'Newest first.', schema: RunPage })
  history(@CurrentPrincipal() principal: Principal, @Query({ schema: RunListQuery }) query: RunListQuery) {
    return this.runs.list(principal, query);
  }

  @Post(':id/decisions')
  @HttpCode(202)
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @Answers({ status: 202, description: 'The decision is taken; the run goes on.', schema: RunEnvelope })
  async decide(
    @CurrentPrincipal() principal: Principal,
    @Param('id') runId: string,
    @Body({ schema: DecisionRequest }) request: DecisionRequest,
  ) {
    return { run: await this.decisions.decide(principal, runId, request) };
  }

  @Post(':id/control')
  @HttpCode(202)
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @Answers({
    status: 202,
    description: 'Asked for; an event tells when it took effect.',
    schema: RunControlAnswer,
  })
  control(
    @CurrentPrincipal() principal: Principal,
    @Param('id') runId: string,
    @Body({ schema: RunControlRequest }) request: RunControlRequest,
  ) {
    return this.qa.control(principal, runId, request);
  }

  @Post(':id/replay')
  @HttpCode(200)
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'Identical, or the first divergence.', schema: ReplayAnswer })
  replay(
    @CurrentPrincipal() principal: Principal,
    @Param('id') runId: string,
    @Body({ schema: ReplayRequest.prefault({}) }) request: ReplayRequest,
  ) {
    return this.qa.replay(principal, { ...request, runId });
  }
}
