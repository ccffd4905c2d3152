import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../database/index.js';

export interface IdempotentRequest {
  tenantId: string;
  principal: string;
  key: string;
  route: string;
  requestHash: string;
}

export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export type Claim =
  | { kind: 'first' }
  | { kind: 'under-way' }
  | { kind: 'answered'; answer: StoredAnswer }
  | { kind: 'other-request' };

/** Answers are kept this long. */
const KEPT = Prisma.sql`interval '24 hours'`;
/** A claim without an answer after this long belongs to a process that died: longer than any request waits. */
const ABANDONED = Prisma.sql`interval '15 minutes'`;

interface Row {
  route: string;
  request_hash: string;
  status: number | null;
  body: { headers: Record<string, string>; body: unknown } | null;
}

@Injectable()
export class IdempotencyRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** The first one with a key may go on; everybody else learns how that one is doing. Committed at once. */
  claim(request: IdempotentRequest): Promise<Claim> {
    const { tenantId, principal, key, route, requestHash } = request;
    return this.database.inTenant(tenantId, async (tx) => {
      await tx.$executeRaw`
        delete from idempotency_key where created_at < now() - ${KEPT}
          or (status is null and created_at < now() - ${ABANDONED})`;
      const made = await tx.$executeRaw`
        insert into idempotency_key (tenant_id, principal, key, route, request_hash)
        values (${tenantId}::uuid, ${principal}, ${key}, ${route}, ${requestHash}) on conflict do nothing`;
      if (made === 1) return { kind: 'first' };
      const [row] = await tx.$queryRaw<Row[]>`
        select route, request_hash, status, body from idempotency_key where principal = ${principal} and key = ${key}`;
      return row ? judge(row, request) : { kind: 'under-way' };
    });
  }

  async keep(request: IdempotentRequest, { status, headers, body }: StoredAnswer): Promise<void> {
    const text = JSON.stringify({ headers, body });
    await this.database.inTenant(
      request.tenantId,
      (tx) => tx.$executeRaw`
        update idempotency_key set status = ${status}, body = ${text}::json
        where principal = ${request.principal} and key = ${request.key}`,
    );
  }

  /** Nothing came of it, so the key is free again. */
  async release({ tenantId, principal, key }: IdempotentRequest): Promise<void> {
    await this.database.inTenant(
      tenantId,
      (tx) => tx.$executeRaw`
        delete from idempotency_key where principal = ${principal} and key = ${key} and status is null`,
    );
  }
}

function judge(row: Row, request: IdempotentRequest): Claim {
  if (row.route !== request.route || row.request_hash !== request.requestHash)
    return { kind: 'other-request' };
  if (row.status === null || !row.body) return { kind: 'under-way' };
  return { kind: 'answered', answer: { status: row.status, ...row.body } };
}
