#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Halves the time to the first line; has to stand before anything else is loaded.
enableCompileCache?.();
const { main, processIo } = await import('../dist-bundle/main.js');
process.exitCode = await main(process.argv.slice(2), processIo());
