import type { JournalTarget } from '@rehearse/contracts';
import type { EgressPolicy } from '../egress/policy.js';
import type { SecretUse } from '../secrets.js';
import type { CallSettings } from '../settings.js';

export type LiveTarget = Exclude<JournalTarget, { provider: 'mock' | 'http' | 'command' }>;

/** Where a target is called. */
export interface Endpoint {
  /** Without a slash at its end. */
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  /** Null where the operator configured the address. */
  policy: EgressPolicy | null;
}

const OPENAI = 'https://api.openai.com/v1';
const ANTHROPIC = 'https://api.anthropic.com/v1';

interface Known {
  baseUrl: string | undefined;
  key: string | undefined;
  /** Whether the place answers without a key, as servers on one's own machine do. */
  isOpen?: boolean;
}

/**
 * Where a target is called and with which key; null when something for it is missing. The operator's key goes to the
 * operator's address alone: a graph that names another address brings a key of its own.
 */
export function endpointOf(target: LiveTarget, settings: CallSettings, use: SecretUse): Endpoint | null {
  const known = KNOWN[target.provider](settings);
  const isOwn = target.baseUrl !== undefined;
  const baseUrl = target.baseUrl ?? known.baseUrl;
  const key = ownKey(target, use) ?? (isOwn ? undefined : known.key);
  if (baseUrl === undefined || !URL.canParse(baseUrl) || key === null) return null;
  const isOpen = isOwn ? target.provider === 'openai-compatible' : known.isOpen === true;
  if (key === undefined && !isOpen) return null;
  if (key !== undefined) use.note(target.provider, key);
  return {
    baseUrl: baseUrl.replace(/\/+$/, '') + (target.provider === 'azure' ? '/openai/v1' : ''),
    headers: key === undefined ? {} : keyHeaders(target, key),
    policy: isOwn ? settings.egress : null,
  };
}

const KNOWN: Readonly<Record<LiveTarget['provider'], (settings: CallSettings) => Known>> = {
  openai: ({ openai }) => ({
    baseUrl: openai.baseUrl ?? OPENAI,
    key: openai.apiKey,
    isOpen: openai.baseUrl !== undefined,
  }),
  azure: ({ azure }) => ({ baseUrl: azure.endpoint, key: azure.apiKey }),
  anthropic: ({ anthropic }) => ({ baseUrl: ANTHROPIC, key: anthropic.apiKey }),
  'openai-compatible': () => ({ baseUrl: undefined, key: undefined }),
};

/** The key that the target names; undefined when it names none, null when what it names is not there. */
function ownKey({ apiKey }: LiveTarget, use: SecretUse): string | undefined | null {
  if (apiKey === undefined) return undefined;
  try {
    return use.reveal(apiKey);
  } catch {
    return null;
  }
}

function keyHeaders({ provider }: LiveTarget, key: string): Record<string, string> {
  if (provider === 'azure') return { 'api-key': key };
  if (provider === 'anthropic') return { 'x-api-key': key };
  return { authorization: `Bearer ${key}` };
}
