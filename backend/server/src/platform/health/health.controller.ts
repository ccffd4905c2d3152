import { Controller, Get, Res } from '@nestjs/common';
import { HealthView, LiveView, ReadyView } from '@rehearse/contracts';
import type { FastifyReply } from 'fastify';
import { Answers } from '../openapi/answers.js';
import { Open } from '../http/open.js';
import { Lifecycle } from './lifecycle.js';
import { Readiness } from './readiness.js';
import { VERSION } from './version.js';

@Controller()
@Open()
export class HealthController {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly readiness: Readiness,
  ) {}

  @Get('health')
  @Answers({ status: 200, schema: HealthView, description: 'The process runs.' })
  health(): HealthView {
    return {
      status: this.lifecycle.isDraining ? 'draining' : 'ok',
      version: VERSION,
      pid: process.pid,
      uptimeMs: Math.round(process.uptime() * 1_000),
    };
  }

  @Get('live')
  @Answers({ status: 200, schema: LiveView, description: 'The event loop turns.' })
  live() {
    return { live: true };
  }

  @Get('ready')
  @Answers({ status: 200, schema: ReadyView, description: 'Requests are taken.' })
  @Answers({ status: 503, schema: ReadyView, description: 'Not now; `checks` say why.' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyView> {
    const view = await this.readiness.check();
    void reply.status(view.ready ? 200 : 503).header('cache-control', 'no-store');
    return view;
  }
}
