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
   * Writes events of many runs, and the ends that they bring, in one statement. A batch counts only while its claim stands and
   * when it follows the last event that is stored; answers with the runs whose batch did.
   */
  async write(batches: readonly RunBatch[]): Promise<ReadonlySet<string>> {
    const { stored, kept } = storedWith(batches);
    const sent = this.database.asWorkerAtOnce<{ id: string }>(Prisma.sql`
      with going_on as (${goOn(batches.filter(({ final }) => final === null))}),
      ended as (${end(batches.filter(({ final }) => final !== null))}),
      ours as (select * from going_on union all select * from ended),
      ${kept} written as (
        ${insertEvents(stored, Prisma.sql`join ours o on o.tenant_id = e.tenant_id and o.id = e.run_id`)}
      )
      select id from ours`);
    failpoint('journal.in_append');
    return new Set((await sent).map(({ id }) => id));
  }
}

function storedWith(batches: readonly RunBatch[]) {
  const stored = storedEvents(batches);
  const kept = stored.blobs === null ? Prisma.empty : Prisma.sql`kept as (${insertBlobs(stored.blobs)}),`;
  return { stored, kept };
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

const HEAD_RECORD = 'tenant_id uuid, run_id uuid, epoch integer, first_seq integer, last_seq integer';

/** The claim stands, and nothing is missing between what is stored and what comes. */
const FOLLOWS = Prisma.sql`
  r.tenant_id = b.tenant_id and r.id = b.run_id and r.epoch = b.epoch and r.max_seq = b.first_seq - 1
  and r.status = 'running'`;

const goOn = (batches: readonly RunBatch[]) => Prisma.sql`
  update run r set max_seq = b.last_seq
  from json_to_recordset(${JSON.stringify(batches.map(headRecord))}::json) as b(${Prisma.raw(HEAD_RECORD)})
  where ${FOLLOWS} returning r.tenant_id, r.id`;

const ENDED = Prisma.sql`
  status = b.status, verdict = b.verdict, output = b.output, reason = b.reason, error = b.error, summary = b.summary,
  digest = b.digest, verdict_digest = b.verdict_digest, input_tokens = b.input_tokens, output_tokens = b.output_tokens,
  cost_usd = b.cost_usd, duration_ms = b.duration_ms, started_at = coalesce(b.started_at, r.started_at),
  finished_at = b.finished_at, wake_at = null, requested = null, requested_by = null, requested_reason = null`;

function end(batches: readonly RunBatch[]): Prisma.Sql {
  const records = batches.map((batch) => ({ ...headRecord(batch), ...endRecord(batch) }));
  return Prisma.sql`
    update run r set max_seq = b.last_seq, ${ENDED}
    from json_to_recordset(${JSON.stringify(records)}::json) as b(${Prisma.raw(`${HEAD_RECORD}, ${FINAL_RECORD}`)})
    where ${FOLLOWS} returning r.tenant_id, r.id`;
}

type Ending = Pick<RunBatch, 'tenantId' | 'runId' | 'final'>;

const endRecord = ({ tenantId, runId, final }: Ending) => ({
  tenant_id: tenantId,
  run_id: runId,
  ...(final ? finalRecord(final) : {}),
});

/** Brings runs to their end, whatever was asked of them. */
export const finish = (endings: readonly Ending[]): Prisma.Sql => Prisma.sql`
  update run r set ${ENDED}
  from json_to_recordset(${JSON.stringify(endings.map(endRecord))}::json)
    as b(tenant_id uuid, run_id uuid, ${Prisma.raw(FINAL_RECORD)})
  where r.tenant_id = b.tenant_id and r.id = b.run_id`;
