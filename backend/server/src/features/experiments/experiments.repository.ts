import type { Json, JsonObject, RunStatus, RunVerdict } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../../platform/database/index.js';
import { isUuid } from '../graphs/index.js';
import type { RunDraft } from '../runs/index.js';

export interface ExperimentDraft {
  id: string;
  graphVersionId: string;
  label: string;
  kind: 'execution' | 'import';
  params: { [name: string]: Json };
  importKey: string | null;
  concurrency: number;
  baseline?: string | null;
  /** The suite that it is of. */
  suiteId?: string | null;
  createdBy: string | null;
}

/** An experiment with the counts of its runs. */
export interface ExperimentRecord {
  id: string;
  label: string;
  kind: 'execution' | 'import';
  suite: { name: string; version: number } | null;
  graph: string;
  graphVersion: number;
  graphVersionId: string;
  baseline: string | null;
  concurrency: number;
  params: { [name: string]: Json };
  createdAt: string;
  finishedAt: string | null;
  counts: {
    total: number;
    finished: number;
    passed: number;
    failed: number;
    errored: number;
    inconclusive: number;
    canceled: number;
    paused: number;
  };
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
}

export interface ExperimentRun {
  id: string;
  caseId: string | null;
  matrix: JsonObject | null;
  chaos: string | null;
  repeat: number;
  status: RunStatus;
  verdict: RunVerdict | null;
  durationMs: number | null;
  costUsd: number | null;
}

/** A run that errored, with what it takes to make it anew. */
export type ErroredRun = Omit<RunDraft, 'graphVersionId' | 'experimentId' | 'createdBy'>;

interface ErroredRow {
  id: string;
  caseId: string | null;
  repeat: number;
  seed: number;
  vars: string;
  matrix: string | null;
  graphDigest: string | null;
  live: boolean;
  offline: boolean;
  chaos: string | null;
  followsRunId: string | null;
  followsRelation: string | null;
}

const erroredOf = ({
  vars,
  matrix,
  graphDigest,
  followsRunId,
  followsRelation,
  ...run
}: ErroredRow): ErroredRun => ({
  ...run,
  vars: JSON.parse(vars) as JsonObject,
  ...(matrix !== null &&
    graphDigest !== null && { matrix: { values: JSON.parse(matrix) as JsonObject, graphDigest } }),
  ...(followsRunId !== null &&
    followsRelation !== null && { follows: { runId: followsRunId, relation: followsRelation } }),
});

interface ExperimentRow {
  id: string;
  label: string;
  kind: 'execution' | 'import';
  suite: string | null;
  suite_version: number | null;
  graph: string;
  graph_version: number;
  graph_version_id: string;
  baseline_id: string | null;
  concurrency: number;
  params: { [name: string]: Json };
  created_at: Date;
  last_finished_at: Date | null;
  total: number;
  finished: number;
  passed: number;
  failed: number;
  errored: number;
  inconclusive: number;
  canceled: number;
  paused: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number | null;
}

const SELECT = Prisma.sql`
  select e.id, e.label, e.kind, s.name as suite, s.number as suite_version, g.name as graph, v.number as graph_version, e.graph_version_id, e.baseline_id, e.concurrency,
    e.params, e.created_at, c.*
  from experiment e
  join graph_version v on v.tenant_id = e.tenant_id and v.id = e.graph_version_id
  join graph g on g.tenant_id = v.tenant_id and g.id = v.graph_id
  left join suite s on s.tenant_id = e.tenant_id and s.id = e.suite_id
  cross join lateral (
    select (count(*) filter (where counts))::integer as total,
      (count(*) filter (where counts and status in ('finished', 'canceled')))::integer as finished,
      (count(*) filter (where counts and verdict = 'passed'))::integer as passed,
      (count(*) filter (where counts and verdict = 'failed'))::integer as failed,
      (count(*) filter (where counts and verdict = 'errored'))::integer as errored,
      (count(*) filter (where counts and verdict = 'inconclusive'))::integer as inconclusive,
      (count(*) filter (where counts and status = 'canceled'))::integer as canceled,
      (count(*) filter (where counts and status = 'paused'))::integer as paused,
      coalesce(sum(input_tokens), 0)::double precision as input_tokens,
      coalesce(sum(output_tokens), 0)::double precision as output_tokens,
      case when bool_or(cost_usd is null) then null else coalesce(sum(cost_usd), 0)::double precision end as cost_usd,
      max(finished_at) as last_finished_at
    -- A run that was made anew has cost what it cost; the new one counts in its place.
    from run cross join lateral (select run.retried_as is null as counts) k
    where run.tenant_id = e.tenant_id and run.experiment_id = e.id
  ) c`;

