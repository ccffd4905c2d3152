import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { unavailable } from './connection-failure.js';
import { DatabaseError } from './database-error.js';
import type { Migration } from './migration-files.js';
import { readMigrations } from './migration-files.js';

export interface MigrateOptions {
  /** A direct connection by the owner of the tables, not through a pooler: the lock belongs to the session. */
  url: string;
  migrations?: Migration[];
  /** How long another instance may take; default five minutes. */
  patienceMs?: number;
  notice?: (message: string) => void;
}

export interface MigrationReport {
  applied: string[];
  /** Applied before. */
  known: number;
}

// The rows are those of Prisma's CLI, so that `prisma migrate status` and `deploy` agree with what was done here.
const TABLE = `
  create table if not exists _prisma_migrations (
    id varchar(36) primary key,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`;

/** The number that Prisma's CLI locks as well: the two exclude each other. */
const LOCK = 72_707_369;

/**
 * Brings the database up to this version: one instance at a time, one transaction a file, nothing twice.
 * @throws DatabaseError when a file fails, was edited after it was applied, or the database is newer than we are
 */
export async function migrate(options: MigrateOptions): Promise<MigrationReport> {
  const { url, migrations = readMigrations(), patienceMs = 300_000, notice = () => undefined } = options;
  const client = new pg.Client({ connectionString: url, application_name: 'rehearse migrate' });
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => Promise.reject(unavailable(error)));
  try {
    await takeLock(client, patienceMs, notice);
    return await applyPending(client, migrations, notice);
  } finally {
    // The lock goes with the session, also when we are killed here.
    await client.end().catch(() => undefined);
  }
}

/** The names of the migrations that this version has and the database has not. Reads only. */
export async function pendingMigrations(url: string, migrations = readMigrations()): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => Promise.reject(unavailable(error)));
  try {
    return checkHistory(await readHistory(client), migrations).map(({ name }) => name);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function takeLock(
  client: pg.Client,
  patienceMs: number,
  notice: (message: string) => void,
): Promise<void> {
  const limit = Date.now() + patienceMs;
  for (let waits = 0; ; waits++) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      LOCK,
    ]);
    if (rows[0]?.taken) return;
    if (Date.now() >= limit) {
      throw new DatabaseError(
        'database/migration-locked',
        `Another instance has been migrating the database for ${Math.round(patienceMs / 1000)} s. Look for the session ` +
          '`rehearse migrate` in pg_stat_activity; end it, then start again.',
      );
    }
    if (waits === 0) notice('Another instance is migrating the database: waiting for it.');
    await sleep(Math.min(100, Math.max(1, limit - Date.now())));
  }
}

async function applyPending(client: pg.Client, migrations: Migration[], notice: (message: string) => void) {
  await client.query(`set lock_timeout = '5s'; ${TABLE}`);
  const history = await readHistory(client);
  const pending = checkHistory(history, migrations);
  for (const migration of pending) {
    notice(`Applying the migration ${migration.name}.`);
    await apply(client, migration);
  }
  // The readiness check, which has no more rights than a request, compares the versions.
  if (pending.length > 0) await client.query('grant select on _prisma_migrations to rehearse_app');
  return { applied: pending.map(({ name }) => name), known: history.length };
}

interface Applied {
  name: string;
  checksum: string;
  finished: boolean;
}

async function readHistory(client: pg.Client): Promise<Applied[]> {
  const { rows: found } = await client.query(
    `select to_regclass('_prisma_migrations') is not null as present`,
  );
  if (!(found as { present: boolean }[])[0]?.present) return [];
  const { rows } = await client.query<Applied>(
    `select migration_name as name, checksum, finished_at is not null as finished
       from _prisma_migrations where rolled_back_at is null order by started_at`,
  );
  return rows;
}

function checkHistory(history: Applied[], migrations: Migration[]): Migration[] {
  const ours = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, finished } of history) {
    const file = ours.get(name);
    if (!file) throw unknownMigration(name, migrations);
    if (!finished) throw unfinished(name);
    if (file.checksum !== checksum) throw edited(name);
  }
  const done = new Set(history.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw failed(name, sql, error);
  }
}

function failed(name: string, sql: string, error: unknown): DatabaseError {
  const { message, hint, position } = error as pg.DatabaseError;
  const line = position ? ` (line ${sql.slice(0, Number(position)).split('\n').length})` : '';
  return new DatabaseError(
    'database/migration-failed',
    `The migration ${name}${line} failed and was rolled back: ${message}.${hint ? ` ${hint}` : ''}`,
    { cause: error },
  );
}

function edited(name: string): DatabaseError {
  return new DatabaseError(
    'database/migration-edited',
    `The migration ${name} is not the file that was applied to this database. Bring the old file back and put the change ` +
      'into a new migration.',
  );
}

function unknownMigration(name: string, migrations: Migration[]): DatabaseError {
  return new DatabaseError(
    'database/migration-unknown',
    `The database has the migration ${name}, which this version does not know (its last is ` +
      `${migrations.at(-1)?.name ?? 'none'}): a newer version made it. Start that version, or another database.`,
  );
}

function unfinished(name: string): DatabaseError {
  return new DatabaseError(
    'database/migration-failed',
    `The migration ${name} was begun by another tool and did not finish. See \`prisma migrate resolve\`, then start again.`,
  );
}
