import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { DatabaseErrorCode } from '../database-error.js';
import { DatabaseError, errorCode } from '../database-error.js';

const BY_ERRNO: Record<string, [DatabaseErrorCode, string]> = {
  ENOSPC: [
    'database/disk-full',
    'the disk is full. Free some space, or set REHEARSE_HOME to a folder on another disk.',
  ],
  EDQUOT: [
    'database/disk-full',
    'the disk quota is used up. Free some space, or set REHEARSE_HOME to another folder.',
  ],
  EROFS: [
    'database/folder-not-writable',
    'the file system is read-only. Set REHEARSE_HOME to a folder that can be written.',
  ],
  EACCES: [
    'database/folder-not-writable',
    'there is no permission to write. Set REHEARSE_HOME to a folder that can be written.',
  ],
  EPERM: [
    'database/folder-not-writable',
    'there is no permission to write. Set REHEARSE_HOME to a folder that can be written.',
  ],
  ENOENT: [
    'database/folder-not-writable',
    'a folder cannot be made there. Set REHEARSE_HOME to a folder that can be written.',
  ],
  ENOTDIR: ['database/folder-not-writable', 'a part of the path is a file. Set REHEARSE_HOME to a folder.'],
};

/** Makes a failed system call on our folder say what to do; every other error stays as it is. */
export function folderFailure(error: unknown, folder: string): unknown {
  const known = BY_ERRNO[errorCode(error) ?? ''];
  if (!known || error instanceof DatabaseError) return error;
  return new DatabaseError(known[0], `${folder} cannot be used: ${known[1]}`, { cause: error });
}

const BY_LOG: [RegExp, DatabaseErrorCode, string][] = [
  [
    /no space left on device|disk quota exceeded|check free disk space/i,
    'database/disk-full',
    'The disk is full: free some space.',
  ],
  [/read-only file system/i, 'database/folder-not-writable', 'The file system is read-only.'],
  [/address already in use|could not bind/i, 'database/port-taken', 'Another program has the port.'],
  [
    /database files are incompatible with server/i,
    'database/version-mismatch',
    'The folder was made by another major version of PostgreSQL: export it with that version, or start on a new folder.',
  ],
  [/permission denied/i, 'database/folder-not-reachable', 'PostgreSQL may not read or write its folder.'],
];

/** What PostgreSQL's own log says about why it ended. */
export function logFailure(what: string, log: string): DatabaseError {
  const known = BY_LOG.find(([pattern]) => pattern.test(log));
  const lines = log.trim().split('\n').slice(-8).join('\n  ');
  const advice = known ? ` ${known[2]}` : '';
  return new DatabaseError(
    known?.[1] ?? 'database/did-not-start',
    `${what}${advice} Its last words:\n  ${lines}`,
  );
}

/** The end of a log file, from `offset` on, at most the last 8 KiB. */
export function logTail(file: string, offset = 0): string {
  const { size } = statSync(file);
  const length = Math.min(8_192, Math.max(0, size - offset));
  const buffer = Buffer.alloc(length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, buffer, 0, length, size - length);
  } finally {
    closeSync(descriptor);
  }
  return buffer.toString('utf8');
}
