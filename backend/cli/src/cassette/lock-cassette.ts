import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CliError } from '../cli-error.js';
import { behindLinks, isStream, makeFolder } from '../file-places.js';
import { fileError, shownPath } from '../files.js';
import type { Io } from '../io.js';
import { isAlive } from '../is-alive.js';

/** Stands beside a cassette while somebody writes it. */
export const lockOf = (place: string): string => `${place}.lock`;

/** The locks of this process. One of our number that is not among them was left by a process that had it before us. */
const held = new Set<string>();

/**
 * Takes a cassette for this process alone and answers what lets go of it. Places in the file are counted in bytes, so two
 * that write it at once would take each other's recordings away.
 */
export function lockCassette(io: Io, file: string): () => void {
  if (file === '-') return () => {};
  const place = told(file, () => behindLinks(path.resolve(io.cwd, file)));
  // A pipe or a device holds nothing that could be taken away.
  if (isStream(place)) return () => {};
  told(file, () => makeFolder(path.dirname(place)));
  const lock = lockOf(place);
  for (let isTaken = false; !isTaken;) {
    isTaken = told(file, () => take(lock));
    if (!isTaken) dropIfStale(lock, (pid) => inUse({ file, pid, lock: shownPath(io, lock) }));
  }
  held.add(lock);
  return () => {
    if (held.delete(lock)) rmSync(lock, { force: true });
  };
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** What a process left behind that was ended from outside is taken away. */
function dropIfStale(lock: string, inUseBy: (pid: number | null) => CliError): void {
  const pid = holderOf(lock);
  if (pid === undefined) return;
  if (held.has(lock) || pid === null || (pid !== process.pid && isAlive(pid))) throw inUseBy(pid);
  rmSync(lock, { force: true });
}

/** Undefined when the lock is gone by now; null when it does not say, as in the moment between its making and its writing. */
function holderOf(lock: string): number | null | undefined {
  try {
    const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10);
    return pid > 0 ? pid : null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : null;
  }
}

function told<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw fileError('write', file, error);
  }
}

const inUse = ({ file, pid, lock }: { file: string; pid: number | null; lock: string }): CliError =>
  new CliError({
    code: 'cassette/in-use',
    message: `${file} is being written by another process${pid === null ? '' : ` (pid ${pid})`}`,
    hint: `Wait until it has ended, or record into another file and put both together with \`rehearse cassette merge\`. If there is no such process, remove ${lock}.`,
  });
