import type { Json, JsonObject } from '@rehearse/contracts';
import { isMapping } from '../sources.js';

const SECRET_KEY = /(^|_|-)(api_?key|secret|password|token|credentials?)$/i;
/** Shorter ones would be found in plain words. */
const SHORTEST = 6;

/** Whether a key holds a secret, as in `openai_api_key`; `max_tokens` does not. */
export const isSecretKey = (key: string): boolean => SECRET_KEY.test(key);

/** The name that a secret goes by in `${secret:name}`. */
export const secretName = (key: string): string => key.toLowerCase().replace(/[^a-z0-9_]+/g, '_');

/** The secrets in a config, longest first, each with the name of its key. */
export function secretsIn(config: JsonObject): { name: string; value: string }[] {
  const found: { name: string; value: string }[] = [];
  const visit = (value: Json, key: string): void => {
    if (typeof value === 'string' && isSecretKey(key) && value.length >= SHORTEST)
      found.push({ name: secretName(key), value });
    if (Array.isArray(value)) for (const item of value) visit(item, key);
    else if (isMapping(value)) for (const [name, member] of Object.entries(value)) visit(member, name);
  };
  visit(config, '');
  return found.sort((a, b) => b.value.length - a.value.length);
}

/** A value without the secrets: wherever one of them stands, its name stands instead. */
export function withoutSecrets<T extends Json>(value: T, secrets: ReturnType<typeof secretsIn>): T {
  if (secrets.length === 0) return value;
  const hide = (text: string) =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret.value, `\${secret:${secret.name}}`), text);
  const visit = (inner: Json): Json => {
    if (typeof inner === 'string') return hide(inner);
    if (Array.isArray(inner)) return inner.map(visit);
    if (!isMapping(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, member]) => [hide(key), visit(member)]));
  };
  return visit(value) as T;
}
