import { LinkRequest, LoginAnswer, LoginRequest, MeAnswer } from '@rehearse/contracts';
import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../platform/config/index.js';
import { isLoopback } from '../../platform/config/loopback.js';
import { CONFIG } from '../../platform/config/token.js';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/index.js';
import { CurrentPrincipal, Public, READERS, Roles, Scopes } from './declare.js';
import { requireSameSite } from './same-site.js';
import { REFRESH_TOKEN_MS, SessionsService, type Session } from './sessions.service.js';
import { UsersService } from './users.service.js';
import { SCOPES } from '@rehearse/contracts';

const COOKIE = 'rehearse_refresh';

@ApiTags('Access')
@Controller('auth')
export class SessionsController {
  private readonly origins: readonly string[];

  constructor(
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    const { publicUrl } = config;
    this.origins = [...config.corsOrigins, ...(publicUrl ? [new URL(publicUrl).origin] : [])];
  }

  @Post('login')
  @Public()
  @HttpCode(200)
  @Answers({ status: 200, schema: LoginAnswer, description: 'Signed in; the refresh token is a cookie.' })
  async login(
    @Body({ schema: LoginRequest }) credentials: LoginRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginAnswer> {
    requireSameSite(request, this.origins);
    return this.answer(await this.sessions.login(credentials), { request, reply });
  }

  @Post('link')
  @Public()
  @HttpCode(200)
  @Answers({ status: 200, schema: LoginAnswer, description: 'Signed in by a link that works once.' })
  async link(
    @Body({ schema: LinkRequest }) { token }: LinkRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginAnswer> {
    requireSameSite(request, this.origins);
    return this.answer(await this.sessions.useLink(token), { request, reply });
  }

  @Post('refresh')
  @Public()
  @HttpCode(200)
  @Answers({
    status: 200,
    schema: LoginAnswer,
    description: 'A new access token; the cookie is a new one too.',
  })
  async refresh(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginAnswer> {
    requireSameSite(request, this.origins);
    return this.answer(await this.sessions.refresh(request.cookies[COOKIE]), { request, reply });
  }

  @Post('logout')
  @Public()
  @HttpCode(204)
  @Answers({ status: 204, description: 'Signed out, or was not in.' })
  async logout(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    requireSameSite(request, this.origins);
    await this.sessions.logout(request.cookies[COOKIE]);
    void reply.clearCookie(COOKIE, { path: cookiePath(request) });
  }

  @Get('me')
  @Roles(...READERS)
  @Scopes(...SCOPES)
  @Answers({ status: 200, schema: MeAnswer, description: 'Who asks.' })
  me(@CurrentPrincipal() principal: Principal): Promise<MeAnswer> {
    return this.users.describe(principal);
  }

  private answer(
    { answer, refreshToken }: Session,
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  ): LoginAnswer {
    void reply.header('cache-control', 'no-store').setCookie(COOKIE, refreshToken, {
      httpOnly: true,
      sameSite: 'strict',
      secure: !isLoopback(this.config.host),
      path: cookiePath(request),
      maxAge: REFRESH_TOKEN_MS / 1_000,
    });
    return answer;
  }
}

/** Only as far as the paths that read it: those the client uses, with the prefix or without. */
const cookiePath = (request: FastifyRequest): string =>
  request.originalUrl.startsWith('/api/v1/') ? '/api/v1/auth' : '/auth';
