import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineConfig } from '@playwright/test';

// The tests drive the real product: server, database and studio from nothing, in a home of their own. Workers read this file
// again, so what is chosen once is handed to them through the environment.
process.env['REHEARSE_E2E_HOME'] ??= mkdtempSync(path.join(tmpdir(), 'rehearse-e2e-'));
process.env['REHEARSE_E2E_PORT'] ??= freePort();
const port = Number(process.env['REHEARSE_E2E_PORT']);
const url = `http://127.0.0.1:${port}`;
const cli = path.resolve(import.meta.dirname, '../backend/cli/bin/rehearse.mjs');

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  // A test that passes only when it is repeated is told as flaky; its trace is kept.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: Boolean(process.env['CI']),
  // These only end what hangs, on however slow a machine.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  globalTeardown: './e2e/remove-home.ts',
  use: {
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    // What cannot be clicked in this time will not be clicked in the rest of the test.
    actionTimeout: 120_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...browser(),
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ],
    },
  },
  webServer: {
    command: `"${process.execPath}" "${cli}" start --demo --port ${port}`,
    url: `${url}/ready`,
    timeout: 180_000,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
    env: { REHEARSE_HOME: process.env['REHEARSE_E2E_HOME'], LOG_LEVEL: 'warn', LOG_FORMAT: 'json' },
  },
});

/** CHROMIUM_PATH, the system's Chromium or Chrome, else Playwright's own download. */
function browser(): { executablePath?: string } {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  const installed = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  const executablePath = process.env['CHROMIUM_PATH'] ?? installed.find(isExecutable);
  return executablePath ? { executablePath } : {};
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A configuration is read synchronously, and only a process can wait for a socket in the meantime. */
function freePort(): string {
  const script = `const s = require('net').createServer().listen(0, '127.0.0.1', () => {
    process.stdout.write(String(s.address().port)); s.close();
  });`;
  return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
}
