// The Chromium that the browser tests drive: CHROMIUM_PATH, the system's, Playwright's own download, or Debian's package where
// we may install it. Without one the tests fail and say what to do; they are never skipped in silence.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const BUNDLES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const ADVICE = [
  'No browser was found, so the browser tests cannot run. Any one of these will do:',
  '  - install Chromium or Chrome (on Debian: apt-get install chromium)',
  '  - let Playwright download one: pnpm --dir frontend exec playwright install chromium',
  '  - say where one is: CHROMIUM_PATH=/path/to/chromium npm test',
].join('\n');

/** @returns {{path: string, origin: string} | {problem: string}} */
export function findBrowser(root, env = process.env) {
  if (env.CHROMIUM_PATH) {
    if (isExecutable(env.CHROMIUM_PATH)) return { path: env.CHROMIUM_PATH, origin: 'CHROMIUM_PATH' };
    return { problem: `CHROMIUM_PATH is ${env.CHROMIUM_PATH}, and no program is there.` };
  }
  return installed(env) ?? downloaded(root) ?? fromDebian(env) ?? { problem: ADVICE };
}

function installed(env) {
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const candidates = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  const found = [...candidates, ...BUNDLES].find(isExecutable);
  return found && { path: found, origin: 'the system' };
}

function downloaded(root) {
  const require = createRequire(path.join(root, 'frontend/package.json'));
  const found = require('@playwright/test').chromium.executablePath();
  return isExecutable(found) ? { path: found, origin: 'Playwright' } : undefined;
}

function fromDebian(env) {
  const isDebian =
    existsSync('/etc/debian_version') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  if (!isDebian || process.getuid?.() !== 0) return undefined;
  console.error(
    "rehearse: there is no browser here; installing Debian's chromium (apt-get install chromium)",
  );
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', '-o=Dpkg::Use-Pty=0', ...args], {
      stdio: ['ignore', 2, 2],
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  if (!apt('update') || !apt('install', '-y', '--no-install-recommends', 'chromium')) return undefined;
  const found = installed(env);
  return found && { ...found, origin: 'Debian' };
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
