import type { Role, Scope } from '@rehearse/contracts';

/** Who asks: a user, or an API key. Everything that a request does happens in this tenant. */
export interface Principal {
  readonly tenantId: string;
  readonly userId: string | null;
  readonly apiKey: { id: string; name: string } | null;
  readonly role: Role;
  /** Of an API key; a user's rights come from the role. */
  readonly scopes: readonly Scope[];
  /** May make tenants: the person whose installation it is. */
  readonly isOwner: boolean;
  /** When the proof ends, in milliseconds since 1970; null: it does not. */
  readonly expiresAt: number | null;
}

/** A name for limits and idempotency that no two principals share. */
export const principalKey = ({ apiKey, userId }: Principal): string =>
  apiKey ? apiKeyKey(apiKey.id) : userKey(userId);
export const apiKeyKey = (id: string): string => `key:${id}`;
export const userKey = (id: string | null): string => `user:${id}`;
