import type { RunStatus } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../platform/database/index.js';

/** A run that does again what another one did. */
export interface Rerun {
  id: string;
  /** The run that it does again. */
  tapeId: string;
  status: RunStatus;
  costUsd: number | null;
}

/** Experiments whose runs are reruns, to tell by whom the verdicts of another one vary. */
@Injectable()
export class AttributionsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** The ids of those of an experiment, newest first; at most 50. */
  async list(tenantId: string, of: string): Promise<string[]> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<{ id: string }[]>`
        select id from experiment where params -> 'attribution' ->> 'of' = ${of}
        order by created_at desc, id desc limit 50`,
    );
    return rows.map(({ id }) => id);
  }

  async reruns(tenantId: string, attributionId: string): Promise<Rerun[]> {
    return this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<Rerun[]>`
        select id, parent_run_id as "tapeId", status, cost_usd as "costUsd" from run
        where experiment_id = ${attributionId}::uuid and parent_run_id is not null and retried_as is null
        order by created_at, id`,
    );
  }
}
