#!/usr/bin/env node
// Records every example with its mocks, or with the agents that stand beside it: backend/cli/examples/cassettes has a cassette for
// each, and one more for each of its chaos profiles. A test replays all of them strictly. To be run when an example changes,
// never to make a test pass.
//   node scripts/record-examples.mjs [part of a path …]     only the examples whose path holds one of these
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const examples = path.join(root, 'backend/cli/examples');
const wanted = process.argv.slice(2);
if (wanted.includes('--help')) {
  console.log('node scripts/record-examples.mjs [part of a path …]   records the examples');
  process.exit(0);
}
const { load } = createRequire(path.join(root, 'backend/engine/package.json'))('js-yaml');

/** What an example may end with: some are there to fail, or to be left undecided. */
const FINE = [0, 100, 101];
/** What answers by itself is not asked offline: agents that are programs or addresses stand beside their graphs. */
const AGENTS = {
  'calls/agent-command.yaml': { flags: ['--allow-command', 'node'], folder: 'calls' },
  'calls/agent-http.yaml': {
    flags: [],
    servers: 'calls/agent-servers.mjs',
    env: { REHEARSE_SECRET_BOT: 'any' },
  },
};
let failed = 0;
const files = readdirSync(examples, { recursive: true, encoding: 'utf8' });
for (const file of files.toSorted((one, other) => (one < other ? -1 : 1))) {
  if (!file.endsWith('.yaml') || /^(cassettes|imports)\b/.test(file)) continue;
  if (wanted.length > 0 && !wanted.some((part) => file.includes(part))) continue;
  const { kind, chaos = {} } = load(readFileSync(path.join(examples, file), 'utf8'));
  if (kind !== 'Graph') continue;
  const name = file.replace(/\.yaml$/, '');
  const agent = AGENTS[file] ?? {};
  const servers = agent.servers && (await start(agent.servers));
  record(file, { cassette: `${name}.jsonl`, ...agent });
  servers?.kill();
  for (const profile of Object.keys(chaos)) record(file, { cassette: `${name}.${profile}.jsonl`, profile });
}
process.exitCode = failed > 0 ? 1 : 0;

/** Started, and listening. */
async function start(program) {
  const child = spawn(process.execPath, [path.join(examples, program)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for (let told = ''; told.split('listening').length <= 2;)
    told += String((await once(child.stdout, 'data'))[0]);
  return child;
}

function record(file, { cassette, profile, flags = ['--offline'], env = {}, folder = '.' }) {
  const target = path.join(examples, 'cassettes', cassette);
  mkdirSync(path.dirname(target), { recursive: true });
  rmSync(target, { force: true });
  const cli = path.join(root, 'backend/cli/bin/rehearse.mjs');
  const chaos = profile === undefined ? [] : ['--chaos', profile];
  const args = [...flags, '--cassette', target, '--mode', 'record', ...chaos];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cli, 'run', path.relative(folder, file), ...args],
    {
      cwd: path.join(examples, folder),
      env: { ...process.env, ...env },
      encoding: 'utf8',
    },
  );
  console.log(`${String(status).padStart(3)}  ${file}${profile === undefined ? '' : `, chaos ${profile}`}`);
  if (FINE.includes(status)) return;
  failed += 1;
  console.error(stdout + stderr);
}
