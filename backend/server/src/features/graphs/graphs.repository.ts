import type { Diagnostic, Enclosures, GraphListItem, GraphVersionView } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../../platform/database/index.js';
import type { GraphContent } from './compiled-graphs.js';
import type { GraphOutline } from './graph-outline.js';
import type { GraphReference } from './graph-reference.js';

/** A graph version that is about to be stored. */
export interface GraphDraft {
  graphId: string;
  versionId: string;
  name: string;
  digest: string;
  sourceDigest: string;
  source: string;
  enclosures: Enclosures;
  labels: Record<string, string>;
  description: string | null;
  diagnostics: readonly Diagnostic[];
  outline: GraphOutline;
  createdBy: string | null;
}

export type StoredContent = GraphContent & { digest: string };

/** A graph version as it is stored, without its text. */
export interface StoredGraph {
  versionId: string;
  version: GraphVersionView;
  outline: GraphOutline;
  diagnostics: Diagnostic[];
}

interface VersionRow {
  id: string;
  graph_id: string;
  name: string;
  number: number;
  digest: string;
  source_digest: string;
  labels: Record<string, string>;
  description: string | null;
  created_at: Date;
  node_count: number;
  case_ids: string[] | null;
  imported: boolean;
}
type StoredRow = VersionRow & { outline: GraphOutline; diagnostics: Diagnostic[] };
type ListRow = VersionRow & { total: number; last_verdict: string | null; last_run_at: Date | null };

const VERSION_COLUMNS = Prisma.sql`
  v.id, v.graph_id, g.name, v.number, v.digest, v.source_digest, v.labels, v.description, v.created_at,
  json_array_length(v.outline -> 'nodes') as node_count,
  (select json_agg(c -> 'id') from json_array_elements(v.outline -> 'cases') c) as case_ids,
  (v.outline ->> 'imported')::boolean as imported`;

@Injectable()
export class GraphsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * Stores drafts, all or none. A version number is given while the row of its graph is locked, so that two uploads at
   * once get two numbers, and the same text twice one.
   */
  store(
    tenantId: string,
    drafts: readonly GraphDraft[],
  ): Promise<{ stored: StoredGraph; created: boolean }[]> {
    return this.database.inTenant(tenantId, async (tx) => {
      const answers: { stored: StoredGraph; created: boolean }[] = [];
      const inLockOrder = [...drafts.entries()].sort(([, a], [, b]) => (a.name < b.name ? -1 : 1));
      for (const [index, draft] of inLockOrder) answers[index] = await storeOne(tx, tenantId, draft);
      return answers;
    });
  }

  /** One transaction for all that `work` stores. */
  together<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    return this.database.inTenant(tenantId, work);
  }

  /** Stores a version with the settings of a suite in its text beside the one that it is made of, or finds it. */
  storeBeside(
    tenantId: string,
    base: StoredGraph,
    { settings, ...draft }: GraphDraft & { settings: string },
  ): Promise<{ versionId: string; created: boolean }> {
    const { id: graphId, version: number } = base.version;
    return this.database.inTenant(tenantId, async (tx) => {
      const count = await tx.$executeRaw`
        insert into graph_version (tenant_id, id, graph_id, number, settings, digest, source_digest, source, enclosures,
                                   labels, description, diagnostics, outline, created_by)
        values (${tenantId}::uuid, ${draft.versionId}::uuid, ${graphId}::uuid, ${number}, ${settings}, ${draft.digest},
                ${draft.sourceDigest}, ${draft.source}, ${JSON.stringify(draft.enclosures)}::json,
                ${JSON.stringify(draft.labels)}::jsonb, ${draft.description},
                ${JSON.stringify(draft.diagnostics)}::jsonb, ${JSON.stringify(draft.outline)}::json, ${draft.createdBy}::uuid)
        on conflict (tenant_id, graph_id, number, settings) do nothing`;
      const rows = await tx.$queryRaw<{ id: string }[]>`
        select id from graph_version
        where graph_id = ${graphId}::uuid and number = ${number} and settings = ${settings}`;
      return { versionId: rows[0]!.id, created: count > 0 };
    });
  }

  find(tenantId: string, reference: GraphReference): Promise<StoredGraph | null> {
    return this.database.inTenant(tenantId, async (tx) => {
      const graph =
        'id' in reference ? Prisma.sql`g.id = ${reference.id}::uuid` : Prisma.sql`g.name = ${reference.name}`;
      const version =
        reference.version === undefined
          ? Prisma.empty
          : Prisma.sql`and v.number = ${reference.version}::integer`;
      return one(tx, Prisma.sql`${graph} ${version} and v.settings = ''`);
    });
  }

  findVersion(tenantId: string, versionId: string): Promise<StoredGraph | null> {
    return this.database.inTenant(tenantId, (tx) => one(tx, Prisma.sql`v.id = ${versionId}::uuid`));
  }

  findByDigest(tenantId: string, which: { name: string; digest: string }): Promise<StoredGraph | null> {
    const { name, digest } = which;
    return this.database.inTenant(tenantId, (tx) =>
      one(tx, Prisma.sql`g.name = ${name} and v.digest = ${digest}`),
    );
  }

  async content(tenantId: string, versionId: string): Promise<StoredContent | null> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) =>
        tx.$queryRaw<
          StoredContent[]
        >`select source, enclosures, digest from graph_version where id = ${versionId}::uuid`,
    );
    return rows[0] ?? null;
  }

  /** Graphs in their newest version, by name; one more than `limit`. */
  async list(
    tenantId: string,
    query: { q?: string | undefined; afterName?: string | undefined; limit: number },
  ): Promise<GraphListItem[]> {
    const { q, afterName, limit } = query;
    const text = q
      ? Prisma.sql`and strpos(lower(g.name || ' ' || coalesce(v.description, '')), lower(${q})) > 0`
      : Prisma.empty;
    const after = afterName === undefined ? Prisma.empty : Prisma.sql`and g.name collate "C" > ${afterName}`;
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<ListRow[]>`
        select ${VERSION_COLUMNS}, r.total, last.verdict as last_verdict, last.created_at as last_run_at
        from graph g
        join lateral (select * from graph_version where tenant_id = g.tenant_id and graph_id = g.id and settings = ''
                      order by number desc limit 1) v on true
        left join lateral (select count(*)::integer as total from run join graph_version o
                           on o.tenant_id = run.tenant_id and o.id = run.graph_version_id
                           where o.tenant_id = g.tenant_id and o.graph_id = g.id) r on true
        left join lateral (select run.verdict, run.created_at from run join graph_version o
                           on o.tenant_id = run.tenant_id and o.id = run.graph_version_id
                           where o.tenant_id = g.tenant_id and o.graph_id = g.id
                           order by run.created_at desc, run.id desc limit 1) last on true
        where true ${text} ${after}
        order by g.name collate "C" limit ${limit + 1}`,
    );
    return rows.map(listItem);
  }

  /** Versions of a graph, newest first; one more than `limit`. */
  async versions(
    tenantId: string,
    query: { graphId: string; below?: number | undefined; limit: number },
  ): Promise<GraphVersionView[]> {
    const below =
      query.below === undefined ? Prisma.empty : Prisma.sql`and v.number < ${query.below}::integer`;
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<VersionRow[]>`
        select ${VERSION_COLUMNS} from graph_version v join graph g on g.tenant_id = v.tenant_id and g.id = v.graph_id
        where v.graph_id = ${query.graphId}::uuid and v.settings = '' ${below} order by v.number desc limit ${query.limit + 1}`,
    );
    return rows.map(versionView);
  }
}

