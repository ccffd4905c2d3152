#!/usr/bin/env node
// What `npm test` does once the toolchain is there: build, static checks, Jest (unit, database, HTTP, sockets), the tour of
// README.md and the browser tests. Goes on after a failure, so that one run tells all; the last line says `N passed, N failed`.
//   node scripts/test.mjs [--coverage]     with --coverage, also measures and judges coverage (npm run coverage)
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runJest } from './test/run-jest.mjs';
import { runPlaywright } from './test/run-playwright.mjs';
import { runStep } from './test/run-step.mjs';
import { runTour } from './test/run-tour.mjs';

const root = path.resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
const unknown = args.filter((arg) => arg !== '--coverage');
if (unknown.length > 0) {
  console.error(
    `node scripts/test.mjs [--coverage]   all tests${unknown.includes('--help') ? '' : `, not ${unknown.join(' ')}`}`,
  );
  process.exit(unknown.includes('--help') ? 0 : 2);
}

const raw = args.includes('--coverage') ? path.join(root, 'coverage/raw') : undefined;
if (raw) {
  rmSync(raw, { recursive: true, force: true });
  mkdirSync(raw, { recursive: true });
}

const tally = { passed: 0, failed: 0, skipped: 0 };
const start = performance.now();

await part('build', () => script('build.mjs'));
if (tally.failed === 0) {
  await part('static checks', () => script('check.mjs'));
  await part('Jest: unit, database, HTTP and sockets', () => runJest({ root, raw }));
  await part('the tour of README.md', () => runTour({ root, raw }));
  await part('Playwright: the studio in a browser', () => runPlaywright({ root, raw }));
  if (raw) await part('coverage', () => script('coverage.mjs'));
}

const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
console.log(`\nin ${((performance.now() - start) / 1000).toFixed(0)} s:`);
console.log(`${tally.passed} passed, ${tally.failed} failed${skipped}`);
process.exitCode = tally.failed > 0 ? 1 : 0;

async function part(title, run) {
  console.log(`\n── ${title}`);
  const { passed, failed, skipped } = await run();
  tally.passed += passed;
  tally.failed += failed;
  tally.skipped += skipped;
}

/** A step without tests of its own counts only when it fails. */
async function script(name) {
  const code = await runStep([path.join(root, 'scripts', name)], { cwd: root });
  return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}
