import type { EventType, JournalEntry, JournalEvent, JsonObject, RunSummary } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../../platform/database/index.js';
import { isUuid } from '../graphs/index.js';
import {
  blobText,
  ENTRY_COLUMNS,
  type EntryRow,
  entryOf,
  EVENT_COLUMNS,
  EVENT_TABLES,
  type EventRow,
  eventOf,
  insertBlobs,
  insertEvents,
  storedEvents,
} from './event-rows.js';
import { allOf, runConditions, type RunFilters } from './run-filters.js';
import { type FinalState, type Follows, type RunRecord, runSummary } from './run-records.js';
import {
  DETAIL_COLUMNS,
  type DetailRow,
  recordOf,
  RUN_TABLES,
  SUMMARY_COLUMNS,
  type SummaryRow,
} from './run-rows.js';

/** A run that is about to be stored. */
export interface RunDraft {
  id: string;
  graphVersionId: string;
  experimentId: string | null;
  caseId: string | null;
  repeat: number;
  seed: number;
  vars: JsonObject;
  /** What a matrix gives it, and the digest of the graph that this makes. */
  matrix?: { values: JsonObject; graphDigest: string } | undefined;
  live: boolean;
  offline: boolean;
  chaos: string | null;
  /** Higher goes first within the tenant; default 0. */
  priority?: number | undefined;
  /** Of a follow-up, which is made when the other run has ended. */
  follows?: Follows | undefined;
  createdBy: string | null;
}

/** A run that was recorded elsewhere and is stored with its journal. */
export interface RecordedDraft extends RunDraft {
  final: FinalState;
  events: readonly JournalEvent[];
  /** It has no graph that could be run again. */
  imported: boolean;
  /** The profile that its payloads were redacted by, if any. */
  redaction?: string | null;
}

export interface EventsWindow {
  after: number;
  limit: number;
  types?: readonly EventType[] | undefined;
}

/** Rows of one statement: large enough to be few, small enough to be planned and sent quickly. */
const EVENTS_A_STATEMENT = 2_000;

@Injectable()
export class RunsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** A run that is there already, as after a request that was asked again, stays as it is. */
  async insert(tenantId: string, drafts: readonly RunDraft[]): Promise<void> {
    const records = JSON.stringify(drafts.map((draft) => queuedRecord(tenantId, draft)));
    await this.database.inTenant(
      tenantId,
      (tx) => tx.$executeRaw`
        insert into run (tenant_id, id, graph_version_id, experiment_id, case_id, repeat, seed, vars, matrix, graph_digest,
                         live, offline, chaos, follows_run_id, follows_relation, priority, status, created_by)
        select tenant_id, id, graph_version_id, experiment_id, case_id, repeat, seed, vars, matrix, graph_digest, live,
          offline, chaos, follows_run_id, follows_relation, priority, 'queued', created_by
        from json_to_recordset(${records}::json) as d(tenant_id uuid, id uuid, graph_version_id uuid, experiment_id uuid,
          case_id text, repeat integer, seed bigint, vars json, matrix json, graph_digest text, live boolean,
          offline boolean, chaos text, follows_run_id uuid, follows_relation text, priority smallint,
          created_by uuid)
        on conflict (tenant_id, id) do nothing`,
    );
  }

  /** Stores recordings with their journals, all or none. */
  insertRecorded(tenantId: string, drafts: readonly RecordedDraft[]): Promise<void> {
    return this.database.inTenant(tenantId, async (tx) => {
      await tx.$executeRaw(insertRecordedRuns(tenantId, drafts));
      const events = drafts.flatMap((draft) => draft.events);
      for (let at = 0; at < events.length; at += EVENTS_A_STATEMENT) {
        const stored = storedEvents([{ tenantId, events: events.slice(at, at + EVENTS_A_STATEMENT) }]);
        if (stored.blobs !== null) await tx.$executeRaw(insertBlobs(stored.blobs));
        await tx.$executeRaw(insertEvents(stored));
      }
    });
  }

  async find(tenantId: string, runId: string): Promise<RunRecord | null> {
    if (!isUuid(runId)) return null;
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<DetailRow[]>`
        select ${SUMMARY_COLUMNS}, ${DETAIL_COLUMNS} from ${RUN_TABLES} where r.id = ${runId}::uuid`,
    );
    return rows[0] ? recordOf(rows[0]) : null;
  }

  /** Newest first; one more than `limit`. */
  async list(
    tenantId: string,
    query: { filters: RunFilters; after?: { createdAt: string; id: string } | undefined; limit: number },
  ): Promise<RunSummary[]> {
    const conditions = runConditions(query.filters);
    if (query.after)
      conditions.push(
        Prisma.sql`(r.created_at, r.id) < (${new Date(query.after.createdAt)}, ${query.after.id}::uuid)`,
      );
    return this.summaries(tenantId, { conditions, limit: query.limit + 1 });
  }

  /** Those of the runs that match. */
  matching(tenantId: string, query: { ids: readonly string[]; filters: RunFilters }): Promise<RunSummary[]> {
    const ids = Prisma.sql`r.id in (${Prisma.join(query.ids.map((id) => Prisma.sql`${id}::uuid`))})`;
    return this.summaries(tenantId, {
      conditions: [ids, ...runConditions(query.filters)],
      limit: query.ids.length,
    });
  }

  /** Of the journal behind `after`, in order. */
  async events(tenantId: string, runId: string, window: EventsWindow): Promise<JournalEvent[]> {
    const rows = await this.database.inTenant(tenantId, (tx) =>
      tx.$queryRaw<EventRow[]>(within(window, runId, EVENT_COLUMNS)),
    );
    return rows.map(eventOf);
  }

  /** The same, with the blobs of large payloads in their place. */
  async entries(tenantId: string, runId: string, window: EventsWindow): Promise<JournalEntry[]> {
    const rows = await this.database.inTenant(tenantId, (tx) =>
      tx.$queryRaw<EntryRow[]>(within(window, runId, ENTRY_COLUMNS)),
    );
    return rows.map(entryOf);
  }

  /** The text of a large payload of the run. */
  async blob(tenantId: string, { runId, sha256 }: { runId: string; sha256: string }): Promise<string | null> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<{ content: Uint8Array }[]>`
        select b.content from ${EVENT_TABLES}
        where e.run_id = ${runId}::uuid and e.blob = ${sha256} and b.content is not null limit 1`,
    );
    return rows[0] ? blobText(rows[0].content) : null;
  }

  async journal(tenantId: string, runId: string): Promise<JournalEvent[]> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<EventRow[]>`
        select ${EVENT_COLUMNS} from ${EVENT_TABLES} where e.run_id = ${runId}::uuid order by e.seq`,
    );
    return rows.map(eventOf);
  }

  /** The events of the step that begins with an event: those of its key and attempt. */
  async journalOfStep(tenantId: string, runId: string, seq: number): Promise<JournalEvent[]> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<EventRow[]>`
        select ${EVENT_COLUMNS} from ${EVENT_TABLES}
        join run_event first on first.tenant_id = e.tenant_id and first.run_id = e.run_id
          and first.key = e.key and first.attempt = e.attempt
        where e.run_id = ${runId}::uuid and first.seq = ${seq}::integer order by e.seq`,
    );
    return rows.map(eventOf);
  }

  private async summaries(
    tenantId: string,
    { conditions, limit }: { conditions: readonly Prisma.Sql[]; limit: number },
  ): Promise<RunSummary[]> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<SummaryRow[]>`
        select ${SUMMARY_COLUMNS} from ${RUN_TABLES} where ${allOf(conditions)}
        order by r.created_at desc, r.id desc limit ${limit}`,
    );
    return rows.map((row) => runSummary(recordOf(row)));
  }
}

