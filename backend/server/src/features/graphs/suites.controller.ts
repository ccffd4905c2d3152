import { Controller, Get, Param, Query } from '@nestjs/common';
import { PageQuery, SuitePage, SuiteView } from '@rehearse/contracts';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes } from '../access/index.js';
import { SuitesService } from './suites.service.js';

/** They are uploaded with graphs, and run by `POST /experiments`. */
@Controller('suites')
export class SuitesController {
  constructor(private readonly suites: SuitesService) {}

  @Get()
  @Roles(...READERS)
  @Scopes('graphs:read')
  @Answers({ status: 200, description: 'By name, in the newest version.', schema: SuitePage })
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: PageQuery }) query: PageQuery) {
    return this.suites.list(principal, query);
  }

  @Get(':suite')
  @Roles(...READERS)
  @Scopes('graphs:read')
  @Answers({ status: 200, description: 'By id, name or name@version.', schema: SuiteView })
  get(@CurrentPrincipal() principal: Principal, @Param('suite') suite: string) {
    return this.suites.get(principal, suite);
  }
}
