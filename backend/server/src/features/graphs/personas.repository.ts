import type { JsonObject } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../platform/database/index.js';

/** A persona as it is about to be stored. */
export interface PersonaDraft {
  name: string;
  source: string;
  /** As it stands in a graph, with the file read that its system prompt names. */
  document: JsonObject;
  digest: string;
}

export interface StoredPersona {
  name: string;
  document: JsonObject;
  createdAt: string;
}

/** More than a tenant has; all are at hand when a graph is compiled, which waits for nothing. */
const MOST = 2_000;

/** Personas of tenants by their names. */
@Injectable()
export class PersonasRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** By name. */
  async all(tenantId: string): Promise<StoredPersona[]> {
    const rows = await this.database.inTenant(
      tenantId,
      (tx) => tx.$queryRaw<{ name: string; document: JsonObject; created_at: Date }[]>`
        select name, document, created_at from persona order by name limit ${MOST}`,
    );
    return rows.map(({ name, document, created_at }) => ({
      ...{ name, document },
      createdAt: created_at.toISOString(),
    }));
  }

  /** Takes the place of what had the name; answers whether anything is new. */
  async store(tenantId: string, createdBy: string | null, drafts: readonly PersonaDraft[]): Promise<boolean> {
    const count = await this.database.inTenant(
      tenantId,
      (tx) => tx.$executeRaw`
        insert into persona (tenant_id, name, source, document, digest, created_by)
        select ${tenantId}::uuid, p.name, p.source, p.document, p.digest, ${createdBy}::uuid
        from json_to_recordset(${JSON.stringify(drafts)}::json) as p(name text, source text, document jsonb, digest text)
        on conflict (tenant_id, name) do update set source = excluded.source, document = excluded.document,
          digest = excluded.digest, created_by = excluded.created_by, created_at = now()
        where persona.digest <> excluded.digest`,
    );
    return count > 0;
  }
}
