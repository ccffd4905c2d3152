import { fstatSync, statSync, watch as watchFolder } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as settled } from 'node:timers/promises';
import { lockOf } from '../cassette/lock-cassette.js';
import { complain } from '../complain.js';
import { fileError, shownPath } from '../files.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { reportFiles } from './report-output.js';
import type { RunFlags } from './run-options.js';

interface Watching {
  files: readonly string[];
  flags: RunFlags;
  once(): Promise<number>;
}

/** Editors write a file in several steps. */
const SETTLE_MS = 120;
const MOST_FOLDERS = 500;
const CLEAR = '\u001B[2J\u001B[3J\u001B[H';

/**
 * Runs, and runs again after each change beside the graphs or below, until Ctrl-C, or until nobody reads it any more. Answers
 * the exit code of the last time.
 */
export async function watch(io: Io, { files, flags, once }: Watching): Promise<number> {
  const paint = paintFor(io.stderr, io);
  const folders = await foldersOf(io, files);
  const { cassette } = flags;
  const written = [...reportFiles(flags), ...(cassette === undefined ? [] : [cassette, lockOf(cassette)])];
  const changes = changesIn(folders, new Set(written.map((file) => path.resolve(io.cwd, file))));
  io.signal?.addEventListener('abort', changes.close, { once: true });
  try {
    for (;;) {
      if (io.stdout.isTTY) io.stdout.write(CLEAR);
      const exitCode = await once().catch((error: unknown) => complain(io, error));
      if (io.signal?.aborted || io.isUnread) return exitCode;
      io.stderr.write(`${paint('cyan', 'watching')} ${count(folders.length, 'folder')}; Ctrl-C ends\n`);
      const changed = await changes.next();
      if (changed === null) return exitCode;
      io.stderr.write(`${paint('cyan', 'changed')}  ${shownPath(io, changed)}\n`);
    }
  } finally {
    changes.close();
  }
}

interface Changes {
  /** The file that has changed since the last call, when it has settled; null when nothing is watched any more. */
  next(): Promise<string | null>;
  close(): void;
}

function changesIn(folders: readonly string[], ignored: ReadonlySet<string>): Changes {
  const seen = { changed: null as string | null, isClosed: false };
  let wake = () => {};
  const told = (folder: string, name: string | null) => {
    if (name === null || isPassing(name)) return;
    const file = path.join(folder, name);
    if (ignored.has(file) || isOwnOutput(file)) return;
    seen.changed = file;
    wake();
  };
  const watchers = folders.map((folder) => {
    try {
      // A folder that is removed is not watched any more, and that is all.
      return watchFolder(folder, (_, name) => told(folder, name)).on('error', () => {});
    } catch (error) {
      throw fileError('read', folder, error);
    }
  });
  return {
    async next() {
      while (seen.changed === null && !seen.isClosed) await new Promise<void>((resolve) => (wake = resolve));
      const first = seen.changed;
      do {
        seen.changed = null;
        await settled(SETTLE_MS);
      } while (seen.changed !== null && !seen.isClosed);
      return seen.isClosed ? null : first;
    },
    close() {
      seen.isClosed = true;
      watchers.forEach((watcher) => watcher.close());
      wake();
    },
  };
}

/** Drafts and what editors put beside a file while they write it. */
const isPassing = (name: string): boolean => name.startsWith('.') || /(\.tmp|\.sw[a-z]|~|^4913)$/.test(name);

/** Whether what this process tells goes into that file, as by `> watch.log`: it would start the next run itself. */
function isOwnOutput(file: string): boolean {
  try {
    const { dev, ino } = statSync(file);
    return [1, 2]
      .map((output) => fstatSync(output))
      .some((output) => output.dev === dev && output.ino === ino);
  } catch {
    return false;
  }
}

/** The folders of the graphs and those below: prompts and data that a graph reads lie there. */
async function foldersOf(io: Io, paths: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const given of paths) await addFolders(found, await folderOf(path.resolve(io.cwd, given)));
  return [...found];
}

/** Of a file, a folder or a pattern. */
async function folderOf(file: string): Promise<string> {
  const isFolder = await readdir(file).then(
    () => true,
    () => false,
  );
  if (isFolder) return file;
  const parts = file.split(path.sep);
  const pattern = parts.findIndex((part) => /[*?[\]{}]/.test(part));
  return pattern === -1 ? path.dirname(file) : parts.slice(0, pattern).join(path.sep) || path.sep;
}

async function addFolders(found: Set<string>, folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (found.has(folder) || found.size >= MOST_FOLDERS) return;
  found.add(folder);
  for (const entry of entries)
    if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      await addFolders(found, path.join(folder, entry.name));
}
