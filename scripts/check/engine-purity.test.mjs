// The engine and the contracts compile without the types of Node and of the DOM, and what reaches for them does not.
//   node --test scripts/check/engine-purity.test.mjs
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');
const tsc = path.join(root, 'node_modules/ts7/bin/tsc');
const PURE = ['--types', '', '--lib', 'es2023'];

for (const name of ['contracts', 'engine'])
  test(`${name} compiles with the language alone`, () => {
    const { status, stdout } = compile(['-p', `backend/${name}/tsconfig.json`, '--noEmit', ...PURE]);
    assert.equal(status, 0, stdout);
  });

for (const effect of [
  'setTimeout(() => 1, 1)',
  'fetch("x")',
  'process.exit()',
  'document.title',
  'performance.now()',
])
  test(`${effect} does not compile there`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-purity-'));
    try {
      const file = path.join(folder, 'effect.ts');
      writeFileSync(file, `export const effect = ${effect};\n`);
      const { status, stdout } = compile(['--noEmit', '--strict', '--ignoreConfig', ...PURE, file]);
      assert.notEqual(status, 0);
      assert.match(stdout, /Cannot find name/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

function compile(args) {
  return spawnSync(process.execPath, [tsc, ...args], { cwd: root, encoding: 'utf8' });
}
