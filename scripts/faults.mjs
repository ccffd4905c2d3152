#!/usr/bin/env node
// Kills, stops and restarts real processes (servers, workers, PostgreSQL) while runs go on, and checks afterwards everything that
// was acknowledged. docs/reliability.md tells what is promised and what was measured.
//   node scripts/faults.mjs [scenario …]   only these (pnpm faults)
//     --quick       a smaller size of each, as the tests have it
//     --seed N      of what is left to chance (it is printed)
//     --json FILE   also as JSON
// Exit code 1 when something acknowledged was lost or a promise was not kept.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const SCENARIOS = [
  ...[
    'kills',
    'failpoints',
    'api-kill',
    'postgres',
    'frozen',
    'migrations',
    'clock',
    'drain',
    'stop',
    'fairness',
  ],
  ...['thousand-runs', 'viewers', 'parked'],
];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || positionals.some((name) => !SCENARIOS.includes(name))) {
  console.log(`node scripts/faults.mjs [${SCENARIOS.join(' | ')}] [--quick] [--seed N] [--json FILE]`);
  process.exit(values.help ? 0 : 2);
}
const built = spawnSync(process.execPath, [path.join(root, 'scripts/build.mjs'), '--backend'], {
  stdio: 'inherit',
});
if (built.status !== 0) process.exit(built.status ?? 1);

const { openGround } = await import('./faults/ground.mjs');
const { judge, verdictOf } = await import('./faults/judge.mjs');
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
console.log(`${machine}, ${new Date().toISOString().slice(0, 10)}, seed ${seed}`);
const ground = await openGround({ root });
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void ground.close().then(() => process.exit(130)));
const results = [];
try {
  for (const name of positionals.length > 0 ? positionals : SCENARIOS) {
    const scenario = await import(`./faults/${name}.mjs`);
    console.log(`\n${name}: ${scenario.about} (load ${loadavg()[0].toFixed(1)})`);
    results.push(await judge({ name, scenario, ground, seed, quick: values.quick }));
  }
} finally {
  await ground.close();
}
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ machine, seed, quick: values.quick, results }, null, 2)}\n`);
console.log(`\n${verdictOf(results)}`);
process.exit(results.every(({ kept }) => kept) ? 0 : 1);
