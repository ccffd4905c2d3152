import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { GenerateAnswer, GenerateRequest } from '@rehearse/contracts';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, Roles, Scopes, WRITERS } from '../access/index.js';
import { BuilderService } from './builder.service.js';

@Controller('graphs/builder')
export class BuilderController {
  constructor(private readonly builder: BuilderService) {}

  @Post('generate')
  @HttpCode(200)
  @Roles(...WRITERS)
  @Scopes('graphs:write')
  @Answers({ status: 200, description: 'A graph as YAML; nothing is stored.', schema: GenerateAnswer })
  generate(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: GenerateRequest }) request: GenerateRequest,
  ) {
    return this.builder.generate(principal, request);
  }
}
