import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  CreateSimulationRequest,
  PageQuery,
  SimulationAnswer,
  SimulationPage,
  SimulationView,
} from '@rehearse/contracts';
import type { FastifyReply } from 'fastify';
import { Creates } from '../../platform/http/creates.js';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes, WRITERS } from '../access/index.js';
import { SimulationsService } from './simulations.service.js';

@Controller('user-testing/simulations')
export class SimulationsController {
  constructor(private readonly simulations: SimulationsService) {}

  @Post()
  @HttpCode(202)
  @Creates()
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @Answers({ status: 202, description: 'The conversations are queued.', schema: SimulationAnswer })
  async start(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: CreateSimulationRequest }) request: CreateSimulationRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const answer = await this.simulations.start(principal, request);
    reply.header('location', `/api/v1/user-testing/simulations/${answer.simulation.id}`);
    return answer;
  }

  @Get()
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'Newest first.', schema: SimulationPage })
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: PageQuery }) query: PageQuery) {
    return this.simulations.list(principal, query);
  }

  @Get(':id')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'By persona.', schema: SimulationView })
  get(@CurrentPrincipal() principal: Principal, @Param('id') id: string) {
    return this.simulations.get(principal, id);
  }
}
