import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ERRORS, type ErrorCode } from '@rehearse/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify';
import { AppError } from '../errors/app-error.js';
import { classify } from '../errors/classify.js';
import { PROBLEM_TYPE, problemOf } from '../errors/problem.js';
import { plainPaths } from './plain-paths.js';
import { carryRequestContext, contextOf } from './request-context.js';
import type { RouteBook } from './route-book.js';
import { secureHeaders } from './security-headers.js';
import { refuseNullInAddresses } from './storable-text.js';
import { serveStudio } from './studio.js';
import { takeBodies, BODY_LIMITS } from './takes-body.js';
import { takeUploads } from './upload.js';

export interface HttpServerOptions {
  routes: RouteBook;
  /** Listening on loopback: no Strict-Transport-Security, cookies without Secure. */
  loopback: boolean;
  trustedProxies: number;
  corsOrigins: readonly string[];
  /** The folder of the built studio; absent where it is not served. */
  studio: string | undefined;
  /** Hooks of other parts of the platform, such as metrics; they see every request. */
  plugins: ((server: FastifyInstance) => void | Promise<void>)[];
}

/** A head or a body that arrives slower than this is a client that holds a connection to harm us, or a broken one. */
const TIMEOUTS = { request: 30_000, headers: 10_000, keepAlive: 72_000, check: 2_000 } as const;
const MAX_HEADER_BYTES = 16_384;

/** Fastify with everything that holds for all requests, before Nest adds its routes. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyAdapter> {
  const adapter = new FastifyAdapter<RawServerDefault>({
    trustProxy: (_address: string, hop: number) => hop < options.trustedProxies,
    bodyLimit: BODY_LIMITS.ordinary,
    requestTimeout: TIMEOUTS.request,
    keepAliveTimeout: TIMEOUTS.keepAlive,
    http: {
      headersTimeout: TIMEOUTS.headers,
      connectionsCheckingInterval: TIMEOUTS.check,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    rewriteUrl: plainPaths(options.routes),
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: answerUnroutable,
    exposeHeadRoutes: true,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const server = adapter.getInstance<FastifyInstance>();
  options.routes.watch(server);
  carryRequestContext(server);
  refuseNullInAddresses(server);
  await secureHeaders(server, options);
  for (const plugin of options.plugins) await plugin(server);
  if (options.corsOrigins.length > 0) adapter.enableCors(corsOptions(options.corsOrigins));
  tellMethods(server, options.routes);
  await server.register(cookie);
  takeBodies(server);
  await takeUploads(server);
  if (options.studio !== undefined) await serveStudio(server, options.studio);
  return adapter;
}

/** `OPTIONS` of a path that exists says what it takes, also where no other site may ask. */
function tellMethods(server: FastifyInstance, routes: RouteBook): void {
  server.addHook('onRequest', (request, reply, done) => {
    const [path = '/'] = request.url.split('?', 1);
    const methods = request.method === 'OPTIONS' && request.is404 ? routes.methodsOf(path) : [];
    if (methods.length === 0) return done();
    void reply
      .status(204)
      .header('allow', [...methods, 'OPTIONS'].join(', '))
      .send();
  });
}

const corsOptions = (origins: readonly string[]) => ({
  origin: [...origins],
  credentials: true,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  exposedHeaders: [
    'X-Request-Id',
    'traceparent',
    'Location',
    'Retry-After',
    'Idempotency-Replayed',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
  ],
});

/** Addresses that the router itself refuses, before any hook. */
function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const known = classify(error);
  const problem = problemOf(known, contextOf(request).requestId);
  void reply.status(known.status).header('content-type', PROBLEM_TYPE).send(problem);
}

const BROKEN: Readonly<Record<string, readonly [ErrorCode, string, string?]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['request/timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [
    'request/too-large',
    `The headers are larger than ${MAX_HEADER_BYTES / 1_024} KiB.`,
    '431',
  ],
};

/** What is not HTTP never becomes a request; it gets its problem document straight on the socket. */
function answerBrokenRequest(error: Error & { code: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const [code, detail, status] = BROKEN[error.code] ?? [
    'request/invalid',
    'This is not a well-formed HTTP request.',
  ];
  const problem = problemOf(new AppError(code, detail), 'none');
  const answered = status ?? String(ERRORS[code].status);
  const body = JSON.stringify({ ...problem, status: Number(answered) });
  const head = [
    `HTTP/1.1 ${answered} ${ERRORS[code].title}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
