// Very many runs that wait for people and for time: what the database is asked because of them, and what they cost a process.
import { readFileSync } from 'node:fs';
import { beginMany, pause, review, timer, until, upload } from './graphs.mjs';
import { memoryOf, pg } from './ground.mjs';

export const about = 'ten thousand parked runs cost the database less than a query a second';

export async function run({ arena, quick, check, figure }) {
  const [made, parked, restS] = quick ? [8, 400, 20] : [50, 10_000, 60];
  const server = await arena.server({ env: { LOG_LEVEL: 'warn', MAX_CONCURRENT_RUNS: '32' } });
  const client = await arena.machine(server.url);
  await upload(client, review());
  await upload(client, timer({ wait: '300d' }));
  const before = await quiet({ arena, server, restS });
  await beginMany(client, 'review', made / 2);
  await beginMany(client, 'timer', made / 2);
  await until(async () => (await waiting(arena.sql)) === made, { what: 'the parking of all' });
  // The rest are the same rows under other ids: a parked run is nothing else.
  await multiply(arena, parked);
  const after = await quiet({ arena, server, restS });
  const forThem = after.perSecond - before.perSecond;
  check(`${parked} runs are parked`, (await waiting(arena.sql)) >= parked);
  check(
    'for them the database is asked less than once a second',
    forThem < 1,
    `${forThem.toFixed(2)} a second`,
  );
  figure('transactions a second with none / with all of them', [before.perSecond, after.perSecond]);
  figure('for them', forThem, 'a second');
  figure('memory of the server with none / with all of them', [before.mb, after.mb], 'MB');
  figure('processor time of the server, per hour, with all of them', after.cpuPerHour, 's');
}

const waiting = async (sql) =>
  (await sql(`select count(*)::integer as runs from run where status = 'waiting'`))[0].runs;

/** What the database did for a while in which nobody asked for anything but this process. */
async function quiet({ arena, server, restS }) {
  // PostgreSQL tells of what an idle connection did ten seconds later at the latest.
  await pause(11_000);
  const [began, cpu] = [await transactions(arena.sql), cpuOf(server.pid)];
  await pause(restS * 1_000);
  const ended = await transactions(arena.sql);
  return {
    // Our own two looks are among them.
    perSecond: Math.max(0, ended - began - 2) / restS,
    mb: memoryOf(server.pid).nowMb,
    cpuPerHour: ((cpuOf(server.pid) - cpu) / restS) * 3_600,
  };
}

const transactions = async (sql) =>
  Number(
    (
      await sql(
        'select xact_commit + xact_rollback as n from pg_stat_database where datname = current_database()',
      )
    )[0].n,
  );

/** Seconds of a processor that a process has had; a hundred ticks are one. */
function cpuOf(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}

/** Copies parked runs with their journals until there are so many. The new ids lie in the same month. */
async function multiply({ database, sql }, count) {
  const [{ tenant_id: tenant, runs }] = await sql(
    `select tenant_id, count(*)::integer as runs from run where status = 'waiting' group by 1`,
  );
  const client = new pg.Client({ connectionString: database.DATABASE_APP_URL });
  await client.connect();
  await client.query(`select set_config('app.tenant_id', $1, false)`, [tenant]);
  const columns = async (table) => {
    const { rows } = await client.query(
      `select column_name as name from information_schema.columns where table_name = $1 and table_schema = 'public'`,
      [table],
    );
    return rows.map(({ name }) => name);
  };
  const copied = (names, key) => names.map((name) => (name === key ? 'm.fresh' : `o.${name}`)).join(', ');
  const [run, event] = [await columns('run'), await columns('run_event')];
  await client.query(
    `with source as (
       select id, row_number() over () - 1 as at, count(*) over () as runs from run where status = 'waiting'
     ), map as materialized (
       select s.id, (left(s.id::text, 24) || substr(md5(random()::text || g), 1, 12))::uuid as fresh
       from generate_series(1, $1::integer) g join source s on s.at = g % s.runs
     ), made as (
       insert into run (${run.join(', ')}) select ${copied(run, 'id')} from map m join run o on o.id = m.id
     )
     insert into run_event (${event.join(', ')}) select ${copied(event, 'run_id')} from map m
     join run_event o on o.run_id = m.id`,
    [count - runs],
  );
  await client.end();
}
