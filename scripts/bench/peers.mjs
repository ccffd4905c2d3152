// Other tools at the same workloads, from a folder where they are installed. Each answers the median of its repeats.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { median, wholeProcess } from './measure.mjs';

const run = promisify(execFile);

/** Nodes a second of workflows, which keep no journal: in memory nothing, on PostgreSQL their last states. */
export const graphPeers = (folder) => [
  { name: 'Mastra', measure: (how) => nodesPerSecond(folder, 'mastra.mjs', how) },
  { name: 'LangGraph', measure: (how) => nodesPerSecond(folder, 'lg.mjs', how) },
];

/** Seconds of a suite, whole process. */
export const suitePeers = (folder) => [
  { name: 'braintrust', measure: (how) => braintrust(folder, how) },
  { name: 'promptfoo', measure: (how) => promptfoo(folder, how) },
];

/** What each of them takes, by name; a slow one once. */
export async function beside(peers, how) {
  const told = [];
  for (const { name, measure } of peers) told.push({ name, value: await measure(how) });
  return told;
}

/** In memory, unless a PostgreSQL is named. */
async function nodesPerSecond(folder, script, { shape, runs, concurrency, repeats, ...where }) {
  const { store = 'memory', url, durability } = where;
  const env = { ...process.env, ...(url && { PG_URL: url }) };
  const args = [script, shape, store, `${runs}`, `${concurrency}`, ...(durability ? [durability] : [])];
  const values = await times(repeats, async () => {
    // Not by spawnSync: what is measured beside it may need this process.
    const { stdout } = await run(process.execPath, args, { cwd: path.join(folder, 'graph'), env });
    return JSON.parse(stdout.trim().split('\n').at(-1)).nodes_per_s;
  });
  return median(values);
}

async function braintrust(folder, { cases, concurrency, port, repeats }) {
  const command = ['bt.mjs', `${cases}`, `${concurrency}`, `${port}`];
  const cwd = path.join(folder, 'evals');
  return median(await times(repeats, async () => (await wholeProcess(command, { cwd })).seconds));
}

const OFF = ['TELEMETRY', 'UPDATE', 'REMOTE_GENERATION', 'SHARING', 'ERROR_LOG', 'DEBUG_LOG'];

/** `warm`: again, with all answers in its cache. */
async function promptfoo(folder, { cases, concurrency, port, repeats, warm = false }) {
  const cwd = path.join(folder, 'promptfoo');
  execFileSync(process.execPath, ['gen.mjs'], { cwd, env: { ...process.env, PORT: `${port}` } });
  const home = mkdtempSync(path.join(tmpdir(), 'promptfoo-'));
  const env = {
    ...Object.fromEntries(OFF.map((name) => [`PROMPTFOO_DISABLE_${name}`, '1'])),
    PROMPTFOO_CONFIG_DIR: home,
  };
  const command = [
    ...['node_modules/promptfoo/dist/src/entrypoint.js', 'eval', '-c', `cfg/http0-${cases}.yaml`],
    ...['-j', `${concurrency}`, '--no-table', '--no-progress-bar', ...(warm ? [] : ['--no-cache'])],
  ];
  try {
    if (warm) await wholeProcess(command, { cwd, env });
    return median(await times(repeats, async () => (await wholeProcess(command, { cwd, env })).seconds));
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function times(count, measure) {
  const values = [];
  for (let i = 0; i < count; i++) values.push(await measure());
  return values;
}
