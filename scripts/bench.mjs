#!/usr/bin/env node
// Measures what docs/benchmarks.md tells: suites against a local model server (W1, W4), graphs in memory (W2) and on PostgreSQL
// (W2D), strict replays (W3), a server with many runs and viewers (W5), compiling and
// comparing (W6), beside other tools where they are installed. Every figure is the median of its repeats.
//   node scripts/bench.mjs [w1 w2 w2d w3 w4 w5 w6]   only these workloads
//     --repeats N      of each figure (3)
//     --delay-ms N     after which the slow model of W1 answers (50): on a slower machine, longer for the same proportion
//     --peers FOLDER   a folder with graph/{mastra,lg}.mjs, evals/bt.mjs and promptfoo/gen.mjs, installed: they are measured in the same run
//     --json FILE      also as JSON
//     --quick          smaller workloads, to see that all of it runs
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compiling } from './bench/compile.mjs';
import { diffs } from './bench/diffs.mjs';
import { graphsInMemory } from './bench/graphs.mjs';
import { startModelServer } from './bench/model-server.mjs';
import { graphPeers, suitePeers } from './bench/peers.mjs';
import { replays } from './bench/replays.mjs';
import { growth, suites } from './bench/suites.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeats: { type: 'string', default: '3' },
    'delay-ms': { type: 'string', default: '50' },
    peers: { type: 'string' },
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const WORKLOADS = {
  ...{ w1: suites, w2: graphsInMemory, w2d: later('durable', 'graphsOnDisk'), w3: replays, w4: growth },
  ...{ w5: later('server', 'serverFigures'), w6: compilingAndComparing },
};
if (values.help || positionals.some((name) => !(name in WORKLOADS))) {
  console.log(
    'node scripts/bench.mjs [w1 w2 w2d w3 w4 w5 w6] [--repeats N] [--delay-ms N] [--peers FOLDER] [--json FILE] [--quick]',
  );
  process.exit(values.help ? 0 : 2);
}
const built = spawnSync(process.execPath, [path.join(root, 'scripts/build.mjs'), '--backend'], {
  stdio: 'inherit',
});
if (built.status !== 0) process.exit(built.status ?? 1);
if (values.peers && !existsSync(values.peers)) {
  console.error(`there is no folder ${values.peers}`);
  process.exit(2);
}

const delayMs = Number(values['delay-ms']);
const servers = { fast: await startModelServer(0), slow: await startModelServer(delayMs) };
async function* compilingAndComparing(around) {
  yield* compiling(around);
  yield* diffs(around);
}

const folder = values.peers && path.resolve(values.peers);
const peers = folder
  ? { graphs: graphPeers(folder), suites: suitePeers(folder) }
  : { graphs: [], suites: [] };
const around = { root, servers, delayMs, peers, repeats: Number(values.repeats), quick: values.quick };
const rows = [];
try {
  for (const [name, measure] of Object.entries(WORKLOADS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    for await (const row of measure(around)) {
      rows.push({ workload: name.toUpperCase(), ...row });
      console.log(line(rows.at(-1)));
    }
  }
} finally {
  for (const server of Object.values(servers)) server.close();
}
const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
console.log(`\n${machine}, ${new Date().toISOString().slice(0, 10)}, median of ${values.repeats}`);
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, rows }, null, 2)}\n`);

/** What brings a database with it is loaded when it is wanted. */
function later(file, name) {
  return async function* measure(around) {
    yield* (await import(`./bench/${file}.mjs`))[name](around);
  };
}

function line({ workload, metric, value, unit, peers = [] }) {
  const figure = `${format(value)} ${unit}`.padEnd(20);
  const beside = peers
    .map(({ name, value: theirs }) => `${name} ${format(theirs)} (${(value / theirs).toFixed(2)} x)`)
    .join(', ');
  return `${workload}  ${metric.padEnd(58)} ${figure} ${beside}`.trimEnd();
}

function format(value) {
  if (Array.isArray(value)) return value.map(format).join(' / ');
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}
