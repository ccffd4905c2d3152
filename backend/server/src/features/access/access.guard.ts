import type { Role, Scope } from '@rehearse/contracts';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors/index.js';
import { OPEN } from '../../platform/http/open.js';
import { RateLimits, contextOf, type Principal } from '../../platform/http/index.js';
import { Authenticator } from './authenticator.js';
import { PUBLIC, ROLES_ALLOWED, SCOPES_NEEDED } from './declare.js';

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Lets in who may come in. A route that declares nothing is closed. Sockets ask the Authenticator themselves. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(host: ExecutionContext): Promise<boolean> {
    if (host.getType() !== 'http' || this.declared(OPEN, host)) return true;
    const http = host.switchToHttp();
    const exchange = { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>() };
    if (this.declared(PUBLIC, host)) {
      await this.limits.countAddress(exchange.request, exchange.reply);
      return true;
    }
    const principal = await this.identify(exchange);
    contextOf(exchange.request).principal = principal;
    await this.limits.countPrincipal(principal, exchange.reply);
    this.authorize(principal, host);
    return true;
  }

  private async identify({ request, reply }: Exchange): Promise<Principal> {
    const credential = this.authenticator.fromHeader(request.headers.authorization);
    const principal = credential === null ? null : await this.authenticator.authenticate(credential);
    if (principal) return principal;
    // Guesses count against the address they come from.
    await this.limits.countAddress(request, reply);
    const detail =
      credential === null
        ? 'Send `Authorization: Bearer` with an access token (POST /auth/login) or an API key.'
        : 'The access token or API key is not valid, or no longer.';
    throw new AppError('access/unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer' } });
  }

  private authorize(principal: Principal, host: ExecutionContext): void {
    if (principal.role === 'API') this.authorizeMachine(principal, host);
    else this.authorizePerson(principal.role, host);
  }

  private authorizeMachine({ scopes }: Principal, host: ExecutionContext): void {
    const needed = (this.declared(SCOPES_NEEDED, host) ?? []) as Scope[];
    if (needed.some((scope) => scopes.includes(scope))) return;
    const detail =
      needed.length > 0 ? `This needs the scope ${needed.join(' or ')}.` : 'This is not for API keys.';
    throw new AppError('access/forbidden', detail);
  }

  private authorizePerson(role: Role, host: ExecutionContext): void {
    const allowed = (this.declared(ROLES_ALLOWED, host) ?? []) as Role[];
    if (allowed.includes(role)) return;
    throw new AppError(
      'access/forbidden',
      allowed.length > 0 ? `This is for ${allowed.join(', ')}; you are ${role}.` : 'This is for API keys.',
    );
  }

  /** Of the method, or else of its controller. */
  private declared(key: string, host: ExecutionContext): unknown {
    return this.reflector.getAllAndOverride(key, [host.getHandler(), host.getClass()]);
  }
}
