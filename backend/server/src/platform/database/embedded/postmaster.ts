import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from '../database-error.js';
import type { Binaries } from './binaries.js';
import { cannotStart } from './cluster-folder.js';
import { logFailure, logTail } from './failures.js';
import { isAlive } from './processes.js';
import type { ServiceUser } from './service-user.js';
import { asUser } from './service-user.js';

/** A running PostgreSQL server: ours, or one that an earlier process of ours left behind. */
export interface Postmaster {
  pid: number;
  port: number;
}

export interface Launch {
  binaries: Binaries;
  user: ServiceUser | null;
  data: string;
  port: number;
  logFile: string;
  settings: Record<string, string>;
}

/** What PostgreSQL writes about itself into its folder; null when the file is not there or not yet complete. */
export function readPidFile(data: string): (Postmaster & { status: string }) | null {
  try {
    const lines = readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return Number.isInteger(pid) && pid > 0 ? { pid, port, status: (lines[7] ?? '').trim() } : null;
  } catch {
    return null;
  }
}

const START_LIMIT_MS = 120_000;

/**
 * Starts the server and waits until it takes connections. It is in a process group of its own, so that Ctrl-C on our
 * terminal reaches us alone and the database ends last.
 */
export async function launch(start: Launch): Promise<Postmaster> {
  const before = existsSync(start.logFile) ? rotate(start.logFile) : 0;
  const child = spawnServer(start);
  let failed: Error | null = null;
  child.once('error', (error) => (failed = error));
  const limit = Date.now() + START_LIMIT_MS;
  while (Date.now() < limit) {
    if (failed) throw cannotStart(start.binaries.postgres, start.user, failed);
    if (child.exitCode !== null || child.signalCode !== null)
      throw logFailure('PostgreSQL ended while it started.', logTail(start.logFile, before));
    const running = readPidFile(start.data);
    if (running?.pid === child.pid && running?.status === 'ready') {
      child.unref();
      return { pid: running.pid, port: start.port };
    }
    await sleep(10);
  }
  child.kill('SIGQUIT');
  throw logFailure(
    `PostgreSQL was not ready after ${START_LIMIT_MS / 1000} s.`,
    logTail(start.logFile, before),
  );
}

function spawnServer({ binaries, user, data, port, logFile, settings }: Launch): ChildProcess {
  const all = {
    ...{ listen_addresses: '127.0.0.1', unix_socket_directories: '', lc_messages: 'C' },
    // A new database fills in a minute, and is planned as an empty one until its statistics are taken.
    autovacuum_naptime: '10s',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // A file, not a pipe: should we be killed, the server outlives us and must still be able to write.
  const log = openSync(logFile, 'a', 0o600);
  try {
    return spawn(binaries.postgres, ['-D', data, '-p', String(port), ...flags], {
      ...asUser(user),
      cwd: '/',
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log, log],
      env: { LC_ALL: 'C' },
    });
  } finally {
    closeSync(log);
  }
}

/** Keeps the log small; gives the size from where this start writes. */
function rotate(logFile: string): number {
  const { size } = statSync(logFile);
  if (size < 10_000_000) return size;
  renameSync(logFile, `${logFile}.1`);
  return 0;
}

/** Fast shutdown: open transactions are rolled back, connections closed, everything written. Waits for the end. */
export async function shutDown({ pid }: Postmaster, data: string, binaries: Binaries): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!tell(pid, signal, data, binaries)) return;
    if (await ended(pid, patienceMs)) return;
  }
  throw new DatabaseError('database/did-not-start', `PostgreSQL (process ${pid}) does not stop.`);
}

function tell(pid: number, signal: NodeJS.Signals, data: string, { pgCtl }: Binaries): boolean {
  if (process.platform === 'win32' && signal !== 'SIGKILL') {
    // Windows knows no signals: there PostgreSQL is told through a pipe, which is what pg_ctl does.
    spawnSync(pgCtl, ['stop', '-D', data, '-m', signal === 'SIGINT' ? 'fast' : 'immediate', '-W'], {
      windowsHide: true,
    });
    return isAlive(pid);
  }
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the process has ended; false when it still runs after that time. */
export async function ended(pid: number, patienceMs: number): Promise<boolean> {
  for (const limit = Date.now() + patienceMs; Date.now() < limit;) {
    if (!isAlive(pid)) return true;
    await sleep(15);
  }
  return !isAlive(pid);
}
