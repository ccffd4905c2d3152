import type { RetentionPreview, RetentionRules, RetentionView } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../../platform/database/index.js';
import { askedRules, expiredRuns } from './expired-runs.js';

interface RulesRow {
  max_age_days: number | null;
  failed_max_age_days: number | null;
  max_runs: number | null;
  updated_at: Date;
}

interface PreviewRow {
  runs: number;
  events: number;
  by_verdict: Record<string, number> | null;
  oldest: Date | null;
  newest: Date | null;
  kept: number;
  protected: number;
}

@Injectable()
export class RetentionRepository {
  constructor(private readonly database: TenantDatabase) {}

  async rules(tenantId: string): Promise<RetentionView> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<RulesRow[]>`
        select max_age_days, failed_max_age_days, max_runs, updated_at from retention`,
    );
    const [row] = rows;
    return {
      maxAgeDays: row?.max_age_days ?? null,
      failedMaxAgeDays: row?.failed_max_age_days ?? null,
      maxRuns: row?.max_runs ?? null,
      updatedAt: row?.updated_at.toISOString() ?? null,
    };
  }

  async set(tenantId: string, { rules, by }: { rules: RetentionRules; by: string | null }): Promise<void> {
    const { maxAgeDays, failedMaxAgeDays, maxRuns } = rules;
    await this.database.inTenant(
      tenantId,
      (tx) => tx.$executeRaw`
        insert into retention (tenant_id, max_age_days, failed_max_age_days, max_runs, updated_by)
        values (${tenantId}::uuid, ${maxAgeDays}, ${failedMaxAgeDays}, ${maxRuns}, ${by}::uuid)
        on conflict (tenant_id) do update set max_age_days = excluded.max_age_days,
          failed_max_age_days = excluded.failed_max_age_days, max_runs = excluded.max_runs,
          updated_by = excluded.updated_by, updated_at = now()`,
    );
  }

  /** What the rules would delete now. */
  async preview(tenantId: string, rules: RetentionRules): Promise<RetentionPreview> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<PreviewRow[]>`
        with ${expiredRuns(askedRules(tenantId, rules))}, going as (select * from expired where not is_needed)
        select count(*)::integer as runs, coalesce(sum(max_seq), 0)::double precision as events,
          (select json_object_agg(v.name, v.n) from (
            select coalesce(verdict, 'canceled') as name, count(*)::integer as n from going group by 1) v) as by_verdict,
          min(created_at) as oldest, max(created_at) as newest,
          (select count(*)::integer from run) - count(*)::integer as kept,
          (select count(*)::integer from expired where is_needed) as protected
        from going`,
    );
    const row = rows[0]!;
    return {
      runs: row.runs,
      events: row.events,
      byVerdict: row.by_verdict ?? {},
      oldest: row.oldest?.toISOString() ?? null,
      newest: row.newest?.toISOString() ?? null,
      kept: row.kept,
      protected: row.protected,
    };
  }

  /** Deletes at most `limit` runs that the rules of their tenants let go; answers how many there were. */
  deleteExpired(limit: number): Promise<number> {
    return this.database.asWorker(
      (tx) => tx.$executeRaw`
        with ${expiredRuns(Prisma.sql`retention`)}
        delete from run r using (
          select tenant_id, id from expired where not is_needed order by created_at limit ${limit}) x
        where r.tenant_id = x.tenant_id and r.id = x.id`,
    );
  }

  /** Deletes blobs that no event points at any more; what was written lately may be about to get one. */
  deleteUnusedBlobs(limit: number): Promise<number> {
    return this.database.asWorker(
      (tx) => tx.$executeRaw`
        delete from blob b using (
          select o.tenant_id, o.sha256 from blob o
          where o.kept_at < now() - interval '1 day'
            and not exists (select from run_event e where e.tenant_id = o.tenant_id and e.blob = o.sha256)
          limit ${limit} for update skip locked) x
        where b.tenant_id = x.tenant_id and b.sha256 = x.sha256`,
    );
  }

  /** Makes the parts of the journal for the months to come. */
  async makeParts(): Promise<void> {
    await this.database.asWorker((tx) => tx.$executeRaw`select ensure_event_parts(3)`);
  }
}
