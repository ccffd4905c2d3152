import type { CassetteHeader, JournalEvent } from '@rehearse/contracts';

/**
 * What is done to every answer before it is journaled: the values of the secrets that its call used, keys of providers
 * among them, are replaced by `[secret <name>]`, as they are, URL-encoded, in JSON and in base64. Errors are no exception.
 */
export const SECRETS_PROFILE = 'secrets/v1';
const RULES = ['secret-values'];
const MASK = /\[secret ([A-Za-z_][A-Za-z0-9_.-]*)\]/g;

/** What the header of a cassette says of the redaction of a run; of a profile that is not ours its name alone. */
export function redactionOf(
  events: readonly JournalEvent[],
  profile: string | null = SECRETS_PROFILE,
): Pick<CassetteHeader, 'redaction' | 'redacted'> {
  if (profile !== SECRETS_PROFILE) return { redaction: profile };
  const masked: Record<string, number> = {};
  for (const { data } of events)
    for (const [, name] of JSON.stringify(data).matchAll(MASK)) masked[name!] = (masked[name!] ?? 0) + 1;
  return { redaction: profile, redacted: { rules: RULES, masked } };
}
