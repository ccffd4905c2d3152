#!/usr/bin/env node
// From a fresh clone to a running command, with whatever Node (18 or newer) the machine has. Sets up only what is missing or
// stale: a pinned Node and pnpm in .toolchain/, the dependencies, the build. What it does it says on standard error.
//   node scripts/bootstrap.mjs start [arguments of `rehearse start`]
//   node scripts/bootstrap.mjs test | coverage [arguments]
//   node scripts/bootstrap.mjs rehearse [arguments]       the command line, in this process where that is possible
//   node scripts/bootstrap.mjs exec -- <command>          a command with the project's Node and pnpm first on the PATH
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setUpDependencies } from './setup/dependencies.mjs';
import { runToTheEnd } from './setup/run.mjs';
import { isGoodNode, projectEnvironment, projectNode } from './setup/toolchain.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const cli = path.join(root, 'backend/cli/bin/rehearse.mjs');
const [mode, ...rest] = process.argv.slice(2);
// `npm start -- --demo` gives the arguments as they are; other runners leave the `--` in.
const args = rest[0] === '--' ? rest.slice(1) : rest;

try {
  await main();
} catch (error) {
  if (!error.isForUser) throw error;
  console.error(`\nrehearse: ${error.message}`);
  process.exitCode = 1;
}

async function main() {
  switch (mode) {
    case 'start':
      await setUp({ build: true });
      return runToTheEnd(projectNode(root), [...stopWithParent(), cli, 'start', ...args], {
        ownGroup: true,
        env: environment(),
      });
    case 'rehearse':
      await setUp({ build: true });
      return rehearse();
    case 'test':
    case 'coverage':
      await setUp({ build: false });
      return runToTheEnd(
        projectNode(root),
        [script('test.mjs'), ...(mode === 'coverage' ? ['--coverage'] : []), ...args],
        {
          env: environment(),
        },
      );
    case 'exec':
      await setUp({ build: false });
      if (args.length === 0) return usage(2);
      return runToTheEnd(args[0], args.slice(1), { env: environment() });
    default:
      return usage(mode === undefined || mode === '--help' ? 0 : 2);
  }
}

async function setUp({ build }) {
  await setUpDependencies(root);
  if (!build) return;
  const { isBuilt } = await import('./setup/sources.mjs');
  if (isBuilt(root)) return;
  const { withLock } = await import('./setup/lock.mjs');
  const code = await withLock(root, () =>
    runToTheEnd(projectNode(root), [script('build.mjs')], { env: environment(), stdio: ['ignore', 2, 2] }),
  );
  if (code !== 0) process.exit(code);
}

/** In this process when its Node will do: that is one start of Node less. */
async function rehearse() {
  if (!isGoodNode()) return runToTheEnd(projectNode(root), [cli, ...rest], { env: environment() });
  process.argv.splice(1, process.argv.length - 1, cli, ...rest);
  await import(pathToFileURL(cli).href);
  return undefined;
}

function usage(code) {
  console.error(
    'node scripts/bootstrap.mjs start | test | coverage | rehearse [arguments], or exec -- <command>',
  );
  process.exitCode = code;
}

function environment() {
  return projectEnvironment(root);
}

function script(name) {
  return path.join(root, 'scripts', name);
}

function stopWithParent() {
  return ['--import', pathToFileURL(script('setup/stop-with-parent.mjs')).href];
}
