import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import {
  CassetteImportAnswer,
  EventPage,
  EventsQuery,
  ExecuteRequest,
  RunDiff,
  RunDiffQuery,
  RunDiffStep,
  RunDiffStepQuery,
  RunEnvelope,
  RunListQuery,
  RunPage,
  RunView,
  RunViewQuery,
  StreamQuery,
} from '@rehearse/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Creates } from '../../platform/http/creates.js';
import { BODY_LIMITS, type Principal, TakesBody } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes, WRITERS } from '../access/index.js';
import { CASSETTE_TYPES, CassettesService } from './cassettes.service.js';
import { RunDiffsService } from './run-diffs.service.js';
import { RunStreams } from './run-streams.js';
import { RunsService } from './runs.service.js';

@Controller('runs')
export class RunsController {
  constructor(
    private readonly runs: RunsService,
    private readonly cassettes: CassettesService,
    private readonly streams: RunStreams,
    private readonly diffs: RunDiffsService,
  ) {}

  @Post('import')
  @Creates()
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @TakesBody({ types: CASSETTE_TYPES, limitBytes: BODY_LIMITS.import })
  @Answers({ status: 201, description: 'The runs of the cassette.', schema: CassetteImportAnswer })
  async import(
    @CurrentPrincipal() principal: Principal,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const answer = await this.cassettes.import(principal, body);
    reply.header('location', `/api/v1/runs/${answer.run.id}`);
    return answer;
  }

  @Post(':graph/execute')
  @Creates({ resumes: true })
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @Answers({ status: 200, description: 'The run has ended.', schema: RunEnvelope })
  @Answers({ status: 202, description: 'The run goes on; `wait` is over.', schema: RunEnvelope })
  async execute(
    @CurrentPrincipal() principal: Principal,
    @Param('graph') graph: string,
    @Body({ schema: ExecuteRequest.prefault({}) }) request: ExecuteRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { run, isOver } = await this.runs.execute(principal, { ...request, graph });
    reply.status(isOver ? 200 : 202).header('location', `/api/v1/runs/${run.id}`);
    return { run };
  }

  @Post(':graph/execute/async')
  @HttpCode(202)
  @Creates({ resumes: true })
  @Roles(...WRITERS)
  @Scopes('runs:write')
  @Answers({ status: 202, description: 'The run is queued.', schema: RunEnvelope })
  async executeAsync(
    @CurrentPrincipal() principal: Principal,
    @Param('graph') graph: string,
    @Body({ schema: ExecuteRequest.prefault({}) }) request: ExecuteRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const runId = await this.runs.start(principal, { ...request, graph });
    reply.header('location', `/api/v1/runs/${runId}`);
    return { run: await this.runs.get(principal, runId) };
  }

  @Get()
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'Newest first.', schema: RunPage })
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: RunListQuery }) query: RunListQuery) {
    return this.runs.list(principal, query);
  }

  @Get('stream/:id')
  @Roles(...READERS)
  @Scopes('runs:read')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The last seq that is known, as a browser sends it when it comes back; goes before `after`.',
    schema: { type: 'integer', minimum: 0 },
  })
  @Answers({ status: 200, description: 'The journal as it grows, and its end.', type: 'text/event-stream' })
  async stream(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: StreamQuery }) { after }: StreamQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.streams.open(principal, { runId: id, after, request, reply });
  }

  @Get(':id')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'The run with its steps and checks.', schema: RunView })
  get(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: RunViewQuery }) { atSeq }: RunViewQuery,
  ) {
    return atSeq === undefined ? this.runs.get(principal, id) : this.runs.at(principal, id, atSeq);
  }

  @Get(':id/events')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'The journal, by seq.', schema: EventPage })
  events(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: EventsQuery }) query: EventsQuery,
  ) {
    return this.runs.events(principal, id, query);
  }

  @Get(':id/blobs/:sha256')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({
    status: 200,
    description: 'A payload that its event leaves to a blob.',
    type: 'application/json',
  })
  async blob(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Param('sha256') sha256: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const text = await this.runs.blob(principal, id, sha256);
    // What has this name never changes; whether it may be seen does.
    reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'private, no-cache')
      .header('etag', `"${sha256}"`);
    return text;
  }

  @Get(':a/diff/:b')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'Two runs beside each other, step by step.', schema: RunDiff })
  diff(
    @CurrentPrincipal() principal: Principal,
    @Param('a') a: string,
    @Param('b') b: string,
    @Query({ schema: RunDiffQuery }) query: RunDiffQuery,
  ) {
    return this.diffs.diff(principal, { a, b, ...query });
  }

  @Get(':a/diff/:b/step')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'One step of both, with its contents.', schema: RunDiffStep })
  diffStep(
    @CurrentPrincipal() principal: Principal,
    @Param('a') a: string,
    @Param('b') b: string,
    @Query({ schema: RunDiffStepQuery }) query: RunDiffStepQuery,
  ) {
    return this.diffs.step(principal, { a, b, ...query });
  }

  @Get(':id/cassette')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({ status: 200, description: 'The journal as a file.', type: 'application/x-ndjson' })
  async cassette(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, text } = await this.cassettes.export(principal, id);
    reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}"`);
    return text;
  }
}
