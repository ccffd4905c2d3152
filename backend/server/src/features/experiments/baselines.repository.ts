import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../platform/database/index.js';

export interface BaselineRecord {
  name: string;
  graph: string;
  experimentId: string;
  pinnedAt: string;
  pinnedBy: string | null;
}

interface BaselineRow {
  name: string;
  graph: string;
  experiment_id: string;
  pinned_at: Date;
  pinned_by: string | null;
}

/** Experiments that others of their graph are compared with, by names. */
@Injectable()
export class BaselinesRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** The id of the experiment that has the name now; null when none has. */
  async find(tenantId: string, { graph, name }: { graph: string; name: string }): Promise<string | null> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<{ id: string }[]>`
        select b.experiment_id as id from baseline b join graph g on g.tenant_id = b.tenant_id and g.id = b.graph_id
        where g.name = ${graph} and b.name = ${name}`,
    );
    return rows[0]?.id ?? null;
  }

  /** By graph and name; those of one graph, or of all. */
  async list(tenantId: string, graph: string | null): Promise<BaselineRecord[]> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<BaselineRow[]>`
        select b.name, g.name as graph, b.experiment_id, b.pinned_at, b.pinned_by
        from baseline b join graph g on g.tenant_id = b.tenant_id and g.id = b.graph_id
        where ${graph}::text is null or g.name = ${graph} order by g.name, b.name limit 500`,
    );
    return rows.map(({ name, graph: of, experiment_id: experimentId, pinned_at, pinned_by: pinnedBy }) => ({
      ...{ name, graph: of, experimentId, pinnedBy },
      pinnedAt: pinned_at.toISOString(),
    }));
  }

  /** Gives the name to an experiment; answers the one that had it. */
  pin(
    tenantId: string,
    { experimentId, name, pinnedBy }: { experimentId: string; name: string; pinnedBy: string | null },
  ): Promise<string | null> {
    return this.database.inTenant(tenantId, async (tx) => {
      const graphs = await tx.$queryRaw<{ id: string }[]>`
        select v.graph_id as id from experiment e
        join graph_version v on v.tenant_id = e.tenant_id and v.id = e.graph_version_id
        where e.id = ${experimentId}::uuid`;
      const graphId = graphs[0]!.id;
      const before = await tx.$queryRaw<{ id: string }[]>`
        select experiment_id as id from baseline where graph_id = ${graphId}::uuid and name = ${name} for update`;
      await tx.$executeRaw`
        insert into baseline (tenant_id, graph_id, name, experiment_id, pinned_by)
        values (${tenantId}::uuid, ${graphId}::uuid, ${name}, ${experimentId}::uuid, ${pinnedBy}::uuid)
        on conflict (tenant_id, graph_id, name)
          do update set experiment_id = excluded.experiment_id, pinned_by = excluded.pinned_by, pinned_at = now()`;
      return before[0]?.id ?? null;
    });
  }
}
