import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseError } from '../database-error.js';

/** The unprivileged user that PostgreSQL runs as when we are root, which it refuses to be. */
export interface ServiceUser {
  name: string;
  uid: number;
  gid: number;
}

/** Null when we are no root: then PostgreSQL runs as we do. */
export function serviceUser(passwd = '/etc/passwd'): ServiceUser | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync(passwd, 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields?.[2] && fields[3]) return { name, uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new DatabaseError(
    'database/no-unprivileged-user',
    'PostgreSQL does not run as root, and this system has no user `postgres` or `nobody` to run it as. ' +
      'Start as an ordinary user, or set DATABASE_URL.',
  );
}

/** What spawn() needs to become that user. */
export function asUser(user: ServiceUser | null): { uid?: number; gid?: number } {
  return user ? { uid: user.uid, gid: user.gid } : {};
}

/** The first folder on the way to `target` (itself included) that the user may not enter; null when all are open. */
export function closedFolder(target: string, user: ServiceUser): string | null {
  const absolute = path.resolve(target);
  const { root } = path.parse(absolute);
  let folder = root;
  for (const part of ['', ...absolute.slice(root.length).split(path.sep)]) {
    folder = path.join(folder, part);
    if (!mayEnter(folder, user)) return folder;
  }
  return null;
}

function mayEnter(folder: string, user: ServiceUser): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
