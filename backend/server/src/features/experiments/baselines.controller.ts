import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  BaselineEnvelope,
  BaselineList,
  BaselineQuery,
  ExperimentComparison,
  PinBaselineRequest,
} from '@rehearse/contracts';
import { Creates } from '../../platform/http/creates.js';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes, WRITERS } from '../access/index.js';
import { ExperimentComparisonsService } from './experiment-comparisons.service.js';

@Controller('experiments')
export class BaselinesController {
  constructor(private readonly comparisons: ExperimentComparisonsService) {}

  @Get('baselines')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'By graph and name.', schema: BaselineList })
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: BaselineQuery }) query: BaselineQuery) {
    return this.comparisons.list(principal, query);
  }

  @Get(':a/compare/:b')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({
    status: 200,
    description: 'Case by case; a is the baseline, by its id or its pinned name.',
    schema: ExperimentComparison,
  })
  compare(@CurrentPrincipal() principal: Principal, @Param('a') a: string, @Param('b') b: string) {
    return this.comparisons.compare(principal, a, b);
  }

  @Post(':id/baseline')
  @HttpCode(200)
  @Creates()
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @Answers({ status: 200, description: 'The experiment has the name now.', schema: BaselineEnvelope })
  pin(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: PinBaselineRequest.prefault({}) }) request: PinBaselineRequest,
  ) {
    return this.comparisons.pin(principal, id, request);
  }
}
