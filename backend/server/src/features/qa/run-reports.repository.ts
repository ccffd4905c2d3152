import type { AssertionView } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../../platform/database/index.js';
import type { RunRecord } from '../runs/index.js';

/** Another run of the same case on the same graph, with what its assertions said. */
export interface Sibling {
  runId: string;
  repeat: number;
  assertions: AssertionView[];
}

interface SiblingRow {
  id: string;
  repeat: number;
  assertions: string | null;
}

const MOST_SIBLINGS = 100;

@Injectable()
export class RunReportsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * Those of its experiment; of a run without one, the latest that were made without one, too, but for forks: they go on from
   * what somebody edited, and are repeats of nothing. Newest first.
   */
  async siblings({ tenantId, ...run }: RunRecord): Promise<Sibling[]> {
    if (run.experiment === null && run.parent !== null) return [];
    const matrix = run.matrix === null ? null : JSON.stringify(run.matrix);
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<SiblingRow[]>`
        select r.id, r.repeat, (r.summary -> 'assertions')::text as assertions
        from run r
        where r.graph_version_id = ${run.graphVersionId}::uuid and r.status = 'finished' and r.id <> ${run.id}::uuid
          and r.case_id is not distinct from ${run.caseId} and r.chaos is not distinct from ${run.chaos}
          and r.experiment_id is not distinct from ${run.experiment}::uuid
          and r.matrix::jsonb is not distinct from ${matrix}::jsonb
          ${run.experiment === null ? alone(run.vars) : Prisma.empty}
        order by r.created_at desc, r.id desc limit ${MOST_SIBLINGS}`,
    );
    return rows.map(({ id, repeat, assertions }) => ({
      ...{ runId: id, repeat },
      assertions: assertions === null ? [] : (JSON.parse(assertions) as AssertionView[]),
    }));
  }
}

const alone = (vars: RunRecord['vars']): Prisma.Sql =>
  Prisma.sql`and r.parent_run_id is null and r.vars::jsonb = ${JSON.stringify(vars)}::jsonb`;
