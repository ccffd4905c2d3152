import type { HistoryFilters, HistoryView } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../platform/database/index.js';
import { isUuid } from '../graphs/index.js';

export interface HistoryViewRecord extends Omit<HistoryView, 'isOwn'> {
  userId: string;
}

export interface HistoryViewDraft {
  id: string;
  userId: string;
  name: string;
  filters: HistoryFilters;
  shared: boolean;
}

interface HistoryViewRow {
  id: string;
  user_id: string;
  email: string;
  user_name: string;
  name: string;
  filters: HistoryFilters;
  shared: boolean;
  created_at: Date;
}

/** Filters that somebody keeps under a name. */
@Injectable()
export class HistoryViewsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** Those of a user, then those that others share; each by name. Of nobody: all that are shared. */
  async list(tenantId: string, userId: string | null): Promise<HistoryViewRecord[]> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<HistoryViewRow[]>`
        select v.id, v.user_id, u.email, u.name as user_name, v.name, v.filters, v.shared, v.created_at
        from history_view v join app_user u on u.tenant_id = v.tenant_id and u.id = v.user_id
        where v.shared or v.user_id = ${userId}::uuid
        order by v.user_id = ${userId}::uuid desc nulls last, v.name, u.email limit 500`,
    );
    return rows.map(recordOf);
  }

  /** Null when the user has a view of this name. */
  async insert(tenantId: string, draft: HistoryViewDraft): Promise<string | null> {
    const { id, userId, name, filters, shared } = draft;
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<{ id: string }[]>`
        insert into history_view (tenant_id, id, user_id, name, filters, shared)
        values (${tenantId}::uuid, ${id}::uuid, ${userId}::uuid, ${name}, ${JSON.stringify(filters)}::jsonb, ${shared})
        on conflict (tenant_id, user_id, name) do nothing returning id`,
    );
    return rows[0]?.id ?? null;
  }

  async find(tenantId: string, id: string): Promise<{ userId: string; shared: boolean } | null> {
    if (!isUuid(id)) return null;
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<{ userId: string; shared: boolean }[]>`
        select user_id as "userId", shared from history_view where id = ${id}::uuid`,
    );
    return rows[0] ?? null;
  }

  async remove(tenantId: string, id: string): Promise<void> {
    await this.database.inTenant(
      tenantId,
      (tx) => tx.$executeRaw`delete from history_view where id = ${id}::uuid`,
    );
  }
}

const recordOf = (row: HistoryViewRow): HistoryViewRecord => ({
  ...{ id: row.id, userId: row.user_id, name: row.name, filters: row.filters, shared: row.shared },
  createdBy: {
    ...{ id: row.user_id as HistoryView['createdBy']['id'], email: row.email },
    name: row.user_name === '' ? null : row.user_name,
  },
  createdAt: row.created_at.toISOString(),
});
