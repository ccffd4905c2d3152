import type { JsonObject, RunRequested } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../../platform/database/index.js';
import type { RunTicket } from './run-dispatcher.js';
import type { Follows } from './run-records.js';

/** A claimed run with all that driving it takes. */
export interface ClaimedRun extends RunTicket {
  epoch: number;
  graphVersionId: string;
  experimentId: string | null;
  caseId: string | null;
  repeat: number;
  seed: number;
  vars: JsonObject;
  matrix: JsonObject | null;
  chaos: string | null;
  live: boolean;
  offline: boolean;
  follows: Follows | null;
  /** The run that it was forked from; then its journal begins before it is claimed. */
  parentRunId: string | null;
  correlationId: string | null;
  /** What was asked for before it was claimed. */
  requested: RunRequested | null;
  /** How often it was taken up from a worker that was lost, since its journal grew last. */
  takeovers: number;
}

/** A run that is driven by a worker, as the database knows it. */
export interface HeldRun extends RunTicket {
  epoch: number;
  requested: RunRequested | null;
}

export interface ClaimRequest {
  /** Its lease has to hold. */
  workerId: string;
  /** At most so many. */
  places: number;
  /** Of each tenant, over all workers; null for as many as there are places. */
  tenantPlaces: number | null;
}

interface ClaimRow {
  id: string;
  tenant_id: string;
  epoch: number;
  graph_version_id: string;
  experiment_id: string | null;
  case_id: string | null;
  repeat: number;
  seed: number;
  vars: string;
  matrix: string | null;
  chaos: string | null;
  live: boolean;
  offline: boolean;
  follows_run_id: string | null;
  follows_relation: string | null;
  parent_run_id: string | null;
  correlation_id: string | null;
  requested: RunRequested | null;
  takeovers: number;
}

/** One claim at a time in the installation, so that no two of them fill the same place. */
const CLAIM_LOCK = 7_270_736_902;
const MOST_PLACES = 2_147_483_647;

const GROUP = Prisma.sql`coalesce(r.experiment_id, r.tenant_id)`;
const IS_QUEUED = Prisma.sql`r.status = 'queued' and r.wake_at is null`;
const IS_LEASED = (workerId: Prisma.Sql) =>
  Prisma.sql`exists (select 1 from worker w where w.id = ${workerId} and w.lease_until > clock_timestamp())`;

/** Kept with the seq at which it was counted: a run that got further begins anew. */
const TAKEOVERS = Prisma.sql`case when (r.options #>> '{takenUp,seq}')::integer = r.max_seq
  then (r.options #>> '{takenUp,times}')::integer else 0 end`;

/**
 * From the second time on runs that were lost together go on apart, each after some time of its own: the one that ends its
 * worker then takes no others with it.
 */
const APART = Prisma.sql`case when ${TAKEOVERS} > 0
  then clock_timestamp() + random() * ${TAKEOVERS} * interval '10 seconds' end`;

/** A follow-up can be made when the run that it is compared with is over. */
const SOURCE_IS_OVER = Prisma.sql`(r.follows_run_id is null or exists (
  select 1 from run s where s.tenant_id = r.tenant_id and s.id = r.follows_run_id
    and s.status in ('finished', 'canceled')))`;

/** The groups that have a run to begin, found by one step in the index each, however long their queues are. */
const HEADS = Prisma.sql`
  heads as (
    (select r.tenant_id, ${GROUP} as group_id from run r where ${IS_QUEUED} order by 1, 2 limit 1)
    union all
    select next.tenant_id, next.group_id from heads h cross join lateral (
      select r.tenant_id, ${GROUP} as group_id from run r
      where ${IS_QUEUED} and (r.tenant_id, ${GROUP}) > (h.tenant_id, h.group_id) order by 1, 2 limit 1) next
  )`;

/** Who has how many places now; lost runs hold theirs until they are taken up. */
const PLACES = Prisma.sql`
  active as (
    select r.tenant_id, ${GROUP} as group_id, count(*)::integer as runs from run r where r.status = 'running' group by 1, 2
  ), busy as (
    select tenant_id, sum(runs)::integer as runs from active group by 1
  ), turns as (
    select tenant_id, max(served_at) as served_at from run_turn group by 1
  )`;

/**
 * The queue is the table of runs itself: what is queued there is dispatched, and what is not cannot be lost on the way.
 * Places are counted, not kept, so no count can be wrong after a crash.
 */
