import { type CallDefaults, ROUTE_STRATEGIES } from '@rehearse/contracts';
import { InvalidSettings, numberReader } from './call-numbers.js';
import { OPEN_POLICY, type EgressPolicy } from './egress/policy.js';
import { readPrices } from './price-file.js';
import type { CircuitSettings } from './providers/circuits.js';
import type { Prices } from './providers/prices.js';
import { secretsOf, type Secrets } from './secrets.js';

/** Whom calls may reach, and with what: what the operator of this process decides. */
export interface CallSettings {
  openai: { apiKey?: string | undefined; baseUrl?: string | undefined };
  anthropic: { apiKey?: string | undefined };
  azure: { apiKey?: string | undefined; endpoint?: string | undefined };
  /** Ask models for their answer piece by piece. */
  streams: boolean;
  /** How models are called where the graph does not say it. */
  defaults: Partial<CallDefaults>;
  circuits: CircuitSettings;
  /** The operator's own, over those of the list. */
  prices: Prices;
  secrets: Secrets;
  egress: EgressPolicy;
  /** The programs that agents may be. */
  commands: readonly string[];
  /** What such a program sees of this one. */
  commandSurroundings: { cwd: string; env: Environment };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What a person decides by the environment of their terminal. Throws {@link InvalidSettings}. */
export function settingsOf(env: Environment, cwd: string): CallSettings {
  const { read, problems } = numberReader(env);
  const defaults = callDefaults({
    strategy: strategyIn(env['DEFAULT_PROVIDER_STRATEGY'], problems),
    timeoutS: read('LLM_TIMEOUT'),
    maxRetries: read('LLM_MAX_RETRIES'),
    initialDelayS: read('LLM_RETRY_INITIAL_DELAY'),
    maxDelayS: read('LLM_RETRY_MAX_DELAY'),
  });
  const circuits = circuitSettings({
    threshold: read('LLM_CIRCUIT_BREAKER_THRESHOLD'),
    timeoutS: read('LLM_CIRCUIT_BREAKER_TIMEOUT'),
    halfOpenCalls: read('LLM_CIRCUIT_BREAKER_HALF_OPEN'),
  });
  const prices = pricesIn(filled(env['PRICES_FILE']), { cwd, problems });
  if (problems.length > 0) throw new InvalidSettings(problems);
  return {
    openai: { apiKey: filled(env['OPENAI_API_KEY']), baseUrl: filled(env['OPENAI_BASE_URL']) },
    anthropic: { apiKey: filled(env['ANTHROPIC_API_KEY']) },
    azure: {
      apiKey: filled(env['AZURE_OPENAI_API_KEY']),
      endpoint: filled(env['AZURE_OPENAI_ENDPOINT']),
    },
    streams: !['false', '0', 'no', 'off'].includes((env['LLM_STREAM_RESPONSES'] ?? '').trim().toLowerCase()),
    ...{ defaults, circuits, prices },
    secrets: secretsOf(env),
    egress: OPEN_POLICY,
    commands: listOf(env['REHEARSE_ALLOW_COMMANDS']),
    // The program is the person's own, so it sees what they see, but for the secrets of other tools.
    commandSurroundings: { cwd, env: without(env, /^REHEARSE_SECRET_/) },
  };
}

/** The defaults of calls as an operator gives them: seconds, and tries after the first one. */
export const callDefaults = (given: {
  strategy: CallDefaults['strategy'];
  timeoutS: number;
  maxRetries: number;
  initialDelayS: number;
  maxDelayS: number;
}): CallDefaults => ({
  strategy: given.strategy,
  timeoutMs: given.timeoutS * 1_000,
  attempts: given.maxRetries + 1,
  initialDelayMs: given.initialDelayS * 1_000,
  maxDelayMs: given.maxDelayS * 1_000,
});

/** When a model is left alone, as an operator gives it: in seconds. */
export const circuitSettings = (given: {
  threshold: number;
  timeoutS: number;
  halfOpenCalls: number;
}): CircuitSettings => ({
  threshold: given.threshold,
  openMs: given.timeoutS * 1_000,
  halfOpenCalls: given.halfOpenCalls,
});

function pricesIn(file: string | undefined, { cwd, problems }: { cwd: string; problems: string[] }): Prices {
  if (file === undefined) return {};
  const read = readPrices(file, cwd);
  problems.push(...read.problems.map((problem) => `PRICES_FILE: ${problem}`));
  return read.prices;
}

function strategyIn(text: string | undefined, problems: string[]): CallDefaults['strategy'] {
  const asked = filled(text)?.toLowerCase();
  const known = ROUTE_STRATEGIES.find((one) => one === asked);
  if (asked !== undefined && known === undefined)
    problems.push(
      `DEFAULT_PROVIDER_STRATEGY must be one of ${ROUTE_STRATEGIES.join(', ')}, got ${JSON.stringify(text)}`,
    );
  return known ?? 'fallback';
}

const filled = (text: string | undefined): string | undefined => text?.trim() || undefined;

export const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const without = (env: Environment, names: RegExp): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.test(name)));
