import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Open } from '../http/open.js';
import { Answers } from '../openapi/answers.js';
import { Metrics } from './metrics.js';

const PROMETHEUS_TEXT = 'text/plain';

@Controller('metrics')
@Open()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @ApiExcludeEndpoint()
  readShort(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return this.read(reply);
  }

  @Get('prometheus')
  @Answers({ status: 200, type: PROMETHEUS_TEXT, description: 'Metrics in the text format of Prometheus.' })
  async read(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.contentType).header('cache-control', 'no-store');
    return this.metrics.text();
  }
}
