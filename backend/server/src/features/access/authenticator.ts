import { SCOPES } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../../platform/http/principal.js';
import { AccessRepository } from './access.repository.js';
import { AccessTokens } from './access-tokens.js';
import { hashOf, idOfApiKey, isHashOf } from './secrets.js';

/** How long a key that was revoked by another process may still pass. */
const REMEMBERED_MS = 5_000;
const USE_IS_NOTED_EVERY_MS = 60_000;

/** Says who somebody is by what they carry: an access token or an API key. For requests and for sockets. */
@Injectable()
export class Authenticator {
  private readonly keys = new LRUCache<string, Principal>({ max: 1_000, ttl: REMEMBERED_MS });

  constructor(
    private readonly tokens: AccessTokens,
    private readonly repository: AccessRepository,
  ) {}

  /** Null when the proof is not good, without saying why. */
  async authenticate(credential: string): Promise<Principal | null> {
    return credential.startsWith('rh_') ? this.byApiKey(credential) : this.byToken(credential);
  }

  /** Of an `Authorization` header. */
  fromHeader(header: string | undefined): string | null {
    const [, credential] = /^Bearer +([\w.~+/=-]{1,4096})$/i.exec(header ?? '') ?? [];
    return credential ?? null;
  }

  forget(keyId: string): void {
    for (const [cached, principal] of this.keys.entries())
      if (principal.apiKey?.id === keyId) this.keys.delete(cached);
  }

  private async byToken(token: string): Promise<Principal | null> {
    const principal = await this.tokens.read(token);
    // A user of the role API is a machine with a password: everything that keys may do.
    return principal?.role === 'API' ? { ...principal, scopes: SCOPES } : principal;
  }

  private async byApiKey(key: string): Promise<Principal | null> {
    const remembered = this.keys.get(hashOf(key));
    if (remembered) return isOver(remembered.expiresAt) ? null : remembered;
    const id = idOfApiKey(key);
    const found = id === null ? null : await this.repository.findApiKey(id);
    if (!found?.hash || !isHashOf(key, found.hash)) return null;
    const principal = await this.principalOfKey(found.tenantId, found.id);
    if (principal) this.keys.set(hashOf(key), principal);
    return principal;
  }

  private async principalOfKey(tenantId: string, id: string): Promise<Principal | null> {
    const key = await this.repository.readApiKey(tenantId, id);
    const expiresAt = key?.expiresAt?.getTime() ?? null;
    if (!key || key.revokedAt || isOver(expiresAt)) return null;
    if ((key.lastUsedAt?.getTime() ?? 0) < Date.now() - USE_IS_NOTED_EVERY_MS)
      await this.repository.noteApiKeyUse(tenantId, id);
    const { name, role, scopes } = key;
    return { tenantId, userId: null, apiKey: { id, name }, role, scopes, isOwner: false, expiresAt };
  }
}

const isOver = (expiresAt: number | null): boolean => expiresAt !== null && expiresAt <= Date.now();
