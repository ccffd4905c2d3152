#!/usr/bin/env node
// Runs Jest with the switches that ES modules need. Everything after the name goes to Jest:
//   node scripts/jest.mjs backend/engine/src/journal        the tests of one folder
//   node scripts/jest.mjs --selectProjects unit --watch
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const jest = require.resolve('jest/bin/jest');
const switches = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

const child = spawn(process.execPath, [...switches, jest, ...paths(process.argv.slice(2))], {
  stdio: 'inherit',
  env: { ...process.env, LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent' },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));

/** Jest reads an argument as a pattern over absolute paths; one that names a real file or folder means just that. */
function paths(args) {
  return args.map((arg) => (!arg.startsWith('-') && existsSync(arg) ? arg.replace(/^\.\//, '') : arg));
}