type Transaction = Prisma.TransactionClient;

async function storeOne(tx: Transaction, tenantId: string, draft: GraphDraft) {
  const [graph] = await tx.$queryRaw<{ id: string }[]>`
    insert into graph (tenant_id, id, name) values (${tenantId}::uuid, ${draft.graphId}::uuid, ${draft.name})
    on conflict (tenant_id, name) do update set name = excluded.name returning id`;
  const graphId = graph!.id;
  const same = await one(
    tx,
    Prisma.sql`v.graph_id = ${graphId}::uuid and v.source_digest = ${draft.sourceDigest} and v.settings = ''`,
  );
  if (same) return { stored: same, created: false };
  await tx.$executeRaw`
    insert into graph_version (tenant_id, id, graph_id, number, digest, source_digest, source, enclosures, labels,
                               description, diagnostics, outline, created_by)
    select ${tenantId}::uuid, ${draft.versionId}::uuid, ${graphId}::uuid, coalesce(max(number), 0) + 1, ${draft.digest},
           ${draft.sourceDigest}, ${draft.source}, ${JSON.stringify(draft.enclosures)}::json,
           ${JSON.stringify(draft.labels)}::jsonb, ${draft.description},
           ${JSON.stringify(draft.diagnostics)}::jsonb, ${JSON.stringify(draft.outline)}::json, ${draft.createdBy}::uuid
    from graph_version where graph_id = ${graphId}::uuid`;
  const stored = await one(tx, Prisma.sql`v.id = ${draft.versionId}::uuid`);
  return { stored: stored!, created: true };
}

async function one(tx: Transaction, condition: Prisma.Sql): Promise<StoredGraph | null> {
  const rows = await tx.$queryRaw<StoredRow[]>`
    select ${VERSION_COLUMNS}, v.outline, v.diagnostics
    from graph_version v join graph g on g.tenant_id = v.tenant_id and g.id = v.graph_id
    where ${condition} order by v.number desc limit 1`;
  const row = rows[0];
  return row
    ? { versionId: row.id, version: versionView(row), outline: row.outline, diagnostics: row.diagnostics }
    : null;
}

const versionView = (row: VersionRow): GraphVersionView => ({
  id: row.graph_id as GraphVersionView['id'],
  name: row.name,
  version: row.number,
  digest: row.digest,
  sourceDigest: row.source_digest,
  description: row.description,
  labels: row.labels,
  nodeCount: row.node_count,
  caseIds: row.case_ids ?? [],
  imported: row.imported,
  createdAt: row.created_at.toISOString(),
});

const listItem = (row: ListRow): GraphListItem => ({
  ...versionView(row),
  runs: {
    total: row.total,
    lastVerdict: row.last_verdict,
    lastRunAt: row.last_run_at?.toISOString() ?? null,
  },
});
