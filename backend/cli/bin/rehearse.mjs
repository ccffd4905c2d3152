#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { loadBundle } from './load-bundle.mjs';

// For what is not in the bundle: the server starts in half the time.
enableCompileCache?.();
const isServer = ['start', 'worker'].includes(process.argv[2]);
/** To change the heap takes as long as this many runs. */
const MANY_RUNS = 50;

const { main, processIo } = loadBundle();
process.exitCode = await main(process.argv.slice(2), processIo({ beforeRuns }));
// Nothing is left to do: the system tidies up faster than a process does that comes to its end by itself.
if (!isServer && process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();

async function beforeRuns(count) {
  if (count >= MANY_RUNS) (await import('./flat-heap.mjs')).keepHeapFlat();
}
