import { SCOPES } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { type Principal, apiKeyKey, userKey } from '../../platform/http/principal.js';
import { AccessRepository, type Standing } from './access.repository.js';
import { AccessTokens } from './access-tokens.js';
import { Remembered } from './remembered.js';
import { Revocations } from './revocations.js';
import { idOfApiKey, isHashOf } from './secrets.js';

/** How long what another process took back may still pass, should its notice be lost. */
const REMEMBERED_MS = 5_000;
const USE_IS_NOTED_EVERY_MS = 60_000;

/** Says who somebody is by what they carry: an access token or an API key. For requests and for sockets. */
@Injectable()
export class Authenticator {
  private readonly keys = new Remembered<{ principal: Principal; hash: string }>({
    max: 1_000,
    ttlMs: REMEMBERED_MS,
  });
  private readonly standings = new Remembered<Standing>({ max: 10_000, ttlMs: REMEMBERED_MS });

  constructor(
    private readonly tokens: AccessTokens,
    private readonly repository: AccessRepository,
    revocations: Revocations,
  ) {
    revocations.onRevoked((who) => this.forget(who));
  }

  /** Null when the proof is not good, without saying why. */
  async authenticate(credential: string): Promise<Principal | null> {
    return credential.startsWith('rh_') ? this.byApiKey(credential) : this.byToken(credential);
  }

  /** Of an `Authorization` header. */
  fromHeader(header: string | undefined): string | null {
    const [, credential] = /^Bearer +([\w.~+/=-]{1,4096})$/i.exec(header ?? '') ?? [];
    return credential ?? null;
  }

  private forget(who: string | null): void {
    for (const remembered of [this.keys, this.standings]) remembered.forget(who);
  }

  /** A token says who; what that user may do is asked of the database, where it may have changed since. */
  private async byToken(token: string): Promise<Principal | null> {
    const holder = await this.tokens.read(token);
    if (!holder?.userId) return null;
    const { tenantId, userId, expiresAt } = holder;
    const standing = await this.standings.get(userKey(userId), () =>
      this.repository.standingOf(tenantId, userId),
    );
    if (!standing || standing.isDisabled || standing.epoch !== holder.epoch) return null;
    const { role, isOwner } = standing;
    // A user of the role API is a machine with a password: everything that keys may do.
    const scopes = role === 'API' ? SCOPES : [];
    return { tenantId, userId, apiKey: null, role, scopes, isOwner, expiresAt };
  }

  private async byApiKey(key: string): Promise<Principal | null> {
    const id = idOfApiKey(key);
    const known = id === null ? null : await this.keys.get(apiKeyKey(id), () => this.readKey(id));
    if (!known || !isHashOf(key, known.hash) || isOver(known.principal.expiresAt)) return null;
    return known.principal;
  }

  private async readKey(id: string): Promise<{ principal: Principal; hash: string } | null> {
    const found = await this.repository.findApiKey(id);
    const principal = found?.hash ? await this.principalOfKey(found.tenantId, found.id) : null;
    return found?.hash && principal ? { principal, hash: found.hash } : null;
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
