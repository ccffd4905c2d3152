import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { DatabaseError } from '../database-error.js';
import { isAlive, processIdentity } from './processes.js';

interface Holder {
  pid: number;
  identity: string | null;
}

export interface FolderLock {
  release(): void;
}

/**
 * One live process at a time owns the folder. The lock is a file that names its holder; one whose holder is gone
 * (killed, power cut) is taken over.
 * @throws DatabaseError `database/folder-in-use` with the id of the process that has it
 */
export function lockFolder(file: string, folder: string): FolderLock {
  const mine = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) } satisfies Holder);
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    while (!tryLink(draft, file)) takeAwayIfStale(file, folder);
  } finally {
    rmSync(draft, { force: true });
  }
  return { release: () => read(file) === mine && rmSync(file, { force: true }) };
}

function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function takeAwayIfStale(file: string, folder: string): void {
  const found = read(file);
  if (found === null) return;
  const holder = parse(found);
  if (holder && holds(holder)) {
    throw new DatabaseError(
      'database/folder-in-use',
      `${folder} is in use by the process ${holder.pid}. Stop that one first, or set REHEARSE_HOME to another folder.`,
    );
  }
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  // Between the look and the rename another process may have taken over: what was moved aside is then its lock.
  if (read(aside) !== found) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function holds(holder: Holder): boolean {
  if (!isAlive(holder.pid)) return false;
  return holder.identity === null || processIdentity(holder.pid) === holder.identity;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function parse(text: string): Holder | null {
  try {
    const holder = JSON.parse(text) as Holder;
    return Number.isInteger(holder.pid) ? holder : null;
  } catch {
    return null;
  }
}
