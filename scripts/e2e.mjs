#!/usr/bin/env node
// The browser tests alone: builds what is stale, finds a browser, starts the product and drives it.
//   node scripts/e2e.mjs [arguments of `playwright test`]     (pnpm test:e2e)
import path from 'node:path';
import { runPlaywright } from './test/run-playwright.mjs';
import { runStep } from './test/run-step.mjs';

const root = path.resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log('node scripts/e2e.mjs [arguments of `playwright test`]   the browser tests');
  process.exit(0);
}
const built = await runStep([path.join(root, 'scripts/build.mjs')], { cwd: root });
if (built !== 0) process.exit(built);
const { failed } = await runPlaywright({ root, args });
process.exitCode = failed > 0 ? 1 : 0;
