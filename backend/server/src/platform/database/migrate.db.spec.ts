import { describe, it, expect } from '@jest/globals';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Migration } from './migration-files.js';
import { readMigrations } from './migration-files.js';
import { migrate, pendingMigrations } from './migrate.js';
import { kill, moduleUrl, startProcess } from './testing/child-process.js';
import { query, withEmptyDatabase } from './testing/sql.js';

function migration(name: string, sql: string): Migration {
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}
const roles = readMigrations().slice(0, 1);
const tables = (url: string) =>
  query<{ name: string }>(
    url,
    `select relname::text as name from pg_class where relname like 'made_%' order by 1`,
  );
const recorded = (url: string) =>
  query(
    url,
    'select migration_name as name, finished_at is not null as finished from _prisma_migrations order by started_at',
  );

describe('migrations', () => {
  it('are applied once, in order, and are known the second time', () =>
    withEmptyDatabase(async (url) => {
      const names = readMigrations().map(({ name }) => name);
      expect(await pendingMigrations(url)).toEqual(names);
      expect(await migrate({ url })).toEqual({ applied: names, known: 0 });
      expect(await migrate({ url })).toEqual({ applied: [], known: names.length });
      expect(await pendingMigrations(url)).toEqual([]);
    }));

  it('are applied once by two instances that start together', () =>
    withEmptyDatabase(async (url) => {
      const migrations = [
        ...roles,
        migration('0002_slow', 'select pg_sleep(0.5); create table made_slow ()'),
      ];
      const notices: string[] = [];
      const options = { url, migrations, notice: (message: string) => notices.push(message) };
      const reports = await Promise.all([migrate(options), migrate(options)]);
      expect(reports.map(({ applied }) => applied.length).sort((a, b) => a - b)).toEqual([0, 2]);
      expect(notices).toContain('Another instance is migrating the database: waiting for it.');
      expect(await recorded(url)).toHaveLength(2);
    }));

  it('leave nothing half done when the instance is killed in the middle, and the next one goes on at once', () =>
    withEmptyDatabase(async (url) => {
      const half = migration('0002_half', 'create table made_half (); select pg_sleep(60)');
      const { child } = await startProcess(`
        const { migrate } = await import(${JSON.stringify(moduleUrl('migrate.ts'))});
        const { readMigrations } = await import(${JSON.stringify(moduleUrl('migration-files.ts'))});
        const migrations = [...readMigrations().slice(0, 1), ${JSON.stringify(half)}];
        const notice = (message) => message.includes('half') && console.log(message);
        await migrate({ url: ${JSON.stringify(url)}, migrations, notice });`);
      await sleep(200);
      await kill(child);
      // The session of a killed client ends when the server notices, which a sleeping statement delays.
      await query(
        url,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rehearse migrate'`,
      );
      expect(await tables(url)).toEqual([]);
      const whole = migration('0002_half', 'create table made_half ()');
      expect((await migrate({ url, migrations: [...roles, whole] })).applied).toEqual(['0002_half']);
      expect(await tables(url)).toEqual([{ name: 'made_half' }]);
    }));

  it('are rolled back as a whole when one statement fails, with the line', () =>
    withEmptyDatabase(async (url) => {
      const bad = migration('0002_bad', 'create table made_bad ();\n\nselect nonsense();');
      const result = migrate({ url, migrations: [...roles, bad] });
      await expect(result).rejects.toMatchObject({
        code: 'database/migration-failed',
        message: expect.stringMatching(
          /0002_bad \(line 3\) failed and was rolled back: function nonsense\(\) does not exist/,
        ),
      });
      expect(await tables(url)).toEqual([]);
      expect(await recorded(url)).toHaveLength(1);
    }));

  it('must not be edited once they are applied', () =>
    withEmptyDatabase(async (url) => {
      await migrate({ url, migrations: [...roles, migration('0002_a', 'create table made_a ()')] });
      const edited = [...roles, migration('0002_a', 'create table made_a (id int)')];
      await expect(migrate({ url, migrations: edited })).rejects.toMatchObject({
        code: 'database/migration-edited',
      });
    }));

  it('of a newer version stop an older one', () =>
    withEmptyDatabase(async (url) => {
      await migrate({ url, migrations: [...roles, migration('0009_future', 'select 1')] });
      await expect(migrate({ url, migrations: roles })).rejects.toMatchObject({
        code: 'database/migration-unknown',
        message: expect.stringContaining('0009_future'),
      });
    }));

  it('do not wait for ever for another instance', () =>
    withEmptyDatabase(async (url) => {
      const slow = migrate({ url, migrations: [...roles, migration('0002_slow', 'select pg_sleep(1)')] });
      await sleep(300);
      await expect(migrate({ url, patienceMs: 100 })).rejects.toMatchObject({
        code: 'database/migration-locked',
      });
      await slow;
    }));

  it('need a database that answers and a login that it takes', () =>
    withEmptyDatabase(async (url) => {
      await expect(migrate({ url: 'postgresql://x@127.0.0.1:1/x' })).rejects.toMatchObject({
        code: 'database/unavailable',
      });
      const wrong = new URL(url);
      wrong.password = 'wrong';
      await expect(migrate({ url: wrong.href })).rejects.toMatchObject({ code: 'database/access-denied' });
    }));
});
