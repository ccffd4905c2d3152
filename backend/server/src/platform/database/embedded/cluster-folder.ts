import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseError } from '../database-error.js';
import type { Binaries } from './binaries.js';
import { logFailure } from './failures.js';
import type { ServiceUser } from './service-user.js';
import { asUser, closedFolder } from './service-user.js';

export interface ClusterFolder {
  /** Where PostgreSQL's files really are (no symbolic link on the way). */
  data: string;
  isNew: boolean;
}

interface Making {
  /** Our folder; `data` in it is the cluster, or a link to where the cluster had to go. */
  folder: string;
  binaries: Binaries;
  user: ServiceUser | null;
  superuserPassword: string;
  /** For clusters that the service user could not enter below `folder`. */
  openRoot: string;
  notice: (message: string) => void;
}

/** Finds the cluster of the folder, or makes it. A cluster is made aside and put in place when it is complete. */
export function clusterFolder(making: Making): ClusterFolder {
  const data = path.join(making.folder, 'data');
  if (existsSync(path.join(data, 'PG_VERSION')))
    return { data: reachable(realpathSync(data), making), isNew: false };
  refuseForeign(data);
  const closed = making.user && closedFolder(making.folder, making.user);
  return { data: closed ? makeElsewhere(data, closed, making) : makeHere(data, making), isNew: true };
}

/** A cluster appears under its name only when it is complete, so anything else there is not ours to overwrite. */
function refuseForeign(data: string): void {
  const found = lstatSync(data, { throwIfNoEntry: false });
  if (!found) return;
  const target = found.isSymbolicLink() ? readlinkSync(data) : data;
  throw new DatabaseError(
    'database/did-not-start',
    `${target} is not a complete database (it has no file PG_VERSION). Bring it back (a disk that is not mounted? a ` +
      `backup?), or remove ${data} to start on an empty database.`,
  );
}

function reachable(data: string, { user }: Making): string {
  const closed = user && closedFolder(path.dirname(data), user);
  if (!closed) return data;
  throw new DatabaseError(
    'database/folder-not-reachable',
    `PostgreSQL runs as the user ${user.name}, who may not enter ${closed}, and its files are in ${data}. ` +
      `Let others enter (chmod o+x ${closed}), or move the files and set REHEARSE_HOME.`,
  );
}

function makeHere(data: string, making: Making): string {
  const draft = `${data}.new`;
  rmSync(draft, { recursive: true, force: true });
  initialise(draft, making);
  renameSync(draft, data);
  return realpathSync(data);
}

function makeElsewhere(link: string, closed: string, making: Making): string {
  const data = path.join(making.openRoot, `postgres-${randomUUID()}`);
  making.notice(
    `PostgreSQL runs as the user ${making.user?.name ?? ''}, who may not enter ${closed}: its files are in ${data}.`,
  );
  try {
    mkdirSync(making.openRoot, { recursive: true, mode: 0o755 });
    if (making.user && closedFolder(making.openRoot, making.user))
      throw new Error('closed to others as well');
  } catch (error) {
    throw new DatabaseError(
      'database/folder-not-reachable',
      `PostgreSQL runs as the user ${making.user?.name ?? ''}, who may not enter ${closed}, and ${making.openRoot} cannot ` +
        'be used instead. Set REHEARSE_HOME to a folder that other users may enter, or set DATABASE_URL.',
      { cause: error },
    );
  }
  initialise(data, making);
  symlinkSync(data, link);
  return realpathSync(data);
}

function initialise(data: string, { binaries, user, superuserPassword }: Making): void {
  mkdirSync(data, { mode: 0o700 });
  const passwordFile = path.join(path.dirname(data), `.password-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(passwordFile, `${superuserPassword}\n`, { mode: 0o400, flag: 'wx' });
    if (user) for (const file of [data, passwordFile]) chownSync(file, user.uid, user.gid);
    runInitdb(data, passwordFile, binaries, user);
  } catch (error) {
    rmSync(data, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

// The locale is PostgreSQL's own, so that text sorts alike on every system and no system locale has to be installed.
const INITDB = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--no-instructions'];
const LOCALE = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

function runInitdb(data: string, passwordFile: string, { initdb }: Binaries, user: ServiceUser | null): void {
  const args = ['-D', data, `--pwfile=${passwordFile}`, ...INITDB, ...LOCALE];
  const options = {
    ...asUser(user),
    cwd: '/',
    encoding: 'utf8',
    env: { LC_ALL: 'C' },
  } as const;
  const { status, error, stdout, stderr } = spawnSync(initdb, args, options);
  if (error) throw cannotStart(initdb, user, error);
  if (status !== 0) throw logFailure(`The database could not be made in ${data}.`, `${stdout}\n${stderr}`);
}

/** The program itself could not be started. */
export function cannotStart(
  program: string,
  user: ServiceUser | null,
  cause: NodeJS.ErrnoException,
): DatabaseError {
  const as = user ? ` as the user ${user.name}` : '';
  return new DatabaseError(
    'database/did-not-start',
    `${program} cannot be started${as} (${cause.code ?? cause.message}). Install the dependencies again, ` +
      'start as an ordinary user, or set DATABASE_URL.',
    { cause },
  );
}
