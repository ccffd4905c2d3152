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

  /** Stores a run as queued, together with the beginning of its journal. */
  insert(tenantId: string, { parent, events, ...draft }: ForkDraft): Promise<void> {
    return this.database.inTenant(tenantId, async (tx) => {
      await this.runs.insert(tenantId, [draft]);
      await tx.$executeRaw`
        update run set parent_run_id = ${parent.runId}::uuid, parent_seq = ${parent.fromSeq}, max_seq = ${events.length}
        where id = ${draft.id}::uuid`;
      for (let at = 0; at < events.length; at += MOST_EVENTS_A_STATEMENT) {
        const some = events.slice(at, at + MOST_EVENTS_A_STATEMENT);
        const stored = storedEvents([{ tenantId, events: some }]);
        if (stored.blobs !== null) await tx.$executeRaw(insertBlobs(stored.blobs));
        await tx.$executeRaw(insertEvents(stored));
      }
    });
  }

  /** All runs of the tree that a run is in, each behind the one that it was forked from, the older first. */
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
          from run f join down on f.parent_run_id = down.id
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
