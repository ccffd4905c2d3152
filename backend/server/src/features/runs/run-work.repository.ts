import type { Json, JournalEvent, RunRequested } from '@rehearse/contracts';
import type { HumanOutcome } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../../platform/database/index.js';
import { failpoint } from '../../platform/failpoint.js';
import type { GraphContent } from '../graphs/index.js';
import type { RunTicket } from './run-dispatcher.js';
import type { RunBatch } from './run-journal.js';
import {
  EVENT_COLUMNS,
  EVENT_TABLES,
  type EventRow,
  eventOf,
  insertBlobs,
  insertEvents,
  storedEvents,
} from './event-rows.js';
import { FINAL_RECORD, finalRecord } from './runs.repository.js';

/** What driving runs needs of the database: over all tenants, by the role that may do this and little else. */
@Injectable()
export class RunWorkRepository {
  constructor(private readonly database: TenantDatabase) {}

  async journal({ runId, tenantId }: RunTicket): Promise<JournalEvent[]> {
    const rows = await this.database.asWorker(
      (tx) => tx.$queryRaw<EventRow[]>`
        select ${EVENT_COLUMNS} from ${EVENT_TABLES}
        where e.tenant_id = ${tenantId}::uuid and e.run_id = ${runId}::uuid order by e.seq`,
    );
    return rows.map(eventOf);
  }

  /** What somebody asks of a run while it is driven. */
  async requested({ runId, tenantId }: RunTicket): Promise<RunRequested | null> {
    const rows = await this.database.asWorker(
      (tx) => tx.$queryRaw<{ requested: RunRequested | null }[]>`
        select requested from run where tenant_id = ${tenantId}::uuid and id = ${runId}::uuid`,
    );
    return rows[0]?.requested ?? null;
  }

  /**
   * Asks a rerun that is about to begin to stop, where what its experiment has spent, what is under way and the rerun itself
   * might lead beyond what may be spent. Of those that begin together the ones before it count, by their ids.
   */
  async stopBeyondLimit({ runId, tenantId }: RunTicket): Promise<boolean> {
    return this.database.asWorker(async (tx) => {
      const stopped = await tx.$queryRaw<{ id: string }[]>`
        with limits as (
          select e.id, (e.params -> 'attribution' ->> 'maxCostUsd')::double precision as most,
            (e.params -> 'attribution' ->> 'rerunUsd')::double precision as one
          from run r join experiment e on e.tenant_id = r.tenant_id and e.id = r.experiment_id
          where r.tenant_id = ${tenantId}::uuid and r.id = ${runId}::uuid
        )
        update run r set requested = 'stop', requested_reason = 'it might have cost more than may be spent'
        from limits l
        where r.tenant_id = ${tenantId}::uuid and r.id = ${runId}::uuid and r.status = 'running' and l.most < (
          select coalesce(sum(case when s.status = 'running' then l.one else s.cost_usd end), 0) from run s
          where s.tenant_id = ${tenantId}::uuid and s.experiment_id = l.id and (s.status <> 'running' or s.id <= r.id))
        returning r.id`;
      return stopped.length > 0;
    });
  }

  /** What people have decided of a run, by key. */
  async decisions({ runId, tenantId }: RunTicket): Promise<ReadonlyMap<string, HumanOutcome>> {
    const rows = await this.database.asWorker(
      (tx) => tx.$queryRaw<DecisionRow[]>`
        select key, decision, value::text as value, reason, decided_by from run_decision
        where tenant_id = ${tenantId}::uuid and run_id = ${runId}::uuid`,
    );
    return new Map(rows.map((row) => [row.key, outcomeOf(row)]));
  }

  /**
   * Puts a run down until somebody decides or `wakeInMs` have passed. `called`: somebody has decided one of the `open`
   * keys meanwhile, or asked for something else. `lost`: another worker has it.
   */
  park(
    { runId, tenantId, epoch }: RunTicket & { epoch: number },
    { open, wakeInMs }: { open: ReadonlySet<string>; wakeInMs: number | null },
  ): Promise<'waiting' | 'called' | 'lost'> {
    return this.database.asWorker(async (tx) => {
      const ours = await tx.$queryRaw<{ requested: string | null }[]>`
        select requested from run where tenant_id = ${tenantId}::uuid and id = ${runId}::uuid and epoch = ${epoch}
          and status = 'running' for update`;
      if (!ours[0]) return 'lost';
      if (ours[0].requested !== null) return 'called';
      const made = await tx.$queryRaw<{ key: string }[]>`
        select key from run_decision where tenant_id = ${tenantId}::uuid and run_id = ${runId}::uuid`;
      if (made.some(({ key }) => open.has(key))) return 'called';
      await tx.$executeRaw`
        update run set status = 'waiting', wake_at = now() + ${wakeInMs}::double precision * interval '1 millisecond'
        where tenant_id = ${tenantId}::uuid and id = ${runId}::uuid`;
      return 'waiting';
    });
  }

