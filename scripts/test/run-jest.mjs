import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runStep } from './run-step.mjs';

/**
 * All of Jest's tests: unit, database, HTTP and sockets. With `raw`, what V8 measured lands in that folder. In CI the files that failed
 * run once more, alone: what passes then is told as flaky, what fails again has failed. (Playwright's `retries` do the same.)
 */
export async function runJest({ root, raw }) {
  const first = await jest({ root, raw, report: 'jest.json' });
  const tally = tallyOf(first);
  if (!process.env.CI || tally.failed === 0 || !first.results) return tally;
  const files = first.results.testResults.filter((file) => file.status === 'failed').map((file) => file.name);
  if (files.length === 0) return tally;

  console.log(`\n── Jest: once more the ${files.length} files that failed`);
  const args = ['--runInBand', '--runTestsByPath', ...files];
  const again = tallyOf(await jest({ root, raw, report: 'jest-again.json', args }));
  if (again.failed === 0) console.log(`\nflaky: ${failedTests(first.results).join('\nflaky: ')}`);
  return { ...tally, passed: tally.passed + Math.max(0, tally.failed - again.failed), failed: again.failed };
}

async function jest({ root, raw, report, args = [] }) {
  const file = path.join(root, 'test-results', report);
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const command = [path.join(root, 'scripts/jest.mjs'), '--json', `--outputFile=${file}`];
  if (raw) command.push(...measured(root));
  const code = await runStep([...command, ...args], { cwd: root, env: environment(raw) });
  return { code, results: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined };
}

function tallyOf({ code, results }) {
  if (!results) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } =
    results;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return {
    passed: numPassedTests,
    // A Jest that ends badly without a failed test (a leak, a broken teardown) has not passed.
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: numPendingTests + numTodoTests,
  };
}

function failedTests({ testResults }) {
  return testResults.flatMap(({ status, name, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').map((test) => test.fullName);
    return status === 'failed' && failed.length === 0 ? [`${name} (did not run)`] : failed;
  });
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
