import { Body, Controller, Post, Res } from '@nestjs/common';
import { GraphImportAnswer, ImportAnswer } from '@rehearse/contracts';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../platform/errors/index.js';
import { Creates } from '../../platform/http/creates.js';
import { BODY_LIMITS, MultipartBody, type Principal, TakesBody } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, Roles, Scopes, WRITERS } from '../access/index.js';
import { GraphImportsService } from './graph-imports.service.js';
import { InteropService } from './interop.service.js';

@Controller('import')
export class InteropController {
  constructor(
    private readonly interop: InteropService,
    private readonly graphImports: GraphImportsService,
  ) {}

  @Post('promptfoo')
  @Creates()
  @Roles(...WRITERS)
  @Scopes('graphs:write')
  @TakesBody({ types: ['multipart/form-data'], limitBytes: BODY_LIMITS.import })
  @Answers({ status: 201, description: 'A graph for each prompt.', schema: GraphImportAnswer })
  @Answers({ status: 200, description: 'All of them were here already.', schema: GraphImportAnswer })
  async promptfoo(
    @CurrentPrincipal() principal: Principal,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { answer, created } = await this.graphImports.promptfoo(principal, body);
    reply.status(created ? 201 : 200);
    return answer;
  }

  @Post('agents')
  @Creates()
  @Roles(...WRITERS)
  @Scopes('graphs:write')
  @TakesBody({ types: ['multipart/form-data'], limitBytes: BODY_LIMITS.import })
  @Answers({ status: 201, description: 'A graph for each agent.', schema: GraphImportAnswer })
  @Answers({ status: 200, description: 'All of them were here already.', schema: GraphImportAnswer })
  async agents(
    @CurrentPrincipal() principal: Principal,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { answer, created } = await this.graphImports.agents(principal, body);
    reply.status(created ? 201 : 200);
    return answer;
  }

  @Post('trajectories')
  @Creates()
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @TakesBody({ types: ['multipart/form-data'], limitBytes: BODY_LIMITS.import })
  @Answers({ status: 201, description: 'One experiment of all recordings.', schema: ImportAnswer })
  @Answers({
    status: 200,
    description: 'The same file was imported before: nothing was added.',
    schema: ImportAnswer,
  })
  async trajectories(
    @CurrentPrincipal() principal: Principal,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (!(body instanceof MultipartBody))
      throw new AppError('graph/no-file', 'Send a form with the field `file`.');
    const answer = await this.interop.importTrajectories(principal, {
      file: body.filesOf('file')[0],
      format: body.fields['format'],
      graph: body.filesOf('graph')[0] ?? body.fields['graph'],
    });
    reply
      .status(answer.existing ? 200 : 201)
      .header('location', `/api/v1/experiments/${answer.experiment.id}`);
    return answer;
  }
}
