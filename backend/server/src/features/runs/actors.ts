import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../platform/database/index.js';
import type { Principal } from '../../platform/http/index.js';

/** What the journal calls those who decide and control. */
@Injectable()
export class Actors {
  constructor(private readonly database: TenantDatabase) {}

  /** The e-mail address of a user; an API key by its name. */
  async nameOf({ tenantId, userId, apiKey }: Principal): Promise<string> {
    if (apiKey) return `key:${apiKey.name}`;
    return (userId && (await this.emailOf(tenantId, userId))) || `user:${userId}`;
  }

  private async emailOf(tenantId: string, userId: string): Promise<string | null> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<{ email: string }[]>`select email from app_user where id = ${userId}::uuid`,
    );
    return rows[0]?.email ?? null;
  }
}
