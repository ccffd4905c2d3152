import { Injectable } from '@nestjs/common';
import {
  SpanKind,
  SpanStatusCode,
  context,
  propagation,
  trace,
  type Attributes,
  type Span,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Names after the GenAI semantic conventions of OpenTelemetry; those are in development, so they stand here alone. */
export const ATTRIBUTES = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  agent: 'gen_ai.agent.name',
  tool: 'gen_ai.tool.name',
  conversation: 'gen_ai.conversation.id',
  errorType: 'error.type',
  run: 'rehearse.run.id',
  node: 'rehearse.node.key',
  graph: 'rehearse.graph.name',
} as const;

export interface SpanOptions {
  /** As in `invoke_workflow refund` or `chat gpt-4o`. */
  name: string;
  attributes?: Attributes;
  /** A call that leaves the process. */
  isClient?: boolean;
}

/** A span that somebody else ends: for work that is told of by events. */
export interface OpenSpan {
  set(attributes: Attributes): void;
  /** Opens a span below this one. */
  child(options: SpanOptions & { startedAt?: Date }): OpenSpan;
  end(outcome?: { error?: { type: string; message: string }; endedAt?: Date }): void;
}

/** Spans of requests, runs and nodes. Costs nothing until an endpoint is configured: the API alone does nothing. */
@Injectable()
export class Tracing {
  private readonly tracer = trace.getTracer('rehearse');

  /** Does the work inside a span; a failure is noted and thrown on. */
  inSpan<T>({ name, attributes, isClient }: SpanOptions, work: () => Promise<T>): Promise<T> {
    const kind = isClient ? SpanKind.CLIENT : SpanKind.INTERNAL;
    return this.tracer.startActiveSpan(name, { kind, attributes: attributes ?? {} }, async (span) => {
      try {
        return await work();
      } catch (error) {
        fail(span, { type: error instanceof Error ? error.name : 'unknown', message: String(error) });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  /** Opens a span below the one of the request that is being served, if any. */
  open(options: SpanOptions & { startedAt?: Date }): OpenSpan {
    return this.openBelow(context.active(), options);
  }

  /** A server span for each request to the API, joined to the caller's trace. */
  watch(server: FastifyInstance): void {
    const spans = new WeakMap<object, Span>();
    server.addHook('onRequest', (request, _reply, done) => {
      const parent = propagation.extract(context.active(), request.headers);
      const span = this.tracer.startSpan(request.method, { kind: SpanKind.SERVER }, parent);
      spans.set(request.raw, span);
      context.with(trace.setSpan(parent, span), done);
    });
    server.addHook('preValidation', (request, _reply, done) => {
      const span = spans.get(request.raw);
      context.with(span ? trace.setSpan(context.active(), span) : context.active(), done);
    });
    server.addHook('onResponse', (request, reply, done) => {
      describeRequest(spans.get(request.raw), { request, status: reply.statusCode });
      done();
    });
  }

  private openBelow(
    parent: ReturnType<typeof context.active>,
    options: SpanOptions & { startedAt?: Date },
  ): OpenSpan {
    const { name, attributes = {}, isClient, startedAt } = options;
    const kind = isClient ? SpanKind.CLIENT : SpanKind.INTERNAL;
    const span = this.tracer.startSpan(
      name,
      { kind, attributes, ...(startedAt ? { startTime: startedAt } : {}) },
      parent,
    );
    return {
      set: (more) => void span.setAttributes(more),
      child: (below) => this.openBelow(trace.setSpan(parent, span), below),
      end: ({ error, endedAt } = {}) => {
        if (error) fail(span, error);
        span.end(endedAt);
      },
    };
  }
}

function fail(span: Span, { type, message }: { type: string; message: string }): void {
  span.setAttribute(ATTRIBUTES.errorType, type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

function describeRequest(
  span: Span | undefined,
  { request, status }: { request: FastifyRequest; status: number },
): void {
  if (!span) return;
  const route = request.is404 ? undefined : request.routeOptions.url;
  if (route) span.updateName(`${request.method} ${route}`);
  span.setAttributes({
    'http.request.method': request.method,
    'http.response.status_code': status,
    'url.path': request.url.split('?', 1)[0]!,
    ...(route ? { 'http.route': route } : {}),
  });
  if (status >= 500) fail(span, { type: String(status), message: `answered ${status}` });
  span.end();
}
