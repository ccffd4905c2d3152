import { randomBytes } from 'node:crypto';
import { TenantDatabase } from '../tenant-database.js';

/** The database that this test file has for itself, through the product's own access. Close it after the tests. */
export function openTestDatabase(options: { poolSize?: number } = {}): TenantDatabase {
  return new TenantDatabase({
    logins: { app: { url: address('DATABASE_APP_URL') }, worker: { url: address('DATABASE_WORKER_URL') } },
    poolSize: options.poolSize ?? 4,
  });
}

/** An address of this file's own database. */
export function address(name: 'DATABASE_URL' | 'DATABASE_APP_URL' | 'DATABASE_WORKER_URL'): string {
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: name the test *.db.spec.ts, so that it gets a database.`);
  return url;
}

/** A version 7 UUID. */
export function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A tenant with nothing in it. */
export async function makeTenant(database: TenantDatabase, name = 'test'): Promise<string> {
  const tenantId = newId();
  await database.inTenant(tenantId, (tx) => tx.tenant.create({ data: { tenantId, name } }));
  return tenantId;
}
