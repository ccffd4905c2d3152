import type { RetentionRules } from '@rehearse/contracts';
import { Prisma } from '../../platform/database/index.js';

const IS_NEEDED = Prisma.sql`(
  exists (select from experiment e where e.tenant_id = k.tenant_id and e.baseline_id = k.experiment_id)
  or exists (select from baseline b where b.tenant_id = k.tenant_id and b.experiment_id = k.experiment_id)
  or exists (select from baseline b where b.tenant_id = k.tenant_id and b.experiment_id = k.experiment_id)
  or exists (select from run o where o.tenant_id = k.tenant_id and o.parent_run_id = k.id)
  or exists (select from run o where o.tenant_id = k.tenant_id and o.follows_run_id = k.id)
  or exists (select from run o where o.tenant_id = k.tenant_id and o.retried_as = k.id))`;

/**
 * The runs that the rules let go, as `expired(tenant_id, id, …, is_needed)` of a `with`. A run is needed as long as it, or the
 * experiment that it belongs to, is compared with: baselines, and what forks, follow-ups and retries were made of.
 * `rules` is a relation with the columns of the table `retention`.
 */
export const expiredRuns = (rules: Prisma.Sql): Prisma.Sql => Prisma.sql`
  ranked as (
    select r.tenant_id, r.id, r.experiment_id, r.verdict, r.max_seq, r.created_at, p.max_age_days, p.max_runs,
      coalesce(p.failed_max_age_days, p.max_age_days) as failed_max_age_days,
      p.failed_max_age_days is not null as keeps_failed,
      coalesce(r.verdict, 'errored') in ('failed', 'errored') as is_failed,
      now() - r.finished_at as age,
      row_number() over (partition by r.tenant_id order by r.created_at desc, r.id desc) as place
    from run r join ${rules} p on p.tenant_id = r.tenant_id
    where r.status in ('finished', 'canceled')
  ), expired as (
    select k.*, ${IS_NEEDED} as is_needed
    from ranked k
    where case when is_failed
      then age > make_interval(days => failed_max_age_days) or (place > max_runs and not keeps_failed)
      else age > make_interval(days => max_age_days) or place > max_runs end
  )`;

/** Rules that are only asked about, as a relation of one row. */
export const askedRules = (
  tenantId: string,
  { maxAgeDays, failedMaxAgeDays, maxRuns }: RetentionRules,
): Prisma.Sql => Prisma.sql`
  (select ${tenantId}::uuid as tenant_id, ${maxAgeDays}::integer as max_age_days,
    ${failedMaxAgeDays}::integer as failed_max_age_days, ${maxRuns}::integer as max_runs)`;
