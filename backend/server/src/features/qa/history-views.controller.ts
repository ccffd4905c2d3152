import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { HistoryViewEnvelope, HistoryViewList, SaveHistoryViewRequest } from '@rehearse/contracts';
import { Creates } from '../../platform/http/creates.js';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes } from '../access/index.js';
import { HistoryViewsService } from './history-views.service.js';

/** Saved filters of `GET /user-testing/runs/history`. */
@Controller('user-testing/runs/history/views')
export class HistoryViewsController {
  constructor(private readonly views: HistoryViewsService) {}

  @Get()
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'One’s own, then those that others share.', schema: HistoryViewList })
  list(@CurrentPrincipal() principal: Principal) {
    return this.views.list(principal);
  }

  @Post()
  @Creates()
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 201, description: 'It is kept.', schema: HistoryViewEnvelope })
  async save(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: SaveHistoryViewRequest }) request: SaveHistoryViewRequest,
  ) {
    return { view: await this.views.save(principal, request) };
  }

  @Delete(':id')
  @HttpCode(204)
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 204, description: 'It is gone.' })
  remove(@CurrentPrincipal() principal: Principal, @Param('id') id: string) {
    return this.views.remove(principal, id);
  }
}
