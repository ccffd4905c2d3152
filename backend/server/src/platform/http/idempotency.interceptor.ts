import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { canonicalJson } from '@rehearse/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, lastValueFrom, of } from 'rxjs';
import { AppError } from '../errors/app-error.js';
import { classify } from '../errors/classify.js';
import { CREATES, type CreatesOptions } from './creates.js';
import {
  IdempotencyRepository,
  type IdempotentRequest,
  type StoredAnswer,
} from './idempotency.repository.js';
import { principalKey } from './principal.js';
import { contextOf, type RequestContext } from './request-context.js';
import { MultipartBody } from './upload.js';

const HEADER = 'idempotency-key';
const KEY = /^[\x21-\x7e]{1,255}$/;
const POLL_MS = 50;
const PATIENCE_MS = 120_000;
/** Headers that belong to the answer and not to the moment. */
const KEPT_HEADERS = ['location', 'content-type'];

/**
 * A POST that creates something and is sent twice with the same `Idempotency-Key` is done once: the second one gets
 * the answer of the first, also when the first is still under way. Errors are not kept: nothing was made.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly repository: IdempotencyRepository,
  ) {}

  async intercept(host: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const creates = this.reflector.getAllAndOverride<CreatesOptions | undefined>(CREATES, [
      host.getHandler(),
      host.getClass(),
    ]);
    if (host.getType() !== 'http' || !creates) return next.handle();
    const http = host.switchToHttp();
    const { withhold = [], resumes = false } = creates;
    const request = http.getRequest<FastifyRequest>();
    const asked = identify(request, resumes);
    if (!asked) return next.handle();
    const work = { context: contextOf(request), reply: http.getResponse<FastifyReply>(), next, withhold };
    return of(await this.once(asked, work));
  }

  private async once(asked: IdempotentRequest, work: Work): Promise<unknown> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const claim = await this.repository.claim(asked);
      if (claim.kind === 'first') {
        work.context.madeId = claim.madeId;
        return this.execute(asked, work);
      }
      if (claim.kind === 'answered') return replay(claim.answer, work.reply);
      if (claim.kind === 'other-request')
        throw new AppError(
          'request/idempotency-conflict',
          `The key ${asked.key} was sent before with another request; take a new key for a new request.`,
        );
      if (Date.now() > until)
        throw new AppError(
          'request/idempotency-conflict',
          'The first request with this key is still under way; ask again later.',
          { headers: { 'Retry-After': '10' } },
        );
      await sleep(POLL_MS);
    }
  }

  private async execute(asked: IdempotentRequest, { reply, next, withhold }: Work): Promise<unknown> {
    const body = await this.orRelease(asked, () => lastValueFrom<unknown>(next.handle()));
    // It is done: when the answer cannot be kept, the claim stays, so that it is not done again.
    const kept = without(body, withhold);
    await this.repository.keep(asked, { status: reply.statusCode, headers: keptHeaders(reply), body: kept });
    return body;
  }

  private async orRelease<T>(asked: IdempotentRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const isUnclear = asked.resumes && classify(error).status >= 500;
      await this.repository[isUnclear ? 'suspend' : 'release'](asked).catch(() => undefined);
      throw error;
    }
  }
}

interface Work {
  context: RequestContext;
  reply: FastifyReply;
  next: CallHandler;
  withhold: readonly string[];
}

function without(body: unknown, names: readonly string[]): unknown {
  if (names.length === 0 || typeof body !== 'object' || body === null) return body;
  return { ...body, ...Object.fromEntries(names.map((name) => [name, null])) };
}

function identify(request: FastifyRequest, resumes: boolean): IdempotentRequest | null {
  const key = request.headers[HEADER];
  const { principal } = contextOf(request);
  if (key === undefined || !principal) return null;
  if (typeof key !== 'string' || !KEY.test(key))
    throw new AppError('request/invalid', 'Idempotency-Key must be 1 to 255 visible ASCII characters.');
  return {
    tenantId: principal.tenantId,
    principal: principalKey(principal),
    key,
    route: `${request.method} ${request.url}`,
    requestHash: hashOf(request.body),
    resumes,
  };
}

function hashOf(body: unknown): string {
  const hash = createHash('sha256');
  if (body instanceof MultipartBody) {
    hash.update(canonicalJson(body.fields));
    for (const { field, name, bytes } of body.files) {
      hash.update(canonicalJson([field, name, bytes.byteLength]));
      hash.update(bytes);
    }
  } else hash.update(typeof body === 'string' ? `text:${body}` : canonicalJson(body ?? null));
  return hash.digest('hex');
}

function keptHeaders(reply: FastifyReply): Record<string, string> {
  const entries = KEPT_HEADERS.map((name) => [name, reply.getHeader(name)]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string'));
}

function replay({ status, headers, body }: StoredAnswer, reply: FastifyReply): unknown {
  void reply.status(status).headers(headers).header('Idempotency-Replayed', 'true');
  return body;
}
