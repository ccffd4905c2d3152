import type { CheckVerdict } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../platform/database/index.js';

/** What one assertion with a metric said in one run. */
export interface MetricScore {
  metric: string;
  /** Of the case, its cell of the matrix and its faults. */
  cluster: string;
  verdict: CheckVerdict;
  score: number;
}

@Injectable()
export class ExperimentMetricsRepository {
  constructor(private readonly database: TenantDatabase) {}

  scores(tenantId: string, experimentId: string): Promise<MetricScore[]> {
    return this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<MetricScore[]>`
        select a ->> 'metric' as metric, concat_ws(' ', r.case_id, r.matrix::text, r.chaos) as cluster,
          a ->> 'verdict' as verdict, (a ->> 'score')::double precision as score
        from run r cross join lateral jsonb_array_elements(r.summary::jsonb -> 'assertions') a
        where r.experiment_id = ${experimentId}::uuid and r.retried_as is null and a ->> 'metric' is not null
        order by metric, r.created_at, r.id`,
    );
  }
}
