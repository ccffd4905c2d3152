import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';

/** What everything done for one request may know about it without being handed it. */
export interface RequestContext {
  /** Ours, or the client's `X-Request-Id`. It follows the work into the log, the run and the worker. */
  readonly requestId: string;
  readonly traceparent: string | undefined;
  /** Set once the guard knows who asks. */
  principal: Principal | undefined;
  /** What the request makes has this id, where it may be asked again for the same; else undefined. */
  madeId?: string | undefined;
}

const current = new AsyncLocalStorage<RequestContext>();
const byRequest = new WeakMap<object, RequestContext>();

/** The request that is being served here, if any. */
export const currentRequest = (): RequestContext | undefined => current.getStore();

export const contextOf = (request: FastifyRequest): RequestContext => {
  const known = byRequest.get(request.raw);
  if (known) return known;
  const made = contextFrom(request.headers);
  byRequest.set(request.raw, made);
  return made;
};

/** Does work on behalf of an earlier request, such as a run that outlives it. */
export const withRequest = <T>(context: RequestContext, work: () => T): T => current.run(context, work);

const REQUEST_ID = /^[\w.:+/=-]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

function contextFrom(headers: FastifyRequest['headers']): RequestContext {
  const given = headers['x-request-id'];
  const traceparent = headers['traceparent'];
  return {
    requestId: typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID(),
    traceparent: typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : undefined,
    principal: undefined,
  };
}

/** Gives each request its context, and gives `X-Request-Id` and `traceparent` back. */
export function carryRequestContext(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const context = contextOf(request);
    // On the raw response, so that answers written past Fastify (streams, sockets) carry them too.
    reply.raw.setHeader('x-request-id', context.requestId);
    if (context.traceparent) reply.raw.setHeader('traceparent', context.traceparent);
    current.run(context, done);
  });
  // Reading a body leaves the context: its callbacks belong to the socket.
  server.addHook('preValidation', (request, _reply, done) => current.run(contextOf(request), done));
}
