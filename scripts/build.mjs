#!/usr/bin/env node
// Builds what is stale: Prisma's client, the backend (TypeScript 7, all projects in one pass), the command line
// in few files (Rolldown) and the studio (Vite). Each
// remembers a digest of what it was made from, so that a start without changes builds nothing.
//   node scripts/build.mjs [--backend | --frontend] [--force]
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { bundleCli } from './setup/bundle-cli.mjs';
import { BACKEND, PARTS, digest, isFresh, remember } from './setup/sources.mjs';

const root = path.resolve(import.meta.dirname, '..');
const flags = new Set(process.argv.slice(2));
if (flags.has('--help')) {
  console.log('node scripts/build.mjs [--backend | --frontend] [--force]   builds what is stale');
  process.exit(0);
}

const wantsAll = flags.has('--backend') === flags.has('--frontend');
if (wantsAll || flags.has('--backend')) {
  await bring('client', generateClient);
  await bring('backend', compileBackend);
  await bring('cli', () => bundleCli(root));
}
if (wantsAll || flags.has('--frontend')) await bring('frontend', bundleStudio);

async function bring(part, make) {
  if (isFresh(root, part) && !flags.has('--force')) return;
  const from = digest(root, part);
  const start = performance.now();
  await make();
  remember(root, part, from);
  console.error(`rehearse: built ${part} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

function generateClient() {
  return run([path.join(root, 'scripts/prisma.mjs'), 'generate'], root);
}

function compileBackend() {
  // The compiler believes its own record; where the output was removed by hand the record must not count.
  const force = existsSync(path.join(root, PARTS.backend.output)) ? [] : ['--force'];
  return run([path.join(root, 'node_modules/ts7/bin/tsc'), '-b', ...force, ...BACKEND], root);
}

function bundleStudio() {
  return run(
    [path.join(root, 'frontend/node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    path.join(root, 'frontend'),
  );
}

function run([program, ...args], cwd) {
  return new Promise((resolve) => {
    // What a build says goes to standard error: standard output belongs to the command that needed the build.
    const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ['ignore', 2, 2] });
    child.on('exit', (code, signal) => {
      if (code === 0) return resolve();
      console.error(
        `rehearse: the build failed: ${path.relative(root, program)} ${args.join(' ')} (${signal ?? `exit ${code}`}).`,
      );
      process.exit(code || 1);
    });
  });
}
