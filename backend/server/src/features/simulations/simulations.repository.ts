import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../../platform/database/index.js';

export interface SimulationPlace {
  id: string;
  createdAt: string;
}

/** Experiments whose runs are conversations of personas. */
@Injectable()
export class SimulationsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** Newest first; one more than `limit`. */
  async list(
    tenantId: string,
    { after, limit }: { after?: SimulationPlace | undefined; limit: number },
  ): Promise<SimulationPlace[]> {
    const behind = after
      ? Prisma.sql`and (created_at, id) < (${new Date(after.createdAt)}, ${after.id}::uuid)`
      : Prisma.empty;
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<{ id: string; created_at: Date }[]>`
        select id, created_at from experiment where jsonb_exists(params, 'simulation') ${behind}
        order by created_at desc, id desc limit ${limit + 1}`,
    );
    return rows.map(({ id, created_at }) => ({ id, createdAt: created_at.toISOString() }));
  }
}
