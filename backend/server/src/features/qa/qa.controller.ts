import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  DecisionRequest,
  ReplayAnswer,
  ReplayQuery,
  ReplayRequest,
  RunControlAnswer,
  RunControlRequest,
  RunEnvelope,
  RunListQuery,
  RunPage,
} from '@rehearse/contracts';
import { Creates } from '../../platform/http/creates.js';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes, WRITERS } from '../access/index.js';
import { DecisionsService, RunsService } from '../runs/index.js';
import { QaService } from './qa.service.js';
import { ReplaysService } from './replays.service.js';

@Controller('user-testing/runs')
export class QaController {
  constructor(
    private readonly qa: QaService,
    private readonly runs: RunsService,
    private readonly decisions: DecisionsService,
    private readonly replays: ReplaysService,
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
  @Creates()
  @Roles(...READERS)
  @Scopes('runs:read', 'runs:write')
  @Answers({
    status: 200,
    description: 'What the replay came to; of fork and chaos the run that was made.',
    schema: ReplayAnswer,
  })
  @Answers({ status: 202, description: 'The run of fork or chaos goes on.', schema: ReplayAnswer })
  async replay(
    @CurrentPrincipal() principal: Principal,
    @Param('id') runId: string,
    @Query({ schema: ReplayQuery }) query: ReplayQuery,
    @Body({ schema: ReplayRequest.prefault({}) }) request: ReplayRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const answer = await this.replays.replay(principal, runId, request, query);
    const isMade = answer.parent !== undefined;
    if (isMade) reply.header('location', `/api/v1/runs/${answer.run.id}`);
    if (isMade && answer.verdict === null) reply.status(202);
    return answer;
  }
}
