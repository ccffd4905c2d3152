import type { JournalEvent, JsonObject, RunRequested, RunStatus } from '@rehearse/contracts';
import type { RunFold } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase, type Transaction } from '../../platform/database/index.js';
import { controlEvents, EFFECTS, type Order } from './control-events.js';
import type { RunTicket } from './run-dispatcher.js';
import { type FinalState, finalState } from './run-records.js';
import {
  EVENT_COLUMNS,
  type EventRow,
  eventOf,
  insertBlobs,
  insertEvents,
  storedEvents,
} from './event-rows.js';
import { finish } from './run-work.repository.js';

/** Which runs an order is for. */
export type Controlled = { runId: string } | { experimentId: string };

/** A run that an order took effect on, with what its journal says of it. */
export interface Effected extends RunTicket {
  action: Order['action'];
  events: JournalEvent[];
  final: FinalState | null;
}

/** `asked`: its worker has to see to it. `refused`: it is being stopped. */
export interface Controls {
  open: number;
  effected: Effected[];
  asked: RunTicket[];
  refused: number;
}

export type FoldOf = (
  run: { tenantId: string; graphVersionId: string; matrix: JsonObject | null },
  journal: readonly JournalEvent[],
) => Promise<RunFold>;

interface Making {
  now: () => number;
  /** What the journal of a run that is stopped comes to. */
  fold: FoldOf;
}

interface OpenRow {
  id: string;
  tenant_id: string;
  status: RunStatus;
  requested: RunRequested | null;
  requested_by: string | null;
  requested_reason: string | null;
  epoch: number;
  max_seq: number;
  graph_version_id: string;
  case_id: string | null;
  repeat: number;
  seed: number;
  vars: string;
  matrix: string | null;
  chaos: string | null;
  live: boolean;
  offline: boolean;
}

const OPEN = Prisma.sql`
  select r.id, r.tenant_id, r.status, r.requested, r.requested_by, r.requested_reason, r.epoch, r.max_seq,
    r.graph_version_id, r.case_id, r.repeat, r.seed::double precision as seed,
    r.vars::text as vars, r.matrix::text as matrix, r.chaos, r.live, r.offline
  from run r`;

/** Runs of one statement: their journals are in memory together. */
const RUNS_A_STATEMENT = 500;

/** What is asked of runs, and the events that say that it took effect. */
@Injectable()
export class ControlsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** Gives an order to open runs: it takes effect at once on those that nobody drives; workers are asked for the others. */
  order(tenantId: string, controlled: Controlled, order: Order, making: Making): Promise<Controls> {
    const which =
      'runId' in controlled
        ? Prisma.sql`r.id = ${controlled.runId}::uuid`
        : Prisma.sql`r.experiment_id = ${controlled.experimentId}::uuid`;
    return this.database.inTenant(tenantId, async (tx) => {
      // Whoever drives a run locks it as well before putting it down, so that neither overlooks the other.
      const rows = await tx.$queryRaw<OpenRow[]>`
        ${OPEN} where ${which} and r.status not in ('finished', 'canceled') order by r.id for update of r`;
      const driven = rows.filter(({ status }) => status === 'running');
      const asked = driven.filter((row) => isNews(row, order));
      if (asked.length > 0) await ask(tx, asked, order);
      const effected = await takeEffect(
        tx,
        rows.filter((row) => applies(row, order)),
        order,
        making,
      );
      const refused = driven.filter(
        ({ requested }) => requested === 'stop' && order.action !== 'stop',
      ).length;
      return { open: rows.length, effected, asked: asked.map(ticketOf), refused };
    });
  }

  /**
   * Lets what was asked of a run take effect, now that its worker has stopped driving it. `withdrawn`: nothing is asked
   * any more. `lost`: another worker has it.
   */
  acknowledge(
    { runId, tenantId, epoch }: RunTicket & { epoch: number },
    making: Making,
  ): Promise<Effected | 'withdrawn' | 'lost'> {
    return this.database.asWorker(async (tx) => {
      const [row] = await tx.$queryRaw<OpenRow[]>`
        ${OPEN} where r.tenant_id = ${tenantId}::uuid and r.id = ${runId}::uuid and r.epoch = ${epoch}
          and r.status = 'running' for update of r`;
      if (!row) return 'lost';
      const { requested: action, requested_by: by, requested_reason: reason } = row;
      if (action === null) return 'withdrawn';
      const [effected] = await takeEffect(tx, [row], { action, by, reason }, making);
      return effected!;
    });
  }
}

const ticketOf = ({ id, tenant_id }: OpenRow): RunTicket => ({ runId: id, tenantId: tenant_id });

