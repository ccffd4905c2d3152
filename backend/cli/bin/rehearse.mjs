#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { growYoung, keepHeapFlat } from './flat-heap.mjs';
import { loadBundle } from './load-bundle.mjs';

// For what is not in the bundle: the server starts in half the time.
enableCompileCache?.();
const [, , command] = process.argv;
if (command === 'run' || command === 'replay') growYoung();

const { main, processIo } = loadBundle();
process.exitCode = await main(process.argv.slice(2), processIo({ beforeRuns: keepHeapFlat }));
// Nothing is left to do: the system tidies up faster than a process does that comes to its end by itself.
const isServer = command === 'start' || command === 'worker';
if (!isServer && process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
