import { describe, it, expect } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { address } from './testing/index.js';
import { dumpSchema } from './testing/schema-dump.js';
import { query } from './testing/sql.js';

const root = path.resolve(import.meta.dirname, '../../../../..');
const url = address('DATABASE_URL');

function prisma(...args: string[]) {
  const options = { env: { ...process.env, DATABASE_URL: url }, encoding: 'utf8' } as const;
  return spawnSync(process.execPath, [path.join(root, 'scripts/prisma.mjs'), ...args], options);
}

describe('the schema', () => {
  it('is the one in golden/schema.sql', async () => {
    const golden = readFileSync(path.join(root, 'backend/server/golden/schema.sql'), 'utf8');
    const made = await dumpSchema(url);
    if (made !== golden)
      console.error('golden/schema.sql is not what the migrations make: run `pnpm golden:update`.');
    expect(made).toBe(golden);
  });

  it('says the same in the migrations and in Prisma’s models', () => {
    const diff = prisma(
      'migrate',
      'diff',
      '--from-config-datasource',
      '--to-schema',
      'prisma/schema',
      '--exit-code',
    );
    // The exit code alone proves nothing: Prisma ends with 0 when its engine crashes.
    expect({ status: diff.status, says: diff.stdout.trim() }).toEqual({
      status: 0,
      says: 'No difference detected.',
    });
  });

  it('counts as migrated for Prisma’s own command line', () => {
    const status = prisma('migrate', 'status');
    expect(status.stdout).toContain('Database schema is up to date!');
    expect(status.status).toBe(0);
  });
});

describe('every table with a tenant', () => {
  const tables = `select c.oid::regclass::text as name, c.relrowsecurity, c.relforcerowsecurity
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace`;

  it('forces row-level security', async () => {
    const found = await query<{ name: string; relrowsecurity: boolean; relforcerowsecurity: boolean }>(
      url,
      tables,
    );
    expect(found.length).toBeGreaterThanOrEqual(11);
    expect(found.filter((table) => !table.relrowsecurity || !table.relforcerowsecurity)).toEqual([]);
  });

  it('is every table of ours, but for the workers, which serve all tenants', async () => {
    const without = await query(
      url,
      `select relname from pg_class c where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
        and relname not in ('_prisma_migrations', 'worker')
        and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')`,
    );
    expect(without).toEqual([]);
  });

  it('limits every policy of the app to the tenant that is set', async () => {
    const open = await query(
      url,
      `select tablename, policyname, roles::text from pg_policies where schemaname = 'public' and qual = 'true'
        and not roles <@ array['rehearse_worker', 'rehearse_lookup']::name[]`,
    );
    expect(open).toEqual([]);
  });

  it('has the tenant in each foreign key', async () => {
    const bare = await query(
      url,
      `select conrelid::regclass::text as table, conname from pg_constraint c
        where contype = 'f' and connamespace = 'public'::regnamespace
          and not exists (select from pg_attribute a where a.attrelid = c.conrelid and a.attname = 'tenant_id' and a.attnum = any(c.conkey))`,
    );
    expect(bare).toEqual([]);
  });

  it('has the tenant in each unique key, but for the e-mail address that finds the tenant', async () => {
    const bare = await query(
      url,
      `select indexrelid::regclass::text as index from pg_index i join pg_class c on c.oid = i.indrelid
        where i.indisunique and c.relnamespace = 'public'::regnamespace and c.relname not in ('_prisma_migrations', 'worker')
          and not exists (select from pg_attribute a where a.attrelid = i.indrelid and a.attname = 'tenant_id' and a.attnum = any(i.indkey))`,
    );
    expect(bare).toEqual([{ index: 'app_user_email_key' }]);
  });

  it('belongs to none of the roles that the server works as, and none of them passes by row-level security', async () => {
    const roles = await query(
      url,
      `select rolname, rolsuper, rolbypassrls, rolcreaterole,
              (select count(*)::int from pg_class where relowner = r.oid) as owns
         from pg_roles r where rolname like 'rehearse\\_%' and rolname <> 'rehearse_owner' order by rolname`,
    );
    const harmless = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, owns: 0 };
    expect(roles).toEqual(
      ['rehearse_app', 'rehearse_lookup', 'rehearse_worker'].map((rolname) => ({ rolname, ...harmless })),
    );
  });
});
