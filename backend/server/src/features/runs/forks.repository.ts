import type { EventData, JournalEvent, RunSummary } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../../platform/database/index.js';
import { runSummary } from './run-records.js';
import {
  EVENT_COLUMNS,
  EVENT_TABLES,
  type EventRow,
  eventOf,
  insertBlobs,
  insertEvents,
  storedEvents,
} from './event-rows.js';
import { recordOf, RUN_TABLES, SUMMARY_COLUMNS, type SummaryRow } from './run-rows.js';
import { type RunDraft, RunsRepository } from './runs.repository.js';

/** A run that begins as another one, with the journal that it goes on behind. */
export interface ForkDraft extends RunDraft {
  parent: { runId: string; fromSeq: number };
  events: readonly JournalEvent[];
}

/** A run in the tree of forks. */
export interface ForkRecord {
  run: RunSummary;
  depth: number;
  parent: { runId: string; fromSeq: number } | null;
  base: EventData<'fork.base'> | null;
}

type TreeRow = SummaryRow & { depth: number };

const MOST_EVENTS_A_STATEMENT = 2_000;
const MOST_RUNS = 500;

@Injectable()
export class ForksRepository {
  constructor(
    private readonly database: TenantDatabase,
    private readonly runs: RunsRepository,
  ) {}

  /** Stores runs as queued, together with the beginnings of their journals. */
  insert(tenantId: string, forks: readonly ForkDraft[]): Promise<void> {
    const parents = forks.map(({ id, parent, events: { length } }) => ({ id, ...parent, length }));
    const events = forks.flatMap((fork) => fork.events);
    return this.database.inTenant(tenantId, async (tx) => {
      await this.runs.insert(tenantId, forks);
      await tx.$executeRaw`
        update run r set parent_run_id = p."runId", parent_seq = p."fromSeq", max_seq = p.length
        from json_to_recordset(${JSON.stringify(parents)}::json)
          as p(id uuid, "runId" uuid, "fromSeq" integer, length integer) where r.id = p.id`;
      for (let at = 0; at < events.length; at += MOST_EVENTS_A_STATEMENT) {
        const some = events.slice(at, at + MOST_EVENTS_A_STATEMENT);
        const stored = storedEvents([{ tenantId, events: some }]);
        if (stored.blobs !== null) await tx.$executeRaw(insertBlobs(stored.blobs));
        await tx.$executeRaw(insertEvents(stored));
      }
    });
  }

  /**
   * All runs of the tree that a run is in, each behind the one that it was forked from, the older first. Reruns, which are
   * runs of an experiment, stand in its list.
   */
  async tree(tenantId: string, runId: string): Promise<ForkRecord[]> {
    return this.database.inTenant(tenantId, async (tx) => {
      const rows = await tx.$queryRaw<TreeRow[]>`
        with recursive up as (
          select id, parent_run_id from run where id = ${runId}::uuid
          union all select p.id, p.parent_run_id from run p join up on p.id = up.parent_run_id
        ), down as (
          select id, 0 as depth, array[created_at::text || id::text] as path from run
          where id = (select id from up where parent_run_id is null)
          union all
          select f.id, down.depth + 1, down.path || (f.created_at::text || f.id::text)
          from run f join down on f.parent_run_id = down.id where f.experiment_id is null
        )
        select ${SUMMARY_COLUMNS}, down.depth
        from ${RUN_TABLES} join down on down.id = r.id order by down.path limit ${MOST_RUNS}`;
      const ids = Prisma.join(rows.map(({ id }) => Prisma.sql`${id}::uuid`));
      const bases = await tx.$queryRaw<EventRow[]>`
        select distinct on (e.run_id) ${EVENT_COLUMNS} from ${EVENT_TABLES}
        where e.run_id in (${ids}) and e.type = 'fork.base' order by e.run_id, e.seq desc`;
      const baseOf = new Map(bases.map((row) => [row.run_id, eventOf(row)]));
      return rows.map((row) => forkOf(row, baseOf.get(row.id)));
    });
  }
}

function forkOf({ depth, ...row }: TreeRow, base: JournalEvent | undefined): ForkRecord {
  const record = recordOf(row);
  return {
    ...{ run: runSummary(record), depth, parent: record.parent },
    base: base?.type === 'fork.base' ? base.data : null,
  };
}
