// Many tenants with a backlog each, and one with a long one that came first, over two workers and with few places a tenant.
import { allOver, checkJournals, first, witnessOf } from './journals.mjs';
import { begin, inParts, pause, steps, upload } from './graphs.mjs';

export const about = 'two hundred tenants with ten runs each and two places each, over two workers';

const PLACES = 2;
const PASSWORD = 'correct-horse-battery';

export async function run({ arena, quick, say, check, figure }) {
  const [tenants, runs] = quick ? [6, 4] : [200, 10];
  const env = { MAX_CONCURRENT_RUNS_PER_TENANT: String(PLACES), MAX_CONCURRENT_RUNS: quick ? '4' : '32' };
  const desk = await arena.server({ env: { ...env, MAX_CONCURRENT_RUNS: '0' } });
  const owner = await arena.owner(desk.url);
  const clients = await inParts(tenants, 4, (index) => makeTenant({ arena, desk, owner, index }));
  say(`${tenants} tenants are there`);
  // The first one has ten times as much, and all of it before anybody else comes.
  await inParts(runs * 10, 16, () => begin(clients[0], 'steps'));
  await inParts(tenants * runs, 32, (index) => begin(clients[index % tenants], 'steps'));
  const witness = witnessOf(arena.sql);
  const watch = watchPlaces(arena.sql);
  const began = performance.now();
  await arena.worker({ home: 'one', env });
  await arena.worker({ home: 'two', env });
  await allOver(arena.sql, { look: () => pause(500) });
  const seconds = (performance.now() - began) / 1_000;
  const { looks, most, tooMany, used } = await watch.end();
  check(
    'no tenant ever has more than its places',
    tooMany.length === 0,
    first(tooMany) || `${looks} looks, ${most} at most`,
  );
  const { spread, firsts, lasts } = await ordersOf(arena.sql);
  check(
    'no tenant waits for the backlog of another',
    spread <= PLACES + 1,
    `${spread} begun at most that another had not`,
  );
  check(
    'everybody has begun before the long backlog is through',
    firsts < lasts,
    `${firsts} and ${lasts} ms`,
  );
  await checkJournals({ sql: arena.sql, witness, check });
  figure('runs', tenants * runs + runs * 10);
  figure('all of them took', seconds, 's');
  figure('places in use, most', used);
  figure('the last tenant had its first run begun after', firsts, 'ms');
}

async function makeTenant({ arena, desk, owner, index }) {
  const email = `admin@tenant-${index}.example`;
  await owner.post('/api/v1/tenants', { name: `tenant-${index}`, admin: { email, password: PASSWORD } });
  const { body } = await arena.client(desk.url, '').post('/api/v1/auth/login', { email, password: PASSWORD });
  const client = await arena.keyOf(desk.url, arena.client(desk.url, body.accessToken));
  await upload(client, steps({ count: 4, latency: '50ms' }));
  return client;
}

/** Counts who has how many places, over and over, for as long as runs go on. */
function watchPlaces(sql) {
  const seen = { looks: 0, most: 0, used: 0, tooMany: [] };
  const stop = new AbortController();
  const watch = async () => {
    while (!stop.signal.aborted) {
      const rows = await sql(
        `select tenant_id, count(*)::integer as runs from run where status = 'running' group by 1`,
      );
      const counts = rows.map(({ runs }) => runs);
      seen.looks += 1;
      seen.most = Math.max(seen.most, ...counts);
      seen.used = Math.max(
        seen.used,
        counts.reduce((sum, runs) => sum + runs, 0),
      );
      for (const { tenant_id: tenant, runs } of rows)
        if (runs > PLACES) seen.tooMany.push(`${tenant} ${runs}`);
      await pause(10);
    }
    return seen;
  };
  const watched = watch();
  return { end: () => (stop.abort(), watched) };
}

/**
 * In which order runs began. `spread`: how many more of one tenant had begun than of another that had some waiting.
 * `firsts`: when the last tenant got its first place, `lasts`: when the longest backlog got its last, from the first on.
 */
async function ordersOf(sql) {
  const rows = await sql(
    `select tenant_id as tenant, extract(epoch from started_at) * 1000 as at from run order by started_at, id`,
  );
  const total = Map.groupBy(rows, ({ tenant }) => tenant);
  const begun = new Map([...total.keys()].map((tenant) => [tenant, 0]));
  let [spread, firsts] = [0, 0];
  // Runs of one claim begin at the same time.
  for (const claimed of Map.groupBy(rows, ({ at }) => at).values()) {
    for (const { tenant, at } of claimed) {
      if (begun.get(tenant) === 0) firsts = Number(at);
      begun.set(tenant, begun.get(tenant) + 1);
    }
    const waiting = [...begun].filter(([tenant, count]) => count < total.get(tenant).length);
    const least = Math.min(...waiting.map(([, count]) => count));
    for (const { tenant } of claimed)
      if (waiting.length > 0) spread = Math.max(spread, begun.get(tenant) - least);
  }
  const start = Number(rows[0].at);
  return { spread, firsts: Math.round(firsts - start), lasts: Math.round(Number(rows.at(-1).at) - start) };
}