  /** Queues the runs whose time has come, by the clock of the database: each is taken once, whoever asks. */
  async wakeDue(): Promise<RunTicket[]> {
    const rows = await this.database.asWorker(
      (tx) => tx.$queryRaw<TicketRow[]>`
        update run set status = 'queued', wake_at = null
        where wake_at <= now() and status in ('queued', 'waiting') returning id, tenant_id`,
    );
    return rows.map(ticketOf);
  }

  /** The time until the next one; null when no run waits for time. */
  async nextWakeMs(): Promise<number | null> {
    const rows = await this.database.asWorker(
      (tx) => tx.$queryRaw<{ ms: number | null }[]>`
        select (extract(epoch from min(wake_at) - clock_timestamp()) * 1000)::double precision as ms
        from run where wake_at is not null and status in ('queued', 'waiting')`,
    );
    return rows[0]?.ms ?? null;
  }

  async graphContent(versionId: string, tenantId: string): Promise<GraphContent> {
    const rows = await this.database.asWorker(
      (tx) => tx.$queryRaw<GraphContent[]>`
        select source, enclosures from graph_version where tenant_id = ${tenantId}::uuid and id = ${versionId}::uuid`,
    );
    if (!rows[0]) throw new Error(`graph version ${versionId} is gone`);
    return rows[0];
  }

  /**
   * Writes events of many runs in one transaction. A batch counts only while its claim stands and when it follows the
   * last event that is stored; answers with the runs whose batch did.
   */
  write(batches: readonly RunBatch[]): Promise<ReadonlySet<string>> {
    const heads = JSON.stringify(batches.map(headRecord));
    const stored = storedEvents(batches);
    const kept = stored.blobs === null ? Prisma.empty : Prisma.sql`kept as (${insertBlobs(stored.blobs)}),`;
    return this.database.asWorker(async (tx) => {
      const rows = await tx.$queryRaw<{ id: string }[]>`
        with ours as (
          update run r set max_seq = b.last_seq
          from json_to_recordset(${heads}::json)
            as b(tenant_id uuid, run_id uuid, epoch integer, first_seq integer, last_seq integer)
          where r.tenant_id = b.tenant_id and r.id = b.run_id and r.epoch = b.epoch and r.max_seq = b.first_seq - 1
            and r.status = 'running'
          returning r.tenant_id, r.id
        ), ${kept} written as (
          ${insertEvents(stored, Prisma.sql`join ours o on o.tenant_id = e.tenant_id and o.id = e.run_id`)}
        )
        select id from ours`;
      failpoint('journal.in_append');
      const ours = new Set(rows.map(({ id }) => id));
      const ended = batches.filter(({ runId, final }) => final && ours.has(runId));
      if (ended.length > 0) await tx.$executeRaw(finish(ended));
      return ours;
    });
  }
}

interface TicketRow {
  id: string;
  tenant_id: string;
}

const ticketOf = ({ id, tenant_id }: TicketRow): RunTicket => ({ runId: id, tenantId: tenant_id });

interface DecisionRow {
  key: string;
  decision: HumanOutcome['decision'];
  value: string | null;
  reason: string;
  decided_by: string;
}

const outcomeOf = ({ decision, value, reason, decided_by: by }: DecisionRow): HumanOutcome => ({
  decision,
  by,
  reason,
  ...(value === null ? {} : { value: JSON.parse(value) as Json }),
});

const headRecord = ({ tenantId, runId, epoch, events }: RunBatch) => ({
  tenant_id: tenantId,
  run_id: runId,
  epoch,
  first_seq: events[0]?.seq,
  last_seq: events.at(-1)?.seq,
});

/** Brings runs to their end, whatever was asked of them. */
export function finish(batches: readonly Pick<RunBatch, 'tenantId' | 'runId' | 'final'>[]): Prisma.Sql {
  const records = batches.map(({ tenantId, runId, final }) => ({
    tenant_id: tenantId,
    run_id: runId,
    ...(final ? finalRecord(final) : {}),
  }));
  return Prisma.sql`
    update run r set status = f.status, verdict = f.verdict, output = f.output, reason = f.reason, error = f.error,
      summary = f.summary, digest = f.digest, verdict_digest = f.verdict_digest, input_tokens = f.input_tokens,
      output_tokens = f.output_tokens, cost_usd = f.cost_usd, duration_ms = f.duration_ms,
      started_at = coalesce(f.started_at, r.started_at), finished_at = f.finished_at, wake_at = null,
      requested = null, requested_by = null, requested_reason = null
    from json_to_recordset(${JSON.stringify(records)}::json) as f(tenant_id uuid, run_id uuid, ${Prisma.raw(FINAL_RECORD)})
    where r.tenant_id = f.tenant_id and r.id = f.run_id`;
}
