import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../platform/database/index.js';
import type { RunRecord } from './run-records.js';
import { RUN_TABLES } from './run-rows.js';

interface DurationsRow {
  runs: number;
  p50: number | null;
  p90: number | null;
}

const MOST_RUNS = 200;

@Injectable()
export class EstimatesRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** Of the latest runs of the same graph digest that were made before it; a fork has much of its run done already. */
  async durations({
    tenantId,
    id,
    graphVersionId,
    graphDigest,
    createdAt,
  }: RunRecord): Promise<DurationsRow> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<DurationsRow[]>`
        select count(*)::int as runs, percentile_cont(0.5) within group (order by duration_ms) as p50,
          percentile_cont(0.9) within group (order by duration_ms) as p90
        from (
          select r.duration_ms from ${RUN_TABLES}
          where r.graph_version_id = ${graphVersionId}::uuid and coalesce(r.graph_digest, v.digest) = ${graphDigest}
            and r.verdict in ('passed', 'failed') and r.duration_ms is not null and r.parent_run_id is null
            and (r.created_at, r.id) < (${new Date(createdAt)}, ${id}::uuid)
          order by r.created_at desc, r.id desc limit ${MOST_RUNS}
        ) as earlier`,
    );
    return rows[0]!;
  }
}
