import type { ApiKeyView, Scope } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { type Prisma, TenantDatabase } from '../../platform/database/index.js';

export interface NewApiKey {
  id: string;
  name: string;
  scopes: readonly Scope[];
  hash: string;
  prefix: string;
  createdBy: string | null;
  expiresAt: Date | null;
}

@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: TenantDatabase) {}

  create(tenantId: string, key: NewApiKey): Promise<ApiKeyView> {
    return this.database.inTenant(tenantId, async (tx) =>
      toView(await tx.apiKey.create({ data: { tenantId, ...key, scopes: [...key.scopes], role: 'API' } })),
    );
  }

  /** Those in force, newest first, one more than `limit`. */
  list(
    tenantId: string,
    { beforeId, limit }: { beforeId: string | undefined; limit: number },
  ): Promise<ApiKeyView[]> {
    return this.database.inTenant(tenantId, async (tx) => {
      const where = { revokedAt: null, ...(beforeId ? { id: { lt: beforeId } } : {}) };
      const rows = await tx.apiKey.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 });
      return rows.map(toView);
    });
  }

  async revoke(tenantId: string, id: string): Promise<boolean> {
    const { count } = await this.database.inTenant(tenantId, (tx) =>
      tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } }),
    );
    return count === 1;
  }
}

const toView = (row: Prisma.ApiKeyGetPayload<object>): ApiKeyView => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes as Scope[],
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});
