import type { Role, Scope } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../platform/database/index.js';

/** What a look-up before the tenant is known gives: whose it is, and what to compare with. */
export interface Found {
  tenantId: string;
  id: string;
  hash: string | null;
}

export interface StoredKey {
  id: string;
  name: string;
  role: Role;
  scopes: Scope[];
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

/** What a user may do now, whatever a token said when it was issued. */
export interface Standing {
  role: Role;
  isOwner: boolean;
  isDisabled: boolean;
  epoch: number;
}

export interface NewRefreshToken {
  id: string;
  userId: string;
  familyId: string;
  tokenHash: string;
  expiresAt: Date;
}

export type Rotation = { kind: 'rotated'; userId: string } | { kind: 'reused' } | { kind: 'ended' };

interface FoundRow {
  tenant_id: string;
  user_id: string;
  hash: string | null;
}

/** Proofs of who somebody is: passwords, refresh tokens, links, API keys. */
@Injectable()
export class AccessRepository {
  constructor(private readonly database: TenantDatabase) {}

  async findByEmail(email: string): Promise<Found | null> {
    const rows = await this.database.beforeTenant(
      (tx) => tx.$queryRaw<FoundRow[]>`select * from login_by_email(${email})`,
    );
    return toFound(rows[0]);
  }

  async findByTokenHash(hash: string): Promise<Found | null> {
    const rows = await this.database.beforeTenant(
      (tx) => tx.$queryRaw<FoundRow[]>`select * from token_by_hash(${hash})`,
    );
    return toFound(rows[0]);
  }

  async findApiKey(id: string): Promise<Found | null> {
    const rows = await this.database.beforeTenant(
      (tx) => tx.$queryRaw<FoundRow[]>`select tenant_id, id as user_id, hash from api_key_by_id(${id}::uuid)`,
    );
    return toFound(rows[0]);
  }

  readApiKey(tenantId: string, id: string): Promise<StoredKey | null> {
    return this.database.inTenant(tenantId, async (tx) => {
      const row = await tx.apiKey.findUnique({ where: { tenantId_id: { tenantId, id } } });
      return row && { ...row, scopes: row.scopes as Scope[] };
    });
  }

  standingOf(tenantId: string, userId: string): Promise<Standing | null> {
    return this.database.inTenant(tenantId, async (tx) => {
      const row = await tx.user.findUnique({ where: { tenantId_id: { tenantId, id: userId } } });
      if (!row) return null;
      const { role, isOwner, disabledAt, tokenEpoch } = row;
      return { role, isOwner, isDisabled: disabledAt !== null, epoch: tokenEpoch };
    });
  }

  async noteApiKeyUse(tenantId: string, id: string): Promise<void> {
    await this.database.inTenant(
      tenantId,
      (tx) => tx.$executeRaw`update api_key set last_used_at = now() where id = ${id}::uuid`,
    );
  }

  async storeRefreshToken(tenantId: string, token: NewRefreshToken): Promise<void> {
    await this.database.inTenant(tenantId, async (tx) => {
      await tx.$executeRaw`delete from refresh_token where expires_at < now()`;
      await tx.refreshToken.create({ data: { tenantId, ...token } });
    });
  }

  /**
   * Takes a refresh token out of use and puts its successor in its place. One that was used before was stolen, or its
   * successor was: the whole family ends.
   */
  rotate(
    tenantId: string,
    { usedHash, next }: { usedHash: string; next: Omit<NewRefreshToken, 'userId' | 'familyId'> },
  ): Promise<Rotation> {
    return this.database.inTenant(tenantId, async (tx): Promise<Rotation> => {
      // The lock makes the second of two simultaneous uses see the first.
      await tx.$queryRaw`select 1 from refresh_token where token_hash = ${usedHash} for update`;
      const used = await tx.refreshToken.findUnique({
        where: { tenantId_tokenHash: { tenantId, tokenHash: usedHash } },
        include: { user: true },
      });
      if (!used || used.revokedAt || used.expiresAt < new Date()) return { kind: 'ended' };
      const { familyId, userId } = used;
      if (used.usedAt || used.user.disabledAt) {
        await tx.refreshToken.updateMany({ where: { familyId }, data: { revokedAt: new Date() } });
        return { kind: used.usedAt ? 'reused' : 'ended' };
      }
      await tx.refreshToken.update({
        where: { tenantId_id: { tenantId, id: used.id } },
        data: { usedAt: new Date() },
      });
      await tx.refreshToken.create({ data: { tenantId, ...next, familyId, userId } });
      return { kind: 'rotated', userId };
    });
  }

  /** Ends the sign-in that the token belongs to, on all its tokens. */
  async endFamilyOf(tenantId: string, tokenHash: string): Promise<void> {
    await this.database.inTenant(
      tenantId,
      (tx) => tx.$executeRaw`
        update refresh_token set revoked_at = now() where revoked_at is null
          and family_id = (select family_id from refresh_token where token_hash = ${tokenHash})`,
    );
  }

  /** A new link takes the place of the unused ones before it. */
  async storeLink(
    tenantId: string,
    link: { id: string; userId: string; tokenHash: string; expiresAt: Date },
  ): Promise<void> {
    await this.database.inTenant(tenantId, async (tx) => {
      await tx.signInLink.deleteMany({ where: { userId: link.userId, usedAt: null } });
      await tx.signInLink.create({ data: { tenantId, ...link } });
    });
  }

  /** True for the one who comes first, in time. */
  async useLink(tenantId: string, tokenHash: string): Promise<boolean> {
    const used = await this.database.inTenant(
      tenantId,
      (tx) => tx.$executeRaw`
        update sign_in_link set used_at = now()
        where token_hash = ${tokenHash} and used_at is null and expires_at > now()`,
    );
    return used === 1;
  }
}

const toFound = (row: FoundRow | undefined): Found | null =>
  row ? { tenantId: row.tenant_id, id: row.user_id, hash: row.hash } : null;
