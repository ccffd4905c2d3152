import { choice, flag, integer, number, origins, text, url } from './kinds.js';
import { PROVIDER_VARIABLES } from './provider-variables.js';
import { variable } from './variable.js';

const PORTS = { min: 0, max: 65_535 };
const postgres = () => url('postgres:', 'postgresql:');
const http = () => url('http:', 'https:');

/** Every setting there is. The key is its name in code and in `rehearse.yaml`. */
export const VARIABLES = {
  environment: variable({
    name: 'ENVIRONMENT',
    aliases: ['ENV', 'NODE_ENV'],
    schema: choice(['development', 'staging', 'production'], {
      dev: 'development',
      test: 'development',
      prod: 'production',
    }),
    default: 'development',
    meaning:
      'Which installation this is. `rehearse.<environment>.yaml` is read on top of `rehearse.yaml`; in production nobody is signed in by a printed link.',
    group: 'Server',
  }),
  home: variable({
    name: 'REHEARSE_HOME',
    schema: text,
    default: '.rehearse',
    meaning: 'The folder of all local state: database, keys. A relative one starts at the working folder.',
    group: 'Server',
  }),
  host: variable({
    name: 'HOST',
    schema: text,
    default: '127.0.0.1',
    meaning: 'The address to listen on. `--demo` takes loopback only.',
    group: 'Server',
  }),
  port: variable({
    name: 'PORT',
    schema: integer(PORTS),
    defaultNote: '8000',
    meaning:
      'The port of API and studio. When the default is taken another one is chosen; one that was asked for must be free. 0 takes any.',
    group: 'Server',
  }),
  publicUrl: variable({
    name: 'PUBLIC_URL',
    schema: http(),
    meaning: 'The address people reach the server by, when that is another than host and port.',
    group: 'Server',
  }),
  corsOrigins: variable({
    name: 'CORS_ORIGINS',
    schema: origins,
    default: [],
    meaning: 'Origins, with commas between, whose pages may call the API. None: only our own studio.',
    group: 'Server',
  }),
  trustedProxies: variable({
    name: 'TRUSTED_PROXIES',
    schema: integer({ min: 0, max: 16 }),
    default: 0,
    unit: 'hops',
    meaning: 'How many proxies stand in front and add to `X-Forwarded-For`. 0: the header is not believed.',
    group: 'Server',
  }),
  rateLimitPerMinute: variable({
    name: 'RATE_LIMIT_PER_MINUTE',
    schema: integer({ min: 1, max: 1_000_000 }),
    defaultNote: '1000',
    unit: 'requests a minute',
    meaning: 'For each user or API key. Off while listening on loopback, unless it is set.',
    group: 'Server',
  }),
  rateLimitAnonymousPerMinute: variable({
    name: 'RATE_LIMIT_ANONYMOUS_PER_MINUTE',
    schema: integer({ min: 1, max: 1_000_000 }),
    defaultNote: '100',
    unit: 'requests a minute',
    meaning: 'For each address that is not signed in. Off while listening on loopback, unless it is set.',
    group: 'Server',
  }),
  databaseUrl: variable({
    name: 'DATABASE_URL',
    schema: postgres(),
    meaning:
      'A PostgreSQL 15 or newer, by a login that may make roles and tables. Absent: a database of our own under `REHEARSE_HOME`.',
    group: 'Database',
    secret: true,
  }),
  databaseAppUrl: variable({
    name: 'DATABASE_APP_URL',
    schema: postgres(),
    meaning:
      'The login that serves requests, under row-level security. Absent: `SET ROLE` after `DATABASE_URL`.',
    group: 'Database',
    secret: true,
  }),
  databaseWorkerUrl: variable({
    name: 'DATABASE_WORKER_URL',
    schema: postgres(),
    meaning: 'The login that drives runs. Absent: `SET ROLE` after `DATABASE_URL`.',
    group: 'Database',
    secret: true,
  }),
  databasePoolSize: variable({
    name: 'DATABASE_POOL_SIZE',
    schema: integer({ min: 1, max: 500 }),
    default: 10,
    unit: 'connections',
    meaning: 'How many connections the server holds.',
    group: 'Database',
  }),
  databasePort: variable({
    name: 'DATABASE_PORT',
    schema: integer(PORTS),
    meaning:
      'The port of the embedded database. Absent: any that is free. One that is named here must be free.',
    group: 'Database',
  }),
  redisUrl: variable({
    name: 'REDIS_URL',
    schema: url('redis:', 'rediss:'),
    meaning: 'Shares rate limits and live events between servers.',
    group: 'Database',
    secret: true,
    unused: true,
  }),
  jwtSecret: variable({
    name: 'JWT_SECRET',
    schema: text.refine((value) => value.length >= 32, { error: 'must have at least 32 characters' }),
    meaning:
      'The key that signs access tokens is derived from it; the same for all servers of one installation. Absent: a key file.',
    group: 'Access',
    secret: true,
  }),
  jwtKeyFile: variable({
    name: 'JWT_KEY_FILE',
    schema: text,
    meaning:
      'A private Ed25519 key (PKCS#8, PEM) that signs access tokens. Absent: one is made under `REHEARSE_HOME`.',
    group: 'Access',
  }),
  firstAdminEmail: variable({
    name: 'FIRST_ADMIN_EMAIL',
    schema: text.refine((value) => value.includes('@'), { error: 'must be an e-mail address' }),
    meaning:
      'The first Admin, who may make tenants: made when the database holds no tenant yet. Together with FIRST_ADMIN_PASSWORD.',
    group: 'Access',
  }),
  firstAdminPassword: variable({
    name: 'FIRST_ADMIN_PASSWORD',
    schema: text.refine((value) => value.length >= 8, { error: 'must have at least 8 characters' }),
    meaning: 'The password of that Admin.',
    group: 'Access',
    secret: true,
  }),
  secretBackend: variable({
    name: 'SECRET_BACKEND',
    schema: choice(['env', 'aws', 'gcp', 'vault']),
    default: 'env',
    meaning:
      'Where `${secret:name}` of `rehearse.yaml` comes from. `env` takes the variable `NAME`; the others are not there yet.',
    group: 'Access',
  }),
  oidcProviderConfig: variable({
    name: 'OIDC_PROVIDER_CONFIG',
    schema: text,
    meaning: 'JSON of the providers of single sign-on and of how their people map to tenants.',
    group: 'Access',
    secret: true,
    unused: true,
  }),
  oidcProviderConfigFile: variable({
    name: 'OIDC_PROVIDER_CONFIG_FILE',
    schema: text,
    meaning: 'A file with what `OIDC_PROVIDER_CONFIG` would hold.',
    group: 'Access',
    unused: true,
  }),
  maxConcurrentRuns: variable({
    name: 'MAX_CONCURRENT_RUNS',
    schema: integer({ min: 0, max: 10_000 }),
    default: 16,
    unit: 'runs',
    meaning:
      'How many runs this process drives at once; the rest waits. 0: it drives none, workers on the same database do.',
    group: 'Runs',
  }),
  maxConcurrentRunsPerTenant: variable({
    name: 'MAX_CONCURRENT_RUNS_PER_TENANT',
    schema: integer({ min: 1, max: 10_000 }),
    unit: 'runs',
    meaning:
      'How many runs of one tenant are driven at once, over all processes; the same for each of them. Absent: as many as there are places.',
    group: 'Runs',
  }),
  javascriptAssertions: variable({
    name: 'REHEARSE_JAVASCRIPT_ASSERTIONS',
    schema: flag,
    default: false,
    meaning:
      'Runs the programs of `javascript` assertions, in a process of their own without files, network or environment. Off: they are errored.',
    group: 'Runs',
  }),
  runTimeout: variable({
    name: 'RUN_TIMEOUT',
    schema: number({ min: 1, max: 604_800 }),
    default: 3_600,
    unit: 's',
    meaning:
      'A run that is driven longer is ended as errored (`run/timeout`). Time in which it waits for a person or a timer does not count.',
    group: 'Runs',
  }),
  runMaxTakeovers: variable({
    name: 'RUN_MAX_TAKEOVERS',
    schema: integer({ min: 1, max: 1_000 }),
    default: 5,
    unit: 'times',
    meaning:
      'How often in a row a run is taken up from a worker that was lost (killed, out of memory) without getting further. The next time it is ended as errored (`run/too-many-takeovers`).',
    group: 'Runs',
  }),
  ...PROVIDER_VARIABLES,
  logLevel: variable({
    name: 'LOG_LEVEL',
    schema: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    default: 'info',
    meaning: 'The least important line that is written.',
    group: 'Logs and telemetry',
  }),
  logFormat: variable({
    name: 'LOG_FORMAT',
    schema: choice(['json', 'text']),
    meaning: '`json`: one object a line. `text`: for people. Absent: `text` on a terminal, else `json`.',
    group: 'Logs and telemetry',
  }),
  logFile: variable({
    name: 'LOG_FILE',
    schema: text,
    meaning: 'Also write the log here, as JSON.',
    group: 'Logs and telemetry',
  }),
  logFileMaxSize: variable({
    name: 'LOG_FILE_MAX_SIZE',
    schema: integer({ min: 1, max: 10_240 }),
    default: 50,
    unit: 'MiB',
    meaning: 'A file that grows past this is set aside and a new one begun; the last five are kept.',
    group: 'Logs and telemetry',
  }),
  metricsPort: variable({
    name: 'METRICS_PORT',
    schema: integer(PORTS),
    meaning:
      'Serve the metrics on a port of their own too (9090 is usual). Absent: only at `/metrics/prometheus` of the API.',
    group: 'Logs and telemetry',
  }),
  otelServiceName: variable({
    name: 'OTEL_SERVICE_NAME',
    schema: text,
    default: 'rehearse',
    meaning: 'How the spans name this service.',
    group: 'Logs and telemetry',
  }),
  otelExporterOtlpEndpoint: variable({
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: http(),
    meaning: 'Where spans go, by OTLP over HTTP. Absent: OpenTelemetry is not even loaded.',
    group: 'Logs and telemetry',
  }),
  otelSamplingRatio: variable({
    name: 'OTEL_SAMPLING_RATIO',
    schema: number({ min: 0, max: 1 }),
    default: 1,
    meaning:
      'The share of traces that begin here and are kept; a trace that begins elsewhere decides itself.',
    group: 'Logs and telemetry',
  }),
  sentryDsn: variable({
    name: 'SENTRY_DSN',
    schema: http(),
    meaning: 'Where crashes are reported.',
    group: 'Logs and telemetry',
    secret: true,
    unused: true,
  }),
  releaseGuardEnvironment: variable({
    name: 'RELEASE_GUARD_ENVIRONMENT',
    schema: text,
    meaning: 'The environment a guard judges for when the request names none.',
    group: 'Guard and governance',
    unused: true,
  }),
  governanceEnabled: variable({
    name: 'GOVERNANCE_ENABLED',
    schema: flag,
    default: true,
    meaning: 'Redact and score what runs say.',
    group: 'Guard and governance',
    unused: true,
  }),
  governanceDefaultMinScore: variable({
    name: 'GOVERNANCE_DEFAULT_MIN_SCORE',
    schema: integer({ min: 0, max: 100 }),
    default: 70,
    meaning: 'The least safety score that passes where a graph does not say.',
    group: 'Guard and governance',
    unused: true,
  }),
  slackWebhookUrl: variable({
    name: 'SLACK_WEBHOOK_URL',
    schema: http(),
    meaning: 'Where notices go.',
    group: 'Guard and governance',
    secret: true,
    unused: true,
  }),
} as const;

export type ConfigKey = keyof typeof VARIABLES;
export const CONFIG_KEYS = Object.keys(VARIABLES) as ConfigKey[];
