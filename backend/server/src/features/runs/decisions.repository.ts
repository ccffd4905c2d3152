import type { DecisionRequest, Json } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { TenantDatabase, type Transaction } from '../../platform/database/index.js';

/** A decision as it is stored, with the person or API key that made it. */
export type MadeDecision = DecisionRequest & { by: string };

/** What stands in the database afterwards; null when the run is over. `isNew`: it was stored by this call. */
export type StoredDecision = { made: MadeDecision; isNew: boolean } | null;

interface DecisionRow {
  key: string;
  decision: DecisionRequest['decision'];
  value: string | null;
  reason: string;
  decided_by: string;
}

@Injectable()
export class DecisionsRepository {
  constructor(private readonly database: TenantDatabase) {}

  find(tenantId: string, runId: string, key: string): Promise<MadeDecision | null> {
    return this.database.inTenant(tenantId, (tx) => find(tx, runId, key));
  }

  /** Stores what was decided unless somebody was faster, and lets a run that waits queue again. */
  store(tenantId: string, runId: string, made: MadeDecision): Promise<StoredDecision> {
    return this.database.inTenant(tenantId, async (tx): Promise<StoredDecision> => {
      // Its worker locks the run as well before it puts it down, so that neither overlooks the other.
      const open = await tx.$queryRaw<{ id: string }[]>`
        select id from run where id = ${runId}::uuid and status in ('running', 'waiting', 'paused') for update`;
      const before = await find(tx, runId, made.key);
      if (before) return { made: before, isNew: false };
      if (open.length === 0) return null;
      const value = made.value === undefined ? null : JSON.stringify(made.value);
      await tx.$executeRaw`
        insert into run_decision (tenant_id, run_id, key, decision, value, reason, decided_by)
        values (${tenantId}::uuid, ${runId}::uuid, ${made.key}, ${made.decision}, ${value}::json, ${made.reason}, ${made.by})`;
      await tx.$executeRaw`update run set status = 'queued', wake_at = null where id = ${runId}::uuid and status = 'waiting'`;
      return { made, isNew: true };
    });
  }
}

async function find(tx: Transaction, runId: string, key: string): Promise<MadeDecision | null> {
  const rows = await tx.$queryRaw<DecisionRow[]>`
    select key, decision, value::text as value, reason, decided_by from run_decision
    where run_id = ${runId}::uuid and key = ${key}`;
  if (!rows[0]) return null;
  const { value, decided_by: by, ...rest } = rows[0];
  return { ...rest, by, ...(value === null ? {} : { value: JSON.parse(value) as Json }) };
}
