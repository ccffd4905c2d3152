import type { FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors/index.js';

/**
 * Refuses what a page of another site makes a browser send. The cookie is SameSite=Strict already; this holds where a
 * browser is old, or where a neighbour on the same site is not to be trusted. Programs send neither header.
 */
export function requireSameSite(request: FastifyRequest, allowedOrigins: readonly string[]): void {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined && allowedOrigins.includes(origin)) return;
  const isForeign = origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
  const isCrossSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isForeign || isCrossSite)
    throw new AppError(
      'access/cross-site',
      'Sessions are only for pages of this server, or of CORS_ORIGINS.',
    );
}
