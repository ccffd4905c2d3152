import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from './cli-error.js';
import { behindLinks, placesOf } from './file-places.js';
import type { Io } from './io.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ESPIPE: 'it is a pipe, and any place of it has to be read: give a file',
};

/** Reads a text file, or standard input for `-`. */
export async function readText(io: Io, file: string): Promise<string> {
  try {
    if (file === '-') return await readAll(io.stdin);
    return await readFile(path.resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw fileError('read', file, error);
  }
}

async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts).toString('utf8');
}

/** The same, null when there is no such file. */
export async function readIfThere(io: Io, file: string): Promise<string | null> {
  try {
    return await readFile(path.resolve(io.cwd, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fileError('read', file, error);
  }
}

/** All of it or nothing: a reader never sees half a file, and a crash leaves the old one. */
export async function writeWhole(io: Io, file: string, text: string): Promise<void> {
  const draft = openDraft(io, file);
  try {
    draft.write(text);
    draft.keep();
  } finally {
    draft.discard();
  }
}

const BUFFERED = 1 << 16;

/** A file that is written as the text comes. It stands in its place when it is kept, and not before. */
export interface Draft {
  write(text: string): void;
  keep(): void;
  /** Leaves what was there before; after `keep` it does nothing. */
  discard(): void;
}

/**
 * What is no regular file, such as a pipe or a device, is not replaced: into that is written as it comes, and for `-` into standard
 * output.
 */
export function openDraft(io: Io, file: string): Draft {
  if (file === '-') return { write: (text) => void io.stdout.write(text), keep: () => {}, discard: () => {} };
  const told = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw fileError('write', file, error);
    }
  };
  const { target, draft } = told(() => placesOf(path.resolve(io.cwd, file)));
  let open: number | null = told(() => (draft === null ? openSync(target, 'w') : openSync(draft, 'wx')));
  let buffered = '';
  const flush = () => {
    if (open !== null) writeFileSync(open, buffered);
    buffered = '';
  };
  const close = () => {
    if (open !== null) closeSync(open);
    open = null;
  };
  return {
    write(text) {
      buffered += text;
      if (buffered.length > BUFFERED) told(flush);
    },
    keep() {
      told(() => (flush(), close()));
      if (draft !== null) told(() => renameSync(draft, target));
    },
    discard() {
      close();
      if (draft !== null) rmSync(draft, { force: true });
    },
  };
}

export function fileError(act: 'read' | 'write', file: string, error: unknown): CliError {
  const { code, message } = error as NodeJS.ErrnoException;
  const noSuchFile = code === 'ENOENT' && act === 'read';
  return new CliError({
    code: noSuchFile ? 'cli/no-such-file' : `cli/cannot-${act}`,
    message: `cannot ${act} ${file}: ${reasonOf(act, code) ?? message}`,
    ...(noSuchFile && { hint: 'Paths start at the working folder.' }),
  });
}

const reasonOf = (act: 'read' | 'write', code = ''): string | undefined =>
  act === 'write' && code === 'ENOENT' ? 'its folder is not there and cannot be made' : REASONS[code];

/** Where what is written into a file would stand: two names may lead to one place. */
export function placeOf(io: Io, file: string): string {
  try {
    return behindLinks(path.resolve(io.cwd, file));
  } catch (error) {
    throw fileError('write', file, error);
  }
}

/** The path as a person would type it here. */
export function shownPath(io: Io, file: string): string {
  const relative = path.relative(io.cwd, path.resolve(io.cwd, file));
  return relative === '' ? '.' : relative.startsWith('..') ? path.resolve(io.cwd, file) : relative;
}