/** Whether an order takes effect at once on a run that nobody drives; what is so already stays so. */
function applies({ status }: OpenRow, { action }: Order): boolean {
  if (status === 'running') return false;
  return action === 'stop' || (action === 'pause') === (status !== 'paused');
}

/** Whether an order changes what a run that is driven is asked for; a stop cannot be taken back. */
const isNews = ({ requested }: OpenRow, { action }: Order): boolean =>
  requested !== 'stop' && (action === 'resume' ? requested !== null : requested !== action);

async function ask(tx: Transaction, rows: readonly OpenRow[], { action, by, reason }: Order): Promise<void> {
  const requested = action === 'resume' ? null : action;
  const [asker, why] = requested === null ? [null, null] : [by, reason];
  await tx.$executeRaw`
    update run set requested = ${requested}, requested_by = ${asker}, requested_reason = ${why}
    where id = any(${rows.map(({ id }) => id)}::uuid[])`;
}

async function takeEffect(
  tx: Transaction,
  rows: readonly OpenRow[],
  order: Order,
  making: Making,
): Promise<Effected[]> {
  const effected: Effected[] = [];
  for (let at = 0; at < rows.length; at += RUNS_A_STATEMENT)
    effected.push(...(await write(tx, rows.slice(at, at + RUNS_A_STATEMENT), order, making)));
  return effected;
}

async function write(
  tx: Transaction,
  rows: readonly OpenRow[],
  order: Order,
  { now, fold }: Making,
): Promise<Effected[]> {
  const journals = await journalsOf(tx, rows, order);
  const effected = rows.map((row): Effected => {
    const journal = journals.get(row.id) ?? [];
    const events = controlEvents(
      { runId: row.id, epoch: row.epoch, started: startOf(row), journal },
      order,
      now,
    );
    return { ...ticketOf(row), action: order.action, events, final: null };
  });
  if (order.action === 'stop')
    for (const [at, run] of effected.entries()) {
      const { graph_version_id: graphVersionId, matrix, tenant_id: tenantId } = rows[at]!;
      const of = {
        tenantId,
        graphVersionId,
        matrix: matrix === null ? null : (JSON.parse(matrix) as JsonObject),
      };
      run.final = finalState(await fold(of, [...(journals.get(run.runId) ?? []), ...run.events]));
    }
  await store(tx, effected, EFFECTS[order.action].status);
  return effected;
}

/** What the events are chained to: a stop needs all of a journal, for the run is folded to its end. */
async function journalsOf(
  tx: Transaction,
  rows: readonly OpenRow[],
  { action }: Order,
): Promise<Map<string, JournalEvent[]>> {
  const ids = rows.filter((row) => row.max_seq > 0).map(({ id }) => id);
  const part = action === 'stop' ? Prisma.empty : Prisma.sql`and (e.lane = 'run' or e.seq = r.max_seq)`;
  const found = await tx.$queryRaw<EventRow[]>`
    select ${EVENT_COLUMNS} from run r join run_event e on e.tenant_id = r.tenant_id and e.run_id = r.id
      left join blob b on b.tenant_id = e.tenant_id and b.sha256 = e.blob
    where r.id = any(${ids}::uuid[]) ${part} order by e.run_id, e.seq`;
  const journals = new Map<string, JournalEvent[]>();
  for (const row of found) {
    const journal = journals.get(row.run_id);
    if (journal) journal.push(eventOf(row));
    else journals.set(row.run_id, [eventOf(row)]);
  }
  return journals;
}

const startOf = ({ vars, seed, chaos, case_id: caseId, repeat, live, offline }: OpenRow) => ({
  ...{ vars: JSON.parse(vars) as JsonObject, seed, chaos, caseId, repeat, live, offline },
});

async function store(tx: Transaction, effected: readonly Effected[], status: RunStatus): Promise<void> {
  const stored = storedEvents(effected);
  if (stored.blobs !== null) await tx.$executeRaw(insertBlobs(stored.blobs));
  await tx.$executeRaw(insertEvents(stored));
  const heads = effected.map(({ runId, events }) => ({ id: runId, last_seq: events.at(-1)?.seq ?? 0 }));
  await tx.$executeRaw`
    update run r set status = ${status}, worker_id = null, wake_at = null, requested = null, requested_by = null,
      requested_reason = null, max_seq = greatest(r.max_seq, h.last_seq)
    from json_to_recordset(${JSON.stringify(heads)}::json) as h(id uuid, last_seq integer) where r.id = h.id`;
  if (status === 'canceled') await tx.$executeRaw(finish(effected));
}
