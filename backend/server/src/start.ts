import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createApplication, type Application, type Role } from './application.js';
import { greet, type Greeting, sayOf } from './greeting.js';
import { openLocalDoor } from './local-door.js';
import { isLoopback } from './platform/config/loopback.js';
import { secretValues, type Config, type EffectiveValue } from './platform/config/index.js';
import {
  type DatabaseError,
  TenantDatabase,
  openDatabase,
  type OpenDatabase,
} from './platform/database/index.js';
import { createLog, type Log } from './platform/logging/index.js';
import { serveMetrics, startTracing } from './platform/telemetry/index.js';
import { VERSION } from './platform/health/index.js';
import { StartError } from './start-error.js';

export interface StartOptions {
  /** Default: server. */
  role?: Role | undefined;
  config: Config;
  /** With their sources, so that secrets stay out of the log. */
  values?: readonly EffectiveValue[];
  /** The demo admin and a sample graph with runs. */
  demo?: boolean;
  /** Lines for the person who started it; default: standard output. */
  say?: (line: string) => void;
}

export interface RunningServer {
  url: string;
  log: Log;
  /** Resolves with the reason when the embedded database ends without our asking. */
  died: Promise<DatabaseError>;
  /** Takes nothing new, lets what runs finish for a while, closes, the database last. */
  close(): Promise<void>;
  /** At once: only the database is brought down in order. */
  abort(): Promise<void>;
}

const DEFAULT_PORT = 8_000;
const DRAIN_MS = 20_000;

type Closer = () => Promise<unknown>;

/** Starts everything (database, migrations, API, worker, studio), or the worker alone. What was begun is closed again when a step fails. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const closers: Closer[] = [];
  try {
    return await start(options, closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function start(options: StartOptions, closers: Closer[]): Promise<RunningServer> {
  const config = checked(options);
  const { log, close: closeLog } = createLog(logSettings(config, options.values ?? []));
  closers.push(closeLog);
  if (config.otelExporterOtlpEndpoint) closers.push((await startTracing(tracingSettings(config))).close);
  const opened = await openDatabase(config, (message) => log.named('database').info(message));
  closers.push(opened.stop);
  const database = connect(opened, { config, log });
  closers.push(() => database.close());
  const probe = { check: () => probeDatabase(database) };
  const { role } = options;
  const application = await createApplication({ role, config, log, database, probe });
  closers.push(() => application.nest.close());
  const url = await listen(application, { config, log, closers });
  const started = { ...options, application, config, isEmbedded: opened.kind === 'embedded', url, log };
  if (role === 'worker') sayOf(options)(`Rehearse worker: how it is, at ${url}/health`);
  else await welcome(started, closers);
  return {
    url,
    log,
    died: opened.died,
    close: () => shutDown(application, { closers, log }),
    abort: () => opened.stop(),
  };
}

/** Lets people and the command line of this machine in. */
async function welcome(greeting: Greeting, closers: Closer[]): Promise<void> {
  await greet(greeting);
  const { application, config, isEmbedded, url } = greeting;
  const withKey = isEmbedded && config.environment !== 'production';
  closers.push(await openLocalDoor({ application, home: config.home, url, withKey }));
}

function checked({ role, config, demo }: StartOptions): Config {
  if (role === 'worker' && config.databaseUrl === undefined)
    throw new StartError(
      'start/worker-without-database',
      'A worker drives the runs of a database that others use too: name it with DATABASE_URL. `rehearse start` has a worker of its own.',
    );
  if (demo && !isLoopback(config.host))
    throw new StartError(
      'start/demo-not-local',
      `--demo makes a user whose password everybody knows, so it takes loopback only, not HOST=${config.host}.`,
    );
  const home = path.resolve(config.home);
  mkdirSync(home, { recursive: true });
  // A worker that nobody gave a port leaves the usual one to a server.
  const port = config.port ?? (role === 'worker' ? 0 : undefined);
  return { ...config, home, port };
}

function logSettings(config: Config, values: readonly EffectiveValue[]) {
  return {
    level: config.logLevel,
    format: config.logFormat ?? (process.stdout.isTTY ? ('text' as const) : ('json' as const)),
    file: config.logFile,
    fileMaxMiB: config.logFileMaxSize,
    secrets: [...secretValues(values), ...Object.values(config.secrets)],
  };
}

const tracingSettings = (config: Config) => ({
  endpoint: config.otelExporterOtlpEndpoint!,
  serviceName: config.otelServiceName,
  samplingRatio: config.otelSamplingRatio,
});

function connect(opened: OpenDatabase, { config, log }: { config: Config; log: Log }): TenantDatabase {
  const lost = (error: Error) => log.named('database').warn('An idle connection was lost.', { error });
  return new TenantDatabase({
    logins: opened.logins,
    poolSize: config.databasePoolSize,
    onConnectionLost: lost,
  });
}

/** The migrations were applied before we listened, and nothing takes one back. */
async function probeDatabase(database: TenantDatabase): Promise<{ database: boolean; migrations: boolean }> {
  await database.ping();
  return { database: true, migrations: true };
}

async function listen(
  { nest, metrics }: Application,
  { config, log, closers }: { config: Config; log: Log; closers: Closer[] },
): Promise<string> {
  const { host } = config;
  const port = await listenOn(config, (candidate) => nest.listen(candidate, host));
  const address = (nest.getHttpServer().address() as AddressInfo).port;
  if (port !== address || (config.port === undefined && address !== DEFAULT_PORT))
    log.info(`Listening on port ${address}.`);
  if (config.metricsPort !== undefined) {
    const own = await serveMetrics(metrics, { host, port: config.metricsPort });
    closers.push(own.close);
    log.info(`Metrics are on port ${own.port} too.`);
  }
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  const url = config.publicUrl ?? `http://${shown.includes(':') ? `[${shown}]` : shown}:${address}`;
  log.info(`Rehearse ${VERSION} listens at ${url}`);
  return url;
}

/** A port that was asked for must be free; the default one gives way to any other. */
async function listenOn({ port }: Config, listenAt: (port: number) => Promise<unknown>): Promise<number> {
  try {
    await listenAt(port ?? DEFAULT_PORT);
    return port ?? DEFAULT_PORT;
  } catch (error) {
    if (!isTaken(error)) throw error;
    if (port !== undefined)
      throw new StartError(
        'start/port-taken',
        `Port ${port} is taken by another process. End that one, or name another port with --port or PORT.`,
      );
    await listenAt(0);
    return 0;
  }
}

const isTaken = (error: unknown): boolean => (error as { code?: unknown }).code === 'EADDRINUSE';

async function shutDown(
  { lifecycle, requests }: Application,
  { closers, log }: { closers: Closer[]; log: Log },
): Promise<void> {
  log.info('Shutting down: nothing new is taken, what runs may finish.');
  await Promise.all([lifecycle.drain(DRAIN_MS), requests.settle(DRAIN_MS)]);
  await closeAll(closers);
}

/** In the opposite order of their making, each even when another one fails; the database is among the first made. */
async function closeAll(closers: Closer[]): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close().catch(() => undefined);
}
