#!/usr/bin/env node
// Whether an imported config gives the verdicts of promptfoo. Runs a config with promptfoo (its echo provider, so that the
// outputs are fixed) and, imported, with Rehearse; compares every assertion; ends with 1 where one differs.
//   node scripts/compare-promptfoo.mjs [config.yaml]     default: the config whose verdicts are kept beside it
//   node scripts/compare-promptfoo.mjs --update          keeps promptfoo's verdicts, for the unit test that holds ours to them
// promptfoo is installed from the npm registry into a temporary folder; PROMPTFOO_FOLDER names one that has it already.
// It sends no telemetry and looks for no update.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const KEPT = path.join(root, 'backend/engine/fixtures/promptfoo/verdicts.yaml');
/** What reads SQL and keeps results is optional in promptfoo's package; it does not run without them. */
const PACKAGES = {
  promptfoo: '0.123.1',
  'node-sql-parser': '5.4.0',
  [`@libsql/${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`]: '0.5.29',
};
const QUIET = {
  PROMPTFOO_DISABLE_TELEMETRY: '1',
  PROMPTFOO_DISABLE_UPDATE: '1',
  PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
};

const { values, positionals } = parseArgs({
  options: { update: { type: 'boolean' }, help: { type: 'boolean' } },
  allowPositionals: true,
});
if (values.help) {
  console.log(
    'node scripts/compare-promptfoo.mjs [--update] [config.yaml]   compares our verdicts with promptfoo’s',
  );
  process.exit(0);
}

const config = path.resolve(positionals[0] ?? KEPT);
const folder = mkdtempSync(path.join(os.tmpdir(), 'rehearse-promptfoo-'));
try {
  const theirs = verdictsOfPromptfoo();
  if (values.update) writeFileSync(KEPT.replace(/yaml$/, 'json'), `${JSON.stringify(theirs, null, 2)}\n`);
  const differences = compare(theirs, ourVerdicts());
  process.exitCode = differences === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** `[{test, assertions: [{type, verdict}]}]`, tests in the order of the file. */
function verdictsOfPromptfoo() {
  const home = process.env['PROMPTFOO_FOLDER'] ?? install();
  const output = path.join(folder, 'promptfoo.json');
  const bin = path.join(home, 'node_modules/promptfoo/dist/src/entrypoint.js');
  const args = [
    'eval',
    '-c',
    config,
    '-o',
    output,
    '--no-cache',
    '--no-table',
    '--no-progress-bar',
    '--no-write',
  ];
  const env = { ...process.env, ...QUIET, PROMPTFOO_CONFIG_DIR: path.join(folder, 'home') };
  // It ends with 100 when an assertion fails, and many of them are meant to.
  run(process.execPath, [bin, ...args], { env, codes: [0, 100] });
  const { results } = JSON.parse(readFileSync(output, 'utf8')).results;
  return results
    .toSorted((a, b) => a.testIdx - b.testIdx)
    .map(({ testCase, gradingResult, error }) => {
      if (!gradingResult?.componentResults) throw new Error(`promptfoo could not tell: ${error}`);
      return {
        test: testCase.description,
        assertions: ofAuthored(testCase.assert, gradingResult.componentResults),
      };
    });
}

/** promptfoo lists a set and then its members; only the set stands in the file. */
function ofAuthored(authored, components) {
  let at = 0;
  return authored.map(({ type, assert }) => {
    const { pass } = components[at];
    at += 1 + (assert?.length ?? 0);
    return { type, verdict: pass ? 'passed' : 'failed' };
  });
}

function install() {
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PACKAGES }));
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=optional'];
  console.error(`installing promptfoo ${PACKAGES.promptfoo} …`);
  run('npm', args, { cwd: folder, codes: [0] });
  return folder;
}

function ourVerdicts() {
  const rehearse = path.join(root, 'backend/cli/bin/rehearse.mjs');
  const graphs = path.join(folder, 'graphs');
  run(process.execPath, [rehearse, 'import', 'promptfoo', config, '--output', graphs], { codes: [0, 11] });
  const args = ['run', graphs, '--offline', '--reporter', 'json'];
  const lines = run(process.execPath, [rehearse, ...args], { codes: [0, 100, 101] })
    .trim()
    .split('\n');
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'run')
    .map(({ case: test, assertions }) => ({ test, assertions }));
}

function compare(theirs, ours) {
  let [same, different] = [0, 0];
  for (const [index, { test, assertions }] of theirs.entries()) {
    const own = ours[index]?.assertions ?? [];
    for (const [at, { type, verdict }] of assertions.entries()) {
      const mine = own[at]?.verdict ?? 'missing';
      if (mine === verdict) same += 1;
      else different += 1;
      const mark = mine === verdict ? ' ' : '≠';
      console.log(`${mark} ${verdict.padEnd(7)} ${mine.padEnd(7)} ${type.padEnd(22)} ${test}`);
    }
  }
  const types = new Set(
    theirs.flatMap(({ assertions }) => assertions.map(({ type }) => type.replace(/^not-/, ''))),
  );
  console.log(
    `\n${same} assertions of ${types.size} types have the verdict of promptfoo, ${different} differ.`,
  );
  return different;
}

function run(command, args, { codes, ...options }) {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 2 ** 28,
      ...options,
    });
  } catch (error) {
    if (codes.includes(error.status)) return error.stdout;
    throw new Error(
      `${command} ${args.join(' ')} ended with ${error.status}:\n${error.stderr}\n${error.stdout}`,
      { cause: error },
    );
  }
}
