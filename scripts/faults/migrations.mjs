// Two instances start on an empty database at once, and the one that migrates is killed in the middle of a migration.
import '../jest/typescript.mjs';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readyOf, until } from './graphs.mjs';
import { pg, poolOf } from './ground.mjs';

const { dumpSchema } = await import('../../backend/server/src/platform/database/testing/schema-dump.ts');
const server = path.resolve(import.meta.dirname, '../../backend/server');

export const about = 'two instances start on an empty database, one is killed in the middle of a migration';

export async function run({ arena, quick, random, say, check, figure }) {
  const files = readdirSync(path.join(server, 'prisma/migrations'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  for (let round = 1; round <= (quick ? 1 : 4); round++) {
    // The first one makes the table of migrations, so it is behind that one at the earliest.
    const at = 1 + random.below(files.length - 1);
    await killedAfter({ arena, files, at, say, check, figure });
  }
}

async function killedAfter({ arena, files, at, say, check, figure }) {
  const database = await arena.emptyDatabase();
  const pools = [];
  const sql = poolOf(database.DATABASE_URL, pools);
  // The one login migrates, and becomes the lesser roles then.
  const start = (home) => arena.start({ database: { DATABASE_URL: database.DATABASE_URL }, home });
  const began = performance.now();
  const both = [start('one'), start('two')];
  const { applied, release } = await holdAfter({ sql, at, url: database.DATABASE_URL });
  const killedIn = files[applied];
  const isApplying = ({ out, err }) => (out() + err()).includes(`Applying the migration ${killedIn}.`);
  const dying = await until(() => both.find(isApplying), { what: `a process that applies ${killedIn}` });
  const other = both.find((instance) => instance !== dying);
  check(`one instance is in the middle of ${killedIn}, the other one waits`, !isApplying(other));
  await dying.end('SIGKILL');
  await release();
  const again = start(dying === both[0] ? 'one' : 'two');
  const urls = [];
  for (const instance of [other, again]) urls.push((await instance.says(/Rehearse is at (http:\S+)/))[1]);
  for (const url of urls) await until(async () => (await readyOf(url)) === 200);
  say(
    `killed in the middle of ${killedIn}; both are ready after ${Math.round(performance.now() - began)} ms`,
  );
  const rows = await sql(
    'select migration_name as name, finished_at from _prisma_migrations order by started_at, name',
  );
  check(
    'every migration is applied once',
    JSON.stringify(rows.map(({ name }) => name)) === JSON.stringify(files) &&
      rows.every((row) => row.finished_at),
    `${rows.length} of ${files.length}`,
  );
  const golden = readFileSync(path.join(server, 'golden/schema.sql'), 'utf8');
  check(
    'the schema is the one of an undisturbed start',
    (await dumpSchema(database.DATABASE_URL)) === golden,
  );
  figure(`both ready, killed at ${killedIn.slice(0, 4)}`, (performance.now() - began) / 1_000, 's');
  await Promise.all([other, again].map(({ end }) => end('SIGKILL')));
  await Promise.all(pools.map((pool) => pool.end()));
}

/**
 * Lets about `at` migrations through and holds the next one when it is done, but not recorded. Answers with how many went
 * through, and with what lets it go on.
 */
async function holdAfter({ sql, at, url }) {
  await until(async () => (await sql(`select to_regclass('_prisma_migrations') is not null as is`))[0].is, {
    ...{ everyMs: 1, what: 'the table of migrations' },
  });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (;;) {
    await client.query('begin; lock table _prisma_migrations in share row exclusive mode');
    const { rows } = await client.query('select count(*)::integer as applied from _prisma_migrations');
    if (rows[0].applied >= at) break;
    await client.query('rollback');
  }
  const { rows } = await client.query('select count(*)::integer as applied from _prisma_migrations');
  await until(() => isWaiting(sql), { everyMs: 5, what: 'a migration that is held' });
  return { applied: rows[0].applied, release: () => client.end() };
}

/** Somebody has done a migration and waits to record it. */
const isWaiting = async (sql) => {
  const rows = await sql(
    `select 1 from pg_stat_activity where application_name = 'rehearse migrate' and wait_event_type = 'Lock'
       and query like '%insert into _prisma_migrations%'`,
  );
  return rows.length > 0;
};
