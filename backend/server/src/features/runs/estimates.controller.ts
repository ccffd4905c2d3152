import { Controller, Get, Param } from '@nestjs/common';
import { RunEstimate } from '@rehearse/contracts';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes } from '../access/index.js';
import { EstimatesService } from './estimates.service.js';

@Controller('runs')
export class EstimatesController {
  constructor(private readonly estimates: EstimatesService) {}

  @Get(':id/estimate')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({
    status: 200,
    description: 'How many nodes the graph has, and how long its earlier runs took.',
    schema: RunEstimate,
  })
  estimate(@CurrentPrincipal() principal: Principal, @Param('id') id: string) {
    return this.estimates.of(principal, id);
  }
}