@Injectable()
export class RunQueueRepository {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * Takes queued runs for a worker: tenants with fewer runs under way first, those not served for longer before the
   * others; the same between the groups of a tenant. No group and no tenant gets more than its places.
   */
  claim({ workerId, places, tenantPlaces }: ClaimRequest): Promise<ClaimedRun[]> {
    const most = tenantPlaces ?? MOST_PLACES;
    return this.database.asWorker(async (tx) => {
      await tx.$executeRaw`select pg_advisory_xact_lock(${CLAIM_LOCK}::bigint)`;
      const rows = await tx.$queryRaw<ClaimRow[]>`
        with recursive ${HEADS}, ${PLACES}, room as (
          select h.tenant_id, h.group_id, coalesce(a.runs, 0) as active, coalesce(b.runs, 0) as busy,
            g.served_at, t.served_at as tenant_served_at,
            least(e.concurrency - coalesce(a.runs, 0), ${most}::integer - coalesce(b.runs, 0), ${places}::integer) as free
          from heads h
          left join experiment e on e.tenant_id = h.tenant_id and e.id = h.group_id
          left join active a on a.tenant_id = h.tenant_id and a.group_id = h.group_id
          left join busy b on b.tenant_id = h.tenant_id
          left join turns t on t.tenant_id = h.tenant_id
          left join run_turn g on g.tenant_id = h.tenant_id and g.group_id = h.group_id
        ), candidates as (
          select room.*, c.id, c.created_at, row_number() over (
            partition by room.tenant_id
            order by c.priority desc, room.active + c.place, room.served_at nulls first, c.created_at, c.id
          ) as place
          from room cross join lateral (
            select q.*, row_number() over (order by q.priority desc, q.created_at, q.id) as place from (
              select r.id, r.priority, r.created_at from run r
              where ${IS_QUEUED} and r.tenant_id = room.tenant_id and ${GROUP} = room.group_id and ${SOURCE_IS_OVER}
              order by r.priority desc, r.created_at, r.id limit greatest(room.free, 0)) q
          ) c
        ), chosen as (
          select tenant_id, group_id, id from candidates where busy + place <= ${most}::integer
          order by busy + place, tenant_served_at nulls first, created_at, id limit ${places}::integer
        ), locked as (
          select r.tenant_id, r.id, chosen.group_id from run r
          join chosen on chosen.tenant_id = r.tenant_id and chosen.id = r.id
          where ${IS_QUEUED} and ${IS_LEASED(Prisma.sql`${workerId}::uuid`)}
          for no key update of r skip locked
        ), served as (
          insert into run_turn (tenant_id, group_id, served_at)
          select distinct tenant_id, group_id, statement_timestamp() from locked
          on conflict (tenant_id, group_id) do update set served_at = excluded.served_at
        )
        update run r set epoch = r.epoch + 1, status = 'running', worker_id = ${workerId}::uuid,
          started_at = coalesce(r.started_at, now())
        from locked where r.tenant_id = locked.tenant_id and r.id = locked.id
        returning r.id, r.tenant_id, r.epoch, r.graph_version_id, r.experiment_id, r.case_id, r.repeat,
          r.seed::double precision as seed, r.vars::text as vars, r.matrix::text as matrix, r.chaos, r.live, r.offline,
          r.follows_run_id, r.follows_relation, r.parent_run_id, r.options ->> 'correlationId' as correlation_id, r.requested,
          ${TAKEOVERS} as takeovers`;
      return rows.map(claimOf);
    });
  }

  /** Queues a run again, to begin after `restMs`, unless it has another worker or another status by now. */
  async release({ runId, tenantId, epoch }: RunTicket & { epoch: number }, restMs = 0): Promise<void> {
    await this.database.asWorker(
      (tx) => tx.$executeRaw`
        update run set status = 'queued', worker_id = null, wake_at = case when ${restMs}::double precision > 0
          then clock_timestamp() + ${restMs}::double precision * interval '1 millisecond' end
        where tenant_id = ${tenantId}::uuid and id = ${runId}::uuid and epoch = ${epoch} and status = 'running'`,
    );
  }

  /** Queues the runs again whose worker has no lease any more; answers with them. */
  async takeUp(): Promise<RunTicket[]> {
    const rows = await this.database.asWorker(
      (tx) => tx.$queryRaw<{ id: string; tenant_id: string }[]>`
        with forgotten as (
          delete from run_turn where served_at < clock_timestamp() - interval '1 hour'
        ), lost as (
          select r.tenant_id, r.id from run r
          where r.status = 'running' and not ${IS_LEASED(Prisma.sql`r.worker_id`)}
          for no key update skip locked
        )
        update run r set status = 'queued', worker_id = null, wake_at = ${APART},
          options = r.options || jsonb_build_object('takenUp', jsonb_build_object('seq', r.max_seq, 'times', ${TAKEOVERS} + 1))
        from lost
        where r.tenant_id = lost.tenant_id and r.id = lost.id returning r.id, r.tenant_id`,
    );
    return rows.map(({ id, tenant_id }) => ({ runId: id, tenantId: tenant_id }));
  }

  /** The runs that a worker drives as the database has it. */
  async heldBy(workerId: string): Promise<HeldRun[]> {
    const rows = await this.database.asWorker(
      (tx) => tx.$queryRaw<Pick<ClaimRow, 'id' | 'tenant_id' | 'epoch' | 'requested'>[]>`
        select id, tenant_id, epoch, requested from run where status = 'running' and worker_id = ${workerId}::uuid`,
    );
    return rows.map(({ id, tenant_id, epoch, requested }) => ({
      ...{ runId: id, tenantId: tenant_id, epoch, requested },
    }));
  }

  /** How many runs wait for a place, over all tenants. */
  async length(): Promise<number> {
    const [row] = await this.database.asWorker(
      (tx) => tx.$queryRaw<{ runs: number }[]>`
        select count(*)::integer as runs from run r where ${IS_QUEUED}`,
    );
    return row?.runs ?? 0;
  }
}

const claimOf = (row: ClaimRow): ClaimedRun => ({
  runId: row.id,
  tenantId: row.tenant_id,
  epoch: row.epoch,
  graphVersionId: row.graph_version_id,
  experimentId: row.experiment_id,
  caseId: row.case_id,
  repeat: row.repeat,
  seed: row.seed,
  vars: JSON.parse(row.vars) as JsonObject,
  matrix: row.matrix === null ? null : (JSON.parse(row.matrix) as JsonObject),
  chaos: row.chaos,
  live: row.live,
  offline: row.offline,
  follows:
    row.follows_run_id === null ? null : { runId: row.follows_run_id, relation: row.follows_relation ?? '' },
  parentRunId: row.parent_run_id,
  correlationId: row.correlation_id,
  requested: row.requested,
  takeovers: row.takeovers,
});
