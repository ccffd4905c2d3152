import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../database/index.js';
import { newId } from '../ids.js';

export interface IdempotentRequest {
  tenantId: string;
  principal: string;
  key: string;
  route: string;
  requestHash: string;
  /** It can be asked again to make the same thing. */
  resumes: boolean;
}

export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export type Claim =
  /** `madeId`: of what is made, where it can be asked again for the same. */
  | { kind: 'first'; madeId?: string }
  | { kind: 'under-way' }
  | { kind: 'answered'; answer: StoredAnswer }
  | { kind: 'other-request' };

/** Answers are kept this long. */
const KEPT = Prisma.sql`interval '24 hours'`;
/** A claim without an answer after this long belongs to a process that died: longer than any request waits. */
const ABANDONED = Prisma.sql`interval '15 minutes'`;
/** Who can be asked again need not be dead: to ask twice makes nothing twice. */
const RESUMED_AFTER = Prisma.sql`interval '10 seconds'`;

interface Row {
  route: string;
  request_hash: string;
  status: number | null;
  body: { headers: Record<string, string>; body: unknown } | { madeId: string } | null;
}

@Injectable()
export class IdempotencyRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** The first one with a key may go on; everybody else learns how that one is doing. Committed at once. */
  claim(request: IdempotentRequest): Promise<Claim> {
    const { tenantId, principal, key, route, requestHash, resumes } = request;
    const begun = resumes ? { madeId: newId() } : null;
    return this.database.inTenant(tenantId, async (tx) => {
      await tx.$executeRaw`
        delete from idempotency_key where created_at < now() - ${KEPT}
          or (status is null and body is null and created_at < now() - ${ABANDONED})`;
      const made = await tx.$executeRaw`
        insert into idempotency_key (tenant_id, principal, key, route, request_hash, body)
        values (${tenantId}::uuid, ${principal}, ${key}, ${route}, ${requestHash}, ${begun && JSON.stringify(begun)}::json)
        on conflict do nothing`;
      if (made === 1) return { kind: 'first', ...begun };
      const [row] = await tx.$queryRaw<Row[]>`
        select route, request_hash, status, body from idempotency_key where principal = ${principal} and key = ${key}`;
      const claim: Claim = row ? judge(row, request) : { kind: 'under-way' };
      if (claim.kind !== 'under-way' || !row?.body || !('madeId' in row.body)) return claim;
      const taken = await tx.$executeRaw`
        update idempotency_key set created_at = now() where principal = ${principal} and key = ${key}
          and status is null and created_at < now() - ${RESUMED_AFTER}`;
      return taken === 1 ? { kind: 'first', madeId: row.body.madeId } : claim;
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

  /** Nobody knows whether something came of it: whoever asks next is let through, to make the same thing. */
  async suspend({ tenantId, principal, key }: IdempotentRequest): Promise<void> {
    await this.database.inTenant(
      tenantId,
      (tx) => tx.$executeRaw`
        update idempotency_key set created_at = now() - ${RESUMED_AFTER} - interval '1 second'
        where principal = ${principal} and key = ${key} and status is null`,
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
  if (row.status === null || !row.body || 'madeId' in row.body) return { kind: 'under-way' };
  return { kind: 'answered', answer: { status: row.status, ...row.body } };
}