const within = (
  { after, limit, types }: EventsWindow,
  runId: string,
  columns: Prisma.Sql,
): Prisma.Sql => Prisma.sql`
  select ${columns} from ${EVENT_TABLES}
  where e.run_id = ${runId}::uuid and e.seq > ${after}::integer
    ${types?.length ? Prisma.sql`and e.type in (${Prisma.join([...types])})` : Prisma.empty}
  order by e.seq limit ${limit}`;

const queuedRecord = (tenantId: string, draft: RunDraft) => ({
  tenant_id: tenantId,
  id: draft.id,
  graph_version_id: draft.graphVersionId,
  experiment_id: draft.experimentId,
  case_id: draft.caseId,
  repeat: draft.repeat,
  seed: draft.seed,
  vars: draft.vars,
  matrix: draft.matrix?.values ?? null,
  graph_digest: draft.matrix?.graphDigest ?? null,
  live: draft.live,
  offline: draft.offline,
  chaos: draft.chaos,
  follows_run_id: draft.follows?.runId ?? null,
  follows_relation: draft.follows?.relation ?? null,
  priority: draft.priority ?? 0,
  created_by: draft.createdBy,
});

/** The columns that a journal's end fills, as `json_to_recordset` takes them. */
export const finalRecord = (final: FinalState) => ({
  status: final.status,
  verdict: final.verdict,
  output: final.output,
  reason: final.reason,
  error: final.error,
  summary: {
    ...{ steps: final.steps, assertions: final.assertions, contracts: final.contracts },
    memory: final.memory,
  },
  digest: final.digest,
  verdict_digest: final.verdictDigest,
  input_tokens: final.inputTokens,
  output_tokens: final.outputTokens,
  cost_usd: final.costUsd,
  duration_ms: final.durationMs,
  started_at: final.startedAt,
  finished_at: final.finishedAt,
});

export const FINAL_RECORD = `status text, verdict text, output json, reason json, error json, summary json, digest text,
  verdict_digest text, input_tokens integer, output_tokens integer, cost_usd double precision,
  duration_ms double precision, started_at timestamptz, finished_at timestamptz`;

function insertRecordedRuns(tenantId: string, drafts: readonly RecordedDraft[]): Prisma.Sql {
  const records = drafts.map((draft) => ({
    ...queuedRecord(tenantId, draft),
    ...finalRecord(draft.final),
    options: { ...(draft.imported && { imported: true }), redaction: draft.redaction ?? null },
    max_seq: draft.events.at(-1)?.seq ?? 0,
  }));
  return Prisma.sql`
    insert into run (tenant_id, id, graph_version_id, experiment_id, case_id, repeat, seed, vars, matrix, graph_digest,
      live, offline, chaos, options, created_by, max_seq, status, verdict, output, reason, error, summary, digest,
      verdict_digest, input_tokens, output_tokens, cost_usd, duration_ms, started_at, finished_at)
    select tenant_id, id, graph_version_id, experiment_id, case_id, repeat, seed, vars, matrix, graph_digest, live, offline,
      chaos, options, created_by, max_seq, status, verdict, output, reason, error, summary, digest, verdict_digest, input_tokens,
      output_tokens, cost_usd, duration_ms, started_at, finished_at
    from json_to_recordset(${JSON.stringify(records)}::json) as d(tenant_id uuid, id uuid, graph_version_id uuid,
      experiment_id uuid, case_id text, repeat integer, seed bigint, vars json, matrix json, graph_digest text,
      live boolean, offline boolean, chaos text, options jsonb,
      created_by uuid, max_seq integer, ${Prisma.raw(FINAL_RECORD)})`;
}
