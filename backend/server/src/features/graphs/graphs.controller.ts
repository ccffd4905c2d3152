import { Body, Controller, Get, HttpCode, Header, Param, Post, Query, Res } from '@nestjs/common';
import {
  GraphView,
  GraphListQuery,
  GraphPage,
  GraphVersionPage,
  graphJsonSchema,
  PageQuery,
  PersonaUploadAnswer,
  UploadAnswer,
  ValidateAnswer,
} from '@rehearse/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Creates } from '../../platform/http/creates.js';
import { type Principal, TakesBody } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, Public, READERS, Roles, Scopes, WRITERS } from '../access/index.js';
import { graphFilesOf, MAX_UPLOAD_BYTES, UPLOAD_TYPES } from './graph-files.js';
import { GraphsService } from './graphs.service.js';

const UPLOADED = z.union([UploadAnswer, PersonaUploadAnswer]);

const placeOf = (answer: z.infer<typeof UPLOADED>): string =>
  'graph' in answer
    ? `graphs/${answer.graph.name}@${answer.graph.version}`
    : `personas/${answer.personas[0]!.name}`;

@Controller('graphs')
export class GraphsController {
  constructor(private readonly graphs: GraphsService) {}

  @Post('upload')
  @Creates()
  @Roles(...WRITERS)
  @Scopes('graphs:write')
  @TakesBody({ types: UPLOAD_TYPES, limitBytes: MAX_UPLOAD_BYTES })
  @Answers({
    status: 201,
    description: 'A new version; of personas alone those that are kept now.',
    schema: UPLOADED,
  })
  @Answers({ status: 200, description: 'What has this content already.', schema: UPLOADED })
  async upload(
    @CurrentPrincipal() principal: Principal,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { answer, created } = await this.graphs.take(principal, graphFilesOf(body));
    reply.status(created ? 201 : 200).header('location', `/api/v1/${placeOf(answer)}`);
    return answer;
  }

  @Post('validate')
  @HttpCode(200)
  @Roles(...READERS)
  @Scopes('graphs:read', 'graphs:write')
  @TakesBody({ types: UPLOAD_TYPES, limitBytes: MAX_UPLOAD_BYTES })
  @Answers({ status: 200, description: 'What upload would say.', schema: ValidateAnswer })
  validate(@CurrentPrincipal() principal: Principal, @Body() body: unknown) {
    return this.graphs.validate(principal, graphFilesOf(body));
  }

  @Get()
  @Roles(...READERS)
  @Scopes('graphs:read')
  @Answers({ status: 200, description: 'By name, in the newest version.', schema: GraphPage })
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: GraphListQuery }) query: GraphListQuery) {
    return this.graphs.list(principal, query);
  }

  /** Editors fetch it, and have no token. */
  @Get('schema.json')
  @Public()
  @Header('content-type', 'application/schema+json; charset=utf-8')
  @Answers({ status: 200, description: 'JSON Schema of the graph format.', type: 'application/schema+json' })
  schema(): object {
    return graphJsonSchema();
  }

  @Get(':graph')
  @Roles(...READERS)
  @Scopes('graphs:read')
  @Answers({ status: 200, description: 'By id, name or name@version.', schema: GraphView })
  get(@CurrentPrincipal() principal: Principal, @Param('graph') graph: string) {
    return this.graphs.get(principal, graph);
  }

  @Get(':graph/versions')
  @Roles(...READERS)
  @Scopes('graphs:read')
  @Answers({ status: 200, description: 'Newest first.', schema: GraphVersionPage })
  versions(
    @CurrentPrincipal() principal: Principal,
    @Param('graph') graph: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ) {
    return this.graphs.versions(principal, graph, query);
  }

  @Get(':graph/yaml')
  @Roles(...READERS)
  @Scopes('graphs:read')
  @Header('content-type', 'text/yaml; charset=utf-8')
  @Answers({ status: 200, description: 'The text as it was uploaded.', type: 'text/yaml' })
  async yaml(
    @CurrentPrincipal() principal: Principal,
    @Param('graph') graph: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { source, digest } = await this.graphs.yaml(principal, graph);
    reply.header('etag', `"${digest}"`);
    return source;
  }
}