@Injectable()
export class ExperimentsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** One transaction for the experiment and for what `fill` stores: an experiment without its runs is never seen. */
  insert(tenantId: string, draft: ExperimentDraft, fill: () => Promise<void>): Promise<void> {
    return this.database.inTenant(tenantId, async (tx) => {
      await tx.$executeRaw`
        insert into experiment (tenant_id, id, graph_version_id, label, kind, status, params, import_key, concurrency,
                                baseline_id, suite_id, created_by)
        values (${tenantId}::uuid, ${draft.id}::uuid, ${draft.graphVersionId}::uuid, ${draft.label}, ${draft.kind},
                ${draft.kind === 'import' ? 'finished' : 'running'}, ${JSON.stringify(draft.params)}::jsonb,
                ${draft.importKey}, ${draft.concurrency}, ${draft.baseline ?? null}::uuid, ${draft.suiteId ?? null}::uuid, ${draft.createdBy}::uuid)`;
      await fill();
    });
  }

  /**
   * The same for an import, once: whoever brings the same content gets the id of the experiment that is there, also
   * when the first import is still under way.
   */
  insertImport(
    tenantId: string,
    draft: ExperimentDraft & { importKey: string },
    fill: () => Promise<void>,
  ): Promise<{ id: string; existing: boolean }> {
    return this.database.inTenant(tenantId, async (tx) => {
      const lock = `${tenantId} ${draft.importKey}`;
      await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`;
      const known = await this.findImport(tenantId, draft.importKey);
      if (known !== null) return { id: known, existing: true };
      await this.insert(tenantId, draft, fill);
      return { id: draft.id, existing: false };
    });
  }

  async findImport(tenantId: string, importKey: string): Promise<string | null> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<{ id: string }[]>`select id from experiment where import_key = ${importKey}`,
    );
    return rows[0]?.id ?? null;
  }

  async find(tenantId: string, id: string): Promise<ExperimentRecord | null> {
    if (!isUuid(id)) return null;
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<ExperimentRow[]>`${SELECT} where e.id = ${id}::uuid`,
    );
    return rows[0] ? recordOf(rows[0]) : null;
  }

  /** Newest first; one more than `limit`. */
  async list(
    tenantId: string,
    query: {
      graph?: string | undefined;
      after?: { createdAt: string; id: string } | undefined;
      limit: number;
    },
  ): Promise<ExperimentRecord[]> {
    const { graph, after, limit } = query;
    const conditions = [
      ...(after
        ? [Prisma.sql`(e.created_at, e.id) < (${new Date(after.createdAt)}, ${after.id}::uuid)`]
        : []),
      ...(graph === undefined ? [] : [Prisma.sql`g.name = ${graph}`]),
    ];
    const fitting =
      conditions.length > 0 ? Prisma.sql`where ${Prisma.join(conditions, ' and ')}` : Prisma.empty;
    const rows = await this.database.inTenant(
      tenantId,
      (tx) =>
        tx.$queryRaw<
          ExperimentRow[]
        >`${SELECT} ${fitting} order by e.created_at desc, e.id desc limit ${limit + 1}`,
    );
    return rows.map(recordOf);
  }

  async runs(tenantId: string, id: string): Promise<ExperimentRun[]> {
    return this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<ExperimentRun[]>`
        select id, case_id as "caseId", matrix, chaos, repeat, status, verdict, duration_ms as "durationMs",
          cost_usd as "costUsd"
        from run where experiment_id = ${id}::uuid and retried_as is null order by created_at, id`,
    );
  }

  async resize(tenantId: string, id: string, concurrency: number): Promise<void> {
    await this.database.inTenant(
      tenantId,
      (tx) => tx.$executeRaw`
        update experiment set concurrency = ${concurrency},
          params = jsonb_set(params, '{concurrency}', to_jsonb(${concurrency}::integer)) where id = ${id}::uuid`,
    );
  }

  /** The errored runs that nobody has made anew, locked so that nobody else does; `fill` stores those that take their places. */
  retry(
    tenantId: string,
    id: string,
    fill: (errored: readonly ErroredRun[]) => Promise<ReadonlyMap<string, string>>,
  ): Promise<void> {
    return this.database.inTenant(tenantId, async (tx) => {
      const rows = await tx.$queryRaw<ErroredRow[]>`
        select id, case_id as "caseId", repeat, seed::double precision as seed, vars::text as vars,
          matrix::text as matrix, graph_digest as "graphDigest", live, offline, chaos,
          follows_run_id as "followsRunId", follows_relation as "followsRelation"
        from run where experiment_id = ${id}::uuid and verdict = 'errored' and retried_as is null
        order by created_at, id for update`;
      const places = [...(await fill(rows.map(erroredOf)))].map(([old, made]) => ({ old, made }));
      await tx.$executeRaw`
        update run r set retried_as = p.made
        from json_to_recordset(${JSON.stringify(places)}::json) as p(old uuid, made uuid) where r.id = p.old`;
    });
  }
}

function recordOf(row: ExperimentRow): ExperimentRecord {
  const { total, finished, passed, failed, errored, inconclusive, canceled, paused } = row;
  return {
    id: row.id,
    label: row.label,
    kind: row.kind,
    suite: row.suite === null ? null : { name: row.suite, version: row.suite_version! },
    graph: row.graph,
    graphVersion: row.graph_version,
    graphVersionId: row.graph_version_id,
    baseline: row.baseline_id,
    concurrency: row.concurrency,
    params: row.params,
    createdAt: row.created_at.toISOString(),
    finishedAt: finished === total ? (row.last_finished_at ?? row.created_at).toISOString() : null,
    counts: { total, finished, passed, failed, errored, inconclusive, canceled, paused },
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_usd,
  };
}
