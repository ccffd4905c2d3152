import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** Where a file lands, and where it is drafted until then; null where nothing can be put in place, as of a pipe or a device. */
export function placesOf(file: string): { target: string; draft: string | null } {
  const there = statSync(file, { throwIfNoEntry: false });
  // Better now than when all has run.
  if (there?.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  if (isStream(file)) return { target: file, draft: null };
  makeFolder(path.dirname(file));
  const target = behindLinks(file);
  return { target, draft: `${target}.${randomUUID().slice(0, 8)}.tmp` };
}

/** Whether what stands there is no regular file, and is written into rather than replaced. */
export const isStream = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isFile() === false;

/** The file that a path means: what links lead to, also where nothing stands yet. */
export function behindLinks(file: string): string {
  if (isStream(file)) return file;
  if (existsSync(file)) return realpathSync(file);
  if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return file;
  return behindLinks(path.resolve(realpathSync(path.dirname(file)), readlinkSync(file)));
}

/** With those around it. Node's own way to do so never ends where a folder refuses new ones as if it were not there, as /proc does. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
