import { OPEN_POLICY, type EgressPolicy } from './egress/policy.js';
import { secretsOf, type Secrets } from './secrets.js';

/** Whom calls may reach, and with what: what the operator of this process decides. */
export interface CallSettings {
  openai: { apiKey?: string | undefined; baseUrl?: string | undefined };
  anthropic: { apiKey?: string | undefined };
  azure: { apiKey?: string | undefined; endpoint?: string | undefined };
  /** Ask models for their answer piece by piece. */
  streams: boolean;
  secrets: Secrets;
  egress: EgressPolicy;
  /** The programs that agents may be. */
  commands: readonly string[];
  /** What such a program sees of this one. */
  commandSurroundings: { cwd: string; env: Environment };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What a person decides by the environment of their terminal. */
export function settingsOf(env: Environment, cwd: string): CallSettings {
  return {
    openai: { apiKey: filled(env['OPENAI_API_KEY']), baseUrl: filled(env['OPENAI_BASE_URL']) },
    anthropic: { apiKey: filled(env['ANTHROPIC_API_KEY']) },
    azure: {
      apiKey: filled(env['AZURE_OPENAI_API_KEY']),
      endpoint: filled(env['AZURE_OPENAI_ENDPOINT']),
    },
    streams: !['false', '0', 'no', 'off'].includes((env['LLM_STREAM_RESPONSES'] ?? '').trim().toLowerCase()),
    secrets: secretsOf(env),
    egress: OPEN_POLICY,
    commands: listOf(env['REHEARSE_ALLOW_COMMANDS']),
    // The program is the person's own, so it sees what they see, but for the secrets of other tools.
    commandSurroundings: { cwd, env: without(env, /^REHEARSE_SECRET_/) },
  };
}

const filled = (text: string | undefined): string | undefined => text?.trim() || undefined;

export const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const without = (env: Environment, names: RegExp): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.test(name)));
