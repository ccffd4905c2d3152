import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { AttributeRequest, AttributionEnvelope, AttributionList } from '@rehearse/contracts';
import type { FastifyReply } from 'fastify';
import { Creates } from '../../platform/http/creates.js';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes, WRITERS } from '../access/index.js';
import { AttributionsService } from './attributions.service.js';

@Controller('experiments')
export class AttributionsController {
  constructor(private readonly attributions: AttributionsService) {}

  @Post(':id/attribute')
  @HttpCode(202)
  @Creates()
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @Answers({
    status: 202,
    description: 'Reruns that tell by whom its verdicts vary are queued; `estimateUsd` is what they cost.',
    schema: AttributionEnvelope,
  })
  async start(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: AttributeRequest.prefault({}) }) request: AttributeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const attribution = await this.attributions.start(principal, id, request);
    reply.header('location', `/api/v1/experiments/${attribution.of}/attributions/${attribution.id}`);
    return { attribution };
  }

  @Get(':id/attributions')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'Newest first, without their results.', schema: AttributionList })
  list(@CurrentPrincipal() principal: Principal, @Param('id') id: string) {
    return this.attributions.list(principal, id);
  }

  @Get(':id/attributions/:attributionId')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({
    status: 200,
    description: 'Shares of judge, model, tools and environment, as far as the reruns have ended.',
    schema: AttributionEnvelope,
  })
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Param('attributionId') attributionId: string,
  ) {
    return { attribution: await this.attributions.get(principal, id, attributionId) };
  }
}
