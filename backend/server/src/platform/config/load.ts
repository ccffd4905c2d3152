import { type Prices, readPrices } from '@rehearse/adapters';
import type { z } from 'zod';
import {
  environmentSource,
  fileSource,
  flagSource,
  readDotenv,
  type ConfigProblem,
  type ConfigSource,
} from './sources.js';
import { CONFIG_KEYS, VARIABLES, type ConfigKey } from './variables.js';

type Declared = typeof VARIABLES;
type ValueOf<V> = V extends { schema: infer S extends z.ZodType; default: unknown }
  ? z.output<S>
  : V extends { schema: infer S extends z.ZodType }
    ? z.output<S> | undefined
    : never;

/** The effective configuration. What nobody set and has no default is undefined. */
export type Config = { readonly [K in ConfigKey]: ValueOf<Declared[K]> } & {
  /** The variables that hold the secrets of graphs, `REHEARSE_SECRET_…`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What of the environment a program sees that a graph starts: enough to be found and to run. */
  readonly programEnvironment: Readonly<Record<string, string>>;
  /** What `PRICES_FILE` says models cost. */
  readonly prices: Prices;
};

export interface EffectiveValue {
  key: ConfigKey;
  value: unknown;
  /** Where it comes from; `default` when nobody said anything. */
  source: string;
}

export type ConfigResult =
  { ok: true; config: Config; values: EffectiveValue[] } | { ok: false; problems: ConfigProblem[] };

export interface ConfigRequest {
  flags?: Readonly<Partial<Record<ConfigKey, unknown>>>;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/** Reads flags, environment, `.env` (development), `rehearse.<environment>.yaml`, `rehearse.yaml`, defaults. */
export function loadConfig({
  flags = {},
  env = process.env,
  cwd = process.cwd(),
}: ConfigRequest = {}): ConfigResult {
  try {
    return resolve(gather({ flags, env, cwd }));
  } catch (error) {
    // A file that is there and cannot be read.
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [{ source: 'configuration files', message }] };
  }
}

/** For a start that cannot go on: every problem, one a line. */
export function describeProblems(problems: readonly ConfigProblem[]): string {
  const lines = problems.map(({ source, message }) => `  ${source}: ${message}`);
  return [
    `The configuration has ${lines.length === 1 ? 'a problem' : `${lines.length} problems`}:`,
    ...lines,
  ].join('\n');
}

interface Gathered {
  sources: ConfigSource[];
  problems: ConfigProblem[];
  surroundings: Pick<Config, 'secrets' | 'programEnvironment'>;
  cwd: string;
}

function gather({ flags, env, cwd }: Required<ConfigRequest>): Gathered {
  const sources = [flagSource(flags), environmentSource(env, 'the environment')];
  const dotenv = environmentOf(sources) === 'development' ? readDotenv(cwd) : null;
  if (dotenv) sources.push(environmentSource(dotenv, '.env'));
  const lookUp = (reference: string) => lookUpReference(reference, { ...dotenv, ...env });
  const shared = fileSource({ cwd, file: 'rehearse.yaml', lookUp });
  const named = environmentOf([...sources, ...(shared.source ? [shared.source] : [])]);
  const special = fileSource({ cwd, file: `rehearse.${named}.yaml`, lookUp });
  for (const { source } of [special, shared]) if (source) sources.push(source);
  const surroundings = surroundingsOf({ ...dotenv, ...env });
  return { sources, surroundings, cwd, problems: [...special.problems, ...shared.problems] };
}

const SEEN_BY_PROGRAMS = new Set(['PATH', 'HOME', 'LANG', 'TMPDIR', 'TEMP', 'SYSTEMROOT']);

function surroundingsOf(env: NodeJS.ProcessEnv): Gathered['surroundings'] {
  const filled = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const only = (isMeant: (name: string) => boolean) =>
    Object.fromEntries(filled.filter(([name]) => isMeant(name)));
  return {
    secrets: only((name) => name.startsWith('REHEARSE_SECRET_')),
    programEnvironment: only((name) => SEEN_BY_PROGRAMS.has(name.toUpperCase())),
  };
}

/** Which environment the sources so far say; anything that is not one is reported later, with the rest. */
function environmentOf(sources: readonly ConfigSource[]): string {
  const said = sources.map((source) => source.values.get('environment')).find(Boolean);
  const parsed = VARIABLES.environment.schema.safeParse(said?.value ?? VARIABLES.environment.default);
  return parsed.success ? parsed.data : 'development';
}

/** `${secret:database-url}` takes the variable `DATABASE_URL`, or one that is called just so. */
function lookUpReference(reference: string, env: NodeJS.ProcessEnv): string | undefined {
  if (!reference.startsWith('secret:')) return env[reference];
  const name = reference.slice('secret:'.length);
  return env[name] ?? env[name.toUpperCase().replaceAll(/[-.]/g, '_')];
}

function resolve({ sources, problems, surroundings, cwd }: Gathered): ConfigResult {
  const all = [...problems];
  const values: EffectiveValue[] = [];
  for (const key of CONFIG_KEYS) {
    const answer = resolveOne(key, sources);
    if ('message' in answer) all.push(answer);
    else values.push(answer);
  }
  const settings = Object.fromEntries(values.map(({ key, value }) => [key, value]));
  const { prices, problems: wrongPrices } = pricesIn(settings['pricesFile'], cwd);
  all.push(...wrongPrices);
  const config = { ...settings, ...surroundings, prices } as unknown as Config;
  if (all.length === 0) all.push(...contradictions(config));
  return all.length > 0 ? { ok: false, problems: all } : { ok: true, config, values };
}

function pricesIn(file: unknown, cwd: string): { prices: Prices; problems: ConfigProblem[] } {
  if (typeof file !== 'string') return { prices: {}, problems: [] };
  const { prices, problems } = readPrices(file, cwd);
  return { prices, problems: problems.map((message) => ({ source: 'PRICES_FILE', message })) };
}

function resolveOne(key: ConfigKey, sources: readonly ConfigSource[]): EffectiveValue | ConfigProblem {
  const variable = VARIABLES[key] as { schema: z.ZodType; default?: unknown; secret?: true };
  const said = sources.map((source) => source.values.get(key)).find(Boolean);
  if (!said) return { key, value: variable.default, source: 'default' };
  const parsed = variable.schema.safeParse(said.value);
  if (parsed.success) return { key, value: parsed.data, source: said.label };
  const wrong = parsed.error.issues.map((issue) => issue.message).join('; ');
  const got = variable.secret ? '' : `, got ${JSON.stringify(said.value)}`;
  return { source: said.label, message: `${wrong}${got}` };
}

function contradictions(config: Config): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (config.secretBackend !== 'env')
    problems.push({
      source: 'SECRET_BACKEND',
      message: `secrets do not come from ${config.secretBackend} yet; use env`,
    });
  if (!config.databaseUrl && (config.databaseAppUrl || config.databaseWorkerUrl))
    problems.push({
      source: config.databaseAppUrl ? 'DATABASE_APP_URL' : 'DATABASE_WORKER_URL',
      message: 'is only for a database of your own: set DATABASE_URL too, for the migrations',
    });
  if (config.jwtSecret && config.jwtKeyFile)
    problems.push({ source: 'JWT_SECRET and JWT_KEY_FILE', message: 'set one of the two' });
  if (Boolean(config.firstAdminEmail) !== Boolean(config.firstAdminPassword))
    problems.push({ source: 'FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD', message: 'set both or none' });
  return problems;
}
