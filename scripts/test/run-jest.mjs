import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runStep } from './run-step.mjs';

/** All of Jest's tests: unit, database, HTTP and sockets. With `raw`, what V8 measured lands in that folder. */
export async function runJest({ root, raw }) {
  const report = path.join(root, 'test-results/jest.json');
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const args = [path.join(root, 'scripts/jest.mjs'), '--json', `--outputFile=${report}`];
  const code = await runStep(raw ? [...args, ...measured(root)] : args, { cwd: root, env: environment(raw) });
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } =
    JSON.parse(readFileSync(report, 'utf8'));
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return {
    passed: numPassedTests,
    // A Jest that ends badly without a failed test (a leak, a broken teardown) has not passed.
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: numPendingTests + numTodoTests,
  };
}

function measured(root) {
  const reporter = path.join(root, 'scripts/measure/jest-reporter.mjs');
  return ['--coverage', '--coverageReporters=none', '--reporters=default', `--reporters=${reporter}`];
}

function environment(raw) {
  if (!raw) return process.env;
  // Processes that the tests start (the command line, a server) leave their own measurements.
  return { ...process.env, REHEARSE_COVERAGE: raw, NODE_V8_COVERAGE: path.join(raw, 'node') };
}
