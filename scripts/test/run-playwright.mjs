import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findBrowser } from './find-browser.mjs';
import { runStep } from './run-step.mjs';

/** The browser tests, against the real product. With `raw`, what Chromium and the server measured lands in that folder. */
export async function runPlaywright({ root, raw, args = [] }) {
  const browser = findBrowser(root);
  if ('problem' in browser) {
    console.error(`\n${browser.problem}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  console.error(`rehearse: browser tests with ${browser.path} (from ${browser.origin})`);
  const studio = path.join(root, 'frontend');
  const report = path.join(root, 'test-results/playwright.json');
  rmSync(report, { force: true });
  const env = { ...process.env, CHROMIUM_PATH: browser.path, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  if (raw) {
    Object.assign(env, { REHEARSE_COVERAGE: raw, NODE_V8_COVERAGE: path.join(raw, 'node') });
    await mapStudio(studio, path.join(raw, 'studio'));
  }
  const cli = path.join(studio, 'node_modules/@playwright/test/cli.js');
  const code = await runStep([cli, 'test', '--reporter=list,json', ...args], { cwd: studio, env });
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { stats, errors } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = stats.unexpected + errors.length;
  return {
    passed: stats.expected + stats.flaky,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: stats.skipped,
  };
}

/** Builds the studio once more beside the one that is served: the same files, with the maps that lead back to the sources. */
function mapStudio(studio, outDir) {
  const vite = path.join(studio, 'node_modules/vite/bin/vite.js');
  const flags = ['--sourcemap', 'hidden', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  return runStep([vite, 'build', ...flags], { cwd: studio });
}
