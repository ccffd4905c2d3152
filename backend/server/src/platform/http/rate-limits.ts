import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../errors/app-error.js';
import { principalKey, type Principal } from './principal.js';

export interface RateLimitSettings {
  /** Requests a minute; null: no limit. */
  principal: number | null;
  address: number | null;
}

const WINDOW_S = 60;

type Scope = keyof RateLimitSettings;

/** How many requests a minute one principal, or one address that is nobody yet, may make of this process. */
export class RateLimits {
  private readonly principals: RateLimiterMemory | null;
  private readonly addresses: RateLimiterMemory | null;

  constructor(
    settings: RateLimitSettings,
    private readonly onRefused: (scope: Scope) => void,
  ) {
    this.principals = limiter('principal', settings.principal);
    this.addresses = limiter('address', settings.address);
  }

  async countPrincipal(principal: Principal, reply: FastifyReply): Promise<void> {
    await this.count(this.principals, { key: `${principal.tenantId}:${principalKey(principal)}`, reply });
  }

  async countAddress(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.count(this.addresses, { key: request.ip, reply });
  }

  private async count(
    limiter: RateLimiterMemory | null,
    { key, reply }: { key: string; reply: FastifyReply },
  ): Promise<void> {
    if (!limiter) return;
    try {
      announce(await limiter.consume(key), { limit: limiter.points, reply });
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      this.onRefused(limiter.keyPrefix as Scope);
      const seconds = announce(refused, { limit: limiter.points, reply });
      throw new AppError(
        'request/too-many',
        `At most ${limiter.points} requests a minute are taken; go on in ${seconds} s.`,
        { headers: { 'Retry-After': String(seconds) } },
      );
    }
  }
}

function limiter(keyPrefix: Scope, points: number | null): RateLimiterMemory | null {
  return points === null ? null : new RateLimiterMemory({ keyPrefix, points, duration: WINDOW_S });
}

function announce(state: RateLimiterRes, { limit, reply }: { limit: number; reply: FastifyReply }): number {
  const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1_000));
  reply.header('RateLimit-Limit', limit);
  reply.header('RateLimit-Remaining', Math.max(0, state.remainingPoints));
  reply.header('RateLimit-Reset', seconds);
  reply.header('RateLimit-Policy', `${limit};w=${WINDOW_S}`);
  return seconds;
}
