import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { RetentionPreview, RetentionRules, RetentionView } from '@rehearse/contracts';
import { ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/index.js';
import { CurrentPrincipal, Roles } from '../access/index.js';
import { RetentionService } from './retention.service.js';

@ApiTags('Retention')
@Controller('retention')
export class RetentionController {
  constructor(private readonly retention: RetentionService) {}

  @Get()
  @Roles('Admin')
  @Answers({ status: 200, schema: RetentionView, description: 'How long runs are kept.' })
  rules(@CurrentPrincipal() principal: Principal): Promise<RetentionView> {
    return this.retention.rules(principal);
  }

  @Put()
  @Roles('Admin')
  @Answers({ status: 200, schema: RetentionView, description: 'The rules hold from now on.' })
  set(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: RetentionRules }) rules: RetentionRules,
  ): Promise<RetentionView> {
    return this.retention.set(principal, rules);
  }

  @Post('preview')
  @HttpCode(200)
  @Roles('Admin')
  @Answers({ status: 200, schema: RetentionPreview, description: 'What the rules would delete; nothing is.' })
  preview(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: RetentionRules }) rules: RetentionRules,
  ): Promise<RetentionPreview> {
    return this.retention.preview(principal, rules);
  }
}
