import { SetMetadata, applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { Role, Scope } from '@rehearse/contracts';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/principal.js';
import { contextOf } from '../../platform/http/request-context.js';

export const PUBLIC = 'access:public';
export const ROLES_ALLOWED = 'access:roles';
export const SCOPES_NEEDED = 'access:scopes';

/** Anyone may call it, signed in or not. */
export const Public = () => SetMetadata(PUBLIC, true);

/** Users of these roles may call it. A route that declares nothing is closed to everyone. */
export const Roles = (...roles: Exclude<Role, 'API'>[]) =>
  applyDecorators(SetMetadata(ROLES_ALLOWED, roles), ApiBearerAuth(), ApiExtension('x-roles', roles));

/** API keys with one of these scopes may call it. Without it no API key may. */
export const Scopes = (...scopes: Scope[]) =>
  applyDecorators(SetMetadata(SCOPES_NEEDED, scopes), ApiExtension('x-scopes', scopes));

export const READERS = ['Viewer', 'Operator', 'Admin'] as const;
export const WRITERS = ['Operator', 'Admin'] as const;

/** The one who asks; only on routes that are not public. */
export const CurrentPrincipal = createParamDecorator((_: unknown, host: ExecutionContext): Principal => {
  const { principal } = contextOf(host.switchToHttp().getRequest<FastifyRequest>());
  if (!principal) throw new AppError('access/unauthenticated', 'Sign in, or send an API key.');
  return principal;
});
