import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, WorkerModule } from './app.module.js';
import { isLoopback } from './platform/config/loopback.js';
import type { Config } from './platform/config/index.js';
import type { TenantDatabase } from './platform/database/index.js';
import { type DatabaseProbe, Lifecycle, Readiness, RequestsInFlight } from './platform/health/index.js';
import { API_PREFIX, RateLimits, RouteBook, createHttpServer } from './platform/http/index.js';
import { SocketAdapter } from './platform/http/socket-adapter.js';
import { type Log, NestLogger } from './platform/logging/index.js';
import { OpenApi } from './platform/openapi/index.js';
import { Metrics, Tracing } from './platform/telemetry/index.js';

/** `server`: everything. `worker`: drives runs, and answers nothing but how it is. */
export type Role = 'server' | 'worker';

export interface ApplicationOptions {
  /** Default: server. */
  role?: Role | undefined;
  config: Config;
  log: Log;
  database: TenantDatabase;
  probe: DatabaseProbe;
}

export interface Application {
  nest: NestFastifyApplication;
  lifecycle: Lifecycle;
  requests: RequestsInFlight;
  metrics: Metrics;
  routes: RouteBook;
}

/** The built studio, seen from `dist` and from `src` alike. */
const STUDIO = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../frontend/dist');

/** Paths for those who operate the server; they have no version. */
const OPERATIONAL = [
  'health',
  'live',
  'ready',
  'metrics',
  'metrics/prometheus',
  'docs',
  'docs/start.js',
  'docs/:asset',
];

const DEFAULT_LIMITS = { principal: 1_000, address: 100 };

/** The whole application, ready to listen, on a database that is open. */
export async function createApplication(options: ApplicationOptions): Promise<Application> {
  const application = await assembleApplication(options);
  await application.nest.init();
  await application.nest.getHttpAdapter().getInstance().ready();
  return application;
}

/** The same before anything of it has started: enough to describe it. */
export async function assembleApplication(options: ApplicationOptions): Promise<Application> {
  const { role = 'server', config, log, database, probe } = options;
  const lifecycle = new Lifecycle();
  const requests = new RequestsInFlight(lifecycle);
  const routes = new RouteBook();
  const metrics = new Metrics();
  const tracing = new Tracing();
  const adapter = await createHttpServer({
    routes,
    loopback: isLoopback(config.host),
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    studio: role === 'server' ? STUDIO : undefined,
    plugins: [metrics, tracing, requests].map((part) => (server) => part.watch(server)),
  });
  const readiness = new Readiness(lifecycle, probe);
  const rateLimits = new RateLimits(limitsOf(config), (scope) => metrics.rateLimited(scope));
  const parts = { config, log, database, lifecycle, readiness, routes, rateLimits, metrics, tracing };
  const module = (role === 'server' ? AppModule : WorkerModule).of(parts);
  const nest = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(log),
    bodyParser: false,
    abortOnError: false,
  });
  nest.setGlobalPrefix(API_PREFIX, { exclude: OPERATIONAL });
  nest.useWebSocketAdapter(new SocketAdapter(nest, config.corsOrigins));
  nest.get(OpenApi).describe(nest);
  return { nest, lifecycle, requests, metrics, routes };
}

/** Off on loopback, where the one user would only be in the way of himself; what is set is meant. */
function limitsOf(config: Config) {
  const usual = isLoopback(config.host) ? { principal: null, address: null } : DEFAULT_LIMITS;
  return {
    principal: config.rateLimitPerMinute ?? usual.principal,
    address: config.rateLimitAnonymousPerMinute ?? usual.address,
  };
}
