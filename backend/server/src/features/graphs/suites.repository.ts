import type { SuiteView } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../../platform/database/index.js';
import type { GraphReference } from './graph-reference.js';

/** A suite that is about to be stored. */
export interface SuiteDraft {
  id: string;
  name: string;
  digest: string;
  sourceDigest: string;
  source: string;
  labels: Record<string, string>;
  description: string | null;
  createdBy: string | null;
  /** The versions of its graphs with its settings, in its order. */
  graphs: readonly string[];
}

export interface StoredSuite {
  view: SuiteView;
  /** The versions of its graphs with its settings, in its order. */
  graphs: string[];
}

interface SuiteRow {
  id: string;
  name: string;
  number: number;
  digest: string;
  labels: Record<string, string>;
  description: string | null;
  created_at: Date;
  graphs: { id: string; name: string; version: number; digest: string }[];
}

const SELECT = Prisma.sql`
  select s.id, s.name, s.number, s.digest, s.labels, s.description, s.created_at,
    (select json_agg(json_build_object('id', v.id, 'name', g.name, 'version', v.number, 'digest', v.digest)
                     order by m.position)
     from suite_graph m
     join graph_version v on v.tenant_id = m.tenant_id and v.id = m.graph_version_id
     join graph g on g.tenant_id = v.tenant_id and g.id = v.graph_id
     where m.tenant_id = s.tenant_id and m.suite_id = s.id) as graphs
  from suite s`;

@Injectable()
export class SuitesRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** Stores a version of a suite, or finds the one that is the same. Two at once are given two numbers. */
  store(tenantId: string, draft: SuiteDraft): Promise<{ stored: StoredSuite; created: boolean }> {
    return this.database.inTenant(tenantId, async (tx) => {
      const lock = `${tenantId} suite ${draft.name}`;
      await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`;
      const same = await one(
        tx,
        Prisma.sql`s.name = ${draft.name} and s.source_digest = ${draft.sourceDigest}`,
      );
      if (same) return { stored: same, created: false };
      await tx.$executeRaw`
        insert into suite (tenant_id, id, name, number, digest, source_digest, source, labels, description, created_by)
        select ${tenantId}::uuid, ${draft.id}::uuid, ${draft.name}, coalesce(max(number), 0) + 1, ${draft.digest},
               ${draft.sourceDigest}, ${draft.source}, ${JSON.stringify(draft.labels)}::jsonb, ${draft.description},
               ${draft.createdBy}::uuid
        from suite where name = ${draft.name}`;
      const members = draft.graphs.map((id, position) => ({ id, position }));
      await tx.$executeRaw`
        insert into suite_graph (tenant_id, suite_id, position, graph_version_id)
        select ${tenantId}::uuid, ${draft.id}::uuid, m.position, m.id
        from json_to_recordset(${JSON.stringify(members)}::json) as m(id uuid, position integer)`;
      const stored = await one(tx, Prisma.sql`s.id = ${draft.id}::uuid`);
      return { stored: stored!, created: true };
    });
  }

  find(tenantId: string, reference: GraphReference): Promise<StoredSuite | null> {
    const which =
      'id' in reference ? Prisma.sql`s.id = ${reference.id}::uuid` : Prisma.sql`s.name = ${reference.name}`;
    const version =
      reference.version === undefined
        ? Prisma.empty
        : Prisma.sql`and s.number = ${reference.version}::integer`;
    return this.database.inTenant(tenantId, (tx) => one(tx, Prisma.sql`${which} ${version}`));
  }

  /** Suites in their newest version, by name; one more than `limit`. */
  async list(
    tenantId: string,
    { afterName, limit }: { afterName?: string | undefined; limit: number },
  ): Promise<SuiteView[]> {
    const after = afterName === undefined ? Prisma.empty : Prisma.sql`and s.name collate "C" > ${afterName}`;
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<SuiteRow[]>`
        ${SELECT}
        where s.number = (select max(o.number) from suite o where o.tenant_id = s.tenant_id and o.name = s.name) ${after}
        order by s.name collate "C" limit ${limit + 1}`,
    );
    return rows.map((row) => storedOf(row).view);
  }
}

async function one(tx: Prisma.TransactionClient, condition: Prisma.Sql): Promise<StoredSuite | null> {
  const rows = await tx.$queryRaw<SuiteRow[]>`${SELECT} where ${condition} order by s.number desc limit 1`;
  return rows[0] ? storedOf(rows[0]) : null;
}

const storedOf = ({
  id,
  name,
  number,
  digest,
  labels,
  description,
  created_at,
  graphs,
}: SuiteRow): StoredSuite => ({
  view: {
    ...{ id, name, version: number, digest, labels, description, createdAt: created_at.toISOString() },
    graphs: graphs.map(({ id: _, ...graph }) => graph),
  },
  graphs: graphs.map((graph) => graph.id),
});
