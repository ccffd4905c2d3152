import { Controller, Get, Param } from '@nestjs/common';
import { ForkTree, RunOrigins } from '@rehearse/contracts';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes } from '../access/index.js';
import { ForksService } from './forks.service.js';

@Controller('runs')
export class ForksController {
  constructor(private readonly forks: ForksService) {}

  @Get(':id/forks')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({
    status: 200,
    description: 'The tree of forks that the run is in, each behind the run that it was forked from.',
    schema: ForkTree,
  })
  tree(@CurrentPrincipal() principal: Principal, @Param('id') id: string) {
    return this.forks.tree(principal, id);
  }

  @Get(':id/origins')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({
    status: 200,
    description: 'Which answers came from the tape of a parent, which were had anew, and what those cost.',
    schema: RunOrigins,
  })
  origins(@CurrentPrincipal() principal: Principal, @Param('id') id: string) {
    return this.forks.origins(principal, id);
  }
}
