#!/usr/bin/env node
// All static checks, in parallel, one line each; a warning fails like an error.
//   node scripts/check.mjs [name …]     only these checks (pnpm check)
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const bin = (name) => path.join(root, 'node_modules', name);
const own = (name) => path.join(root, 'scripts', name);
const tsc = bin('ts7/bin/tsc');

/** Each check is the commands that it takes, one after the other. `types` comes first: the others read what it writes. */
const CHECKS = {
  types: [
    [own('build.mjs'), '--backend'],
    [tsc, '-b'],
    [tsc, '-p', 'tsconfig.spec.json'],
    [tsc, '-p', 'scripts/check/tsconfig.browser.json'],
  ],
  lint: [[bin('oxlint/bin/oxlint')]],
  boundaries: [
    [bin('dependency-cruiser/bin/dependency-cruiser.mjs'), 'backend', 'frontend', '-T', 'err-long'],
  ],
  'boundary rules': [['--test', '--test-reporter=dot', own('check/dependency-rules.test.mjs')]],
  'engine purity': [['--test', '--test-reporter=dot', own('check/engine-purity.test.mjs')]],
  features: [[own('check/features.mjs')]],
  checklist: [[own('check/checklist.mjs')]],
  'unused code': [[bin('knip/bin/knip.js'), '--no-progress', '--treat-config-hints-as-errors']],
  'golden files': [[own('golden.mjs')]],
  format: [[bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '--cache', '.']],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  const isHelp = unknown.includes('--help');
  console.error(`node scripts/check.mjs [${Object.keys(CHECKS).join(' | ')}]`);
  process.exit(isHelp ? 0 : 2);
}

const [first, ...others] = Object.keys(CHECKS).filter((name) => wanted.length === 0 || wanted.includes(name));
const start = performance.now();
const failed = [];
await check(first);
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));

const time = `${((performance.now() - start) / 1000).toFixed(1)} s`;
if (failed.length > 0) console.error(`\n${failed.length} failed: ${failed.join(', ')} (${time})`);
else console.log(`all static checks passed in ${time}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function worker() {
  for (let name = others.shift(); name !== undefined; name = others.shift()) await check(name);
}

async function check(name) {
  const began = performance.now();
  const { code, output } = await inTurn(CHECKS[name]);
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
  console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(16)}${seconds} s`);
  if (code === 0) return;
  failed.push(name);
  console.log(output.replaceAll(/^(?=.)/gm, '    '));
}

async function inTurn(commands) {
  for (const args of commands) {
    const result = await run(args);
    if (result.code !== 0) return result;
  }
  return { code: 0, output: '' };
}

function run(args) {
  return new Promise((resolve) => {
    const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
    const env = { ...process.env, ...colours };
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
