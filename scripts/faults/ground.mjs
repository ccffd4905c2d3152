// One PostgreSQL of our own, with its whole durability, and for each scenario a database and processes on it.
import '../jest/typescript.mjs';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const { startTestCluster } =
  await import('../../backend/server/src/platform/database/testing/test-cluster.ts');
const { startServerProcess } = await import('../../backend/server/e2e/server-process.ts');
const { clientOf, login, PASSWORD } = await import('../../backend/server/e2e/client.ts');
export const pg = createRequire(new URL('../../backend/server/package.json', import.meta.url))('pg');

const OWNER = 'owner@faults.example';
let arenas = 0;

export async function openGround({ root }) {
  const cluster = await startTestCluster({});
  return {
    arena: ({ name }) => openArena({ root, cluster, name }),
    close: () => cluster.stop(),
  };
}

async function openArena({ root, cluster, name }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), `rehearse-faults-${name}-`));
  chmodSync(folder, 0o755);
  const [processes, pools] = [[], []];
  const database = await makeDatabase(cluster, cluster.template);
  const arena = {
    ...{ cluster, folder, database },
    emptyDatabase: () => makeDatabase(cluster, 'template0'),
    start: (options) => {
      const started = start({ root, folder, database, ...options });
      processes.push(started);
      return started;
    },
    server: (options) => listening(arena.start(options), /Rehearse is at (http:\S+)/),
    worker: ({ args = [], ...options } = {}) =>
      listening(
        arena.start({ ...options, args: ['--worker', ...args] }),
        /Rehearse worker: how it is, at (http:\S+)\/health/,
      ),
    /** By the role that may see the runs of all tenants. */
    sql: poolOf(database.DATABASE_WORKER_URL, pools),
    owner: async (url) => clientOf(url, await login(url, OWNER)),
    /** An API key of the owner's tenant: it does not expire, and every process knows it. */
    machine: async (url) => keyOf(url, await arena.owner(url)),
    keyOf,
    client: clientOf,
    lastWords: () => processes.map(({ out, err }) => (out() + err()).slice(-2_000)),
    close: async () => {
      await Promise.all(
        processes.map(({ child, end }) => child.exitCode ?? child.signalCode ?? end('SIGKILL')),
      );
      await Promise.all(pools.map((pool) => pool.end()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return arena;
}

async function keyOf(url, admin) {
  const { body } = await admin.post('/api/v1/api-keys', { name: 'faults' });
  return clientOf(url, body.key);
}

/** As it is installed: what was built, and the addresses of the database by environment. */
function start({ root, folder, database, home = 'home', env = {}, args = [], node = [] }) {
  const settings = {
    ...{ JWT_SECRET: 'a secret of the faults that is long enough', HOST: '127.0.0.1', PORT: '0' },
    ...{ FIRST_ADMIN_EMAIL: OWNER, FIRST_ADMIN_PASSWORD: PASSWORD },
    ...{ LOG_LEVEL: 'info', LOG_FORMAT: 'json', REHEARSE_EGRESS_ALLOW_LOOPBACK: 'true' },
  };
  return startServerProcess({
    ...{ cwd: folder, args, main: [...node, path.join(root, 'backend/server/dist/main.js')] },
    env: { ...settings, ...database, REHEARSE_HOME: path.join(folder, home), ...env },
  });
}

async function listening(started, words) {
  const [, url] = await started.says(words);
  return { ...started, url, pid: started.child.pid };
}

async function makeDatabase({ addresses }, template) {
  const name = `faults_${process.pid}_${(arenas += 1)}`;
  const address = new URL(addresses.DATABASE_URL);
  address.pathname = 'postgres';
  const client = new pg.Client({ connectionString: address.href });
  await client.connect();
  await client.query(`create database ${name} template ${template}`);
  await client.end();
  return Object.fromEntries(
    Object.entries(addresses).map(([variable, value]) => {
      const url = new URL(value);
      url.pathname = name;
      return [variable, url.href];
    }),
  );
}

/** Rows of one statement. A connection that a crash took away is made anew with the next one. */
export function poolOf(connectionString, pools) {
  const pool = new pg.Pool({ connectionString, max: 3 });
  pool.on('error', () => undefined);
  pools.push(pool);
  return async (text, values = []) => (await pool.query(text, values)).rows;
}

/** Megabytes that a process holds, and the most it ever held. */
export function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1_024);
  return { nowMb: mb('VmRSS'), peakMb: mb('VmHWM') };
}
