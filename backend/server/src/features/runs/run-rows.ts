import type { Json, JsonObject, RunRequested, RunStatus, RunVerdict } from '@rehearse/contracts';
import { SECRETS_PROFILE } from '@rehearse/engine';
import { Prisma } from '../../platform/database/index.js';
import type { RunRecord } from './run-records.js';

/** The columns of a list; what may be large is left out. */
export const SUMMARY_COLUMNS = Prisma.sql`
  r.id, r.tenant_id, r.graph_version_id, g.name as graph, v.number as graph_version, coalesce(r.graph_digest, v.digest) as graph_digest,
  coalesce((r.options ->> 'imported')::boolean, false) as imported, (r.options -> 'redaction')::text as redaction, r.experiment_id, r.case_id, r.repeat,
  r.matrix::text as matrix,
  r.seed::double precision as seed, r.chaos, r.live, r.offline, r.status, r.verdict, r.reason::text as reason, r.digest,
  r.verdict_digest, r.input_tokens, r.output_tokens, r.cost_usd, r.duration_ms, r.max_seq, r.parent_run_id,
  r.parent_seq, r.created_at, r.started_at, r.finished_at, r.wake_at,
  r.follows_run_id, r.follows_relation, r.requested, r.retried_as`;

/** Text, because the driver must not reorder or round what is inside. */
export const DETAIL_COLUMNS = Prisma.sql`
  r.vars::text as vars, r.output::text as output, r.summary::text as summary, r.error::text as error`;

export const RUN_TABLES = Prisma.sql`
  run r
  join graph_version v on v.tenant_id = r.tenant_id and v.id = r.graph_version_id
  join graph g on g.tenant_id = v.tenant_id and g.id = v.graph_id`;

export interface SummaryRow {
  id: string;
  tenant_id: string;
  graph_version_id: string;
  graph: string;
  graph_version: number;
  graph_digest: string;
  imported: boolean;
  redaction: string | null;
  experiment_id: string | null;
  case_id: string | null;
  repeat: number;
  matrix: string | null;
  seed: number;
  chaos: string | null;
  live: boolean;
  offline: boolean;
  status: RunStatus;
  verdict: RunVerdict | null;
  reason: string | null;
  digest: string | null;
  verdict_digest: string | null;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number | null;
  duration_ms: number | null;
  max_seq: number;
  parent_run_id: string | null;
  parent_seq: number | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  wake_at: Date | null;
  follows_run_id: string | null;
  follows_relation: string | null;
  requested: RunRequested | null;
  retried_as: string | null;
}
export type DetailRow = SummaryRow & {
  vars: string;
  output: string | null;
  summary: string | null;
  error: string | null;
};

const parsed = (text: string | null | undefined): unknown => (text == null ? null : JSON.parse(text));
const instant = (date: Date | null): string | null => date?.toISOString() ?? null;

export function recordOf(row: SummaryRow & Partial<DetailRow>): RunRecord {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    graphVersionId: row.graph_version_id,
    graph: row.graph,
    graphVersion: row.graph_version,
    graphDigest: row.graph_digest,
    imported: row.imported,
    redaction: row.redaction === null ? SECRETS_PROFILE : (JSON.parse(row.redaction) as string | null),
    experiment: row.experiment_id,
    caseId: row.case_id,
    repeat: row.repeat,
    matrix: parsed(row.matrix) as RunRecord['matrix'],
    seed: row.seed,
    vars: (parsed(row.vars) ?? {}) as JsonObject,
    chaos: row.chaos,
    live: row.live,
    offline: row.offline,
    status: row.status,
    verdict: row.verdict,
    output: parsed(row.output) as Json,
    reason: parsed(row.reason) as RunRecord['reason'],
    error: parsed(row.error) as RunRecord['error'],
    views: parsed(row.summary) as RunRecord['views'],
    digest: row.digest,
    verdictDigest: row.verdict_digest,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_usd,
    durationMs: row.duration_ms,
    lastSeq: row.max_seq,
    parent: row.parent_run_id === null ? null : { runId: row.parent_run_id, fromSeq: row.parent_seq ?? 0 },
    createdAt: row.created_at.toISOString(),
    startedAt: instant(row.started_at),
    finishedAt: instant(row.finished_at),
    wakeAt: instant(row.wake_at),
    follows:
      row.follows_run_id === null
        ? null
        : { runId: row.follows_run_id, relation: row.follows_relation ?? '' },
    requested: row.requested,
    retriedAs: row.retried_as,
  };
}
