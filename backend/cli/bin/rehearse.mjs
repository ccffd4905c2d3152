#!/usr/bin/env node
import module from 'node:module';
import { growYoung, keepHeapFlat } from './flat-heap.mjs';
import { loadBundle } from './load-bundle.mjs';

const LEAST = [22, 15];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  const needed = `rehearse needs Node ${LEAST.join('.')} or later, and this is ${process.versions.node}`;
  process.stderr.write(`error ${needed} (cli/old-node)\nhelp  Install a later one: https://nodejs.org.\n`);
  process.exit(2);
}

// For what is not in the bundle: the server starts in half the time.
module.enableCompileCache();
const [, , command] = process.argv;
growYoung(command);

const { main, processIo } = loadBundle();
process.exitCode = await main(process.argv.slice(2), processIo({ beforeRuns: keepHeapFlat }));
// Nothing is left to do: the system tidies up faster than a process does that comes to its end by itself.
const isServer = command === 'start' || command === 'worker';
if (!isServer && process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
