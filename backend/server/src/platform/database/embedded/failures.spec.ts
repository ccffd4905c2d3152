import { describe, it, expect } from '@jest/globals';
import { DatabaseError } from '../database-error.js';
import { folderFailure, logFailure } from './failures.js';

const failure = (code: string) => Object.assign(new Error(code), { code });

describe('a folder that cannot be used', () => {
  it.each([
    ['ENOSPC', 'database/disk-full', /the disk is full/],
    ['EDQUOT', 'database/disk-full', /quota/],
    ['EROFS', 'database/folder-not-writable', /read-only/],
    ['EACCES', 'database/folder-not-writable', /permission/],
    ['ENOTDIR', 'database/folder-not-writable', /is a file/],
  ])('%s is said as %s', (errno, code, message) => {
    const said = folderFailure(failure(errno), '/home/ada/.rehearse/postgres');
    expect(said).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((said as Error).message).toContain('/home/ada/.rehearse/postgres');
  });

  it('keeps every other error as it is', () => {
    const other = failure('EMFILE');
    const ours = new DatabaseError('database/port-taken', 'taken');
    expect([folderFailure(other, '/x'), folderFailure(ours, '/x')]).toEqual([other, ours]);
  });
});

describe('the log of a server that ended', () => {
  it.each([
    ['FATAL:  could not write to file "base/x": No space left on device', 'database/disk-full'],
    [
      'FATAL:  could not create lock file "postmaster.pid": Read-only file system',
      'database/folder-not-writable',
    ],
    ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', 'database/port-taken'],
    ['FATAL:  database files are incompatible with server', 'database/version-mismatch'],
    ['FATAL:  could not open file "global/pg_control": Permission denied', 'database/folder-not-reachable'],
    ['PANIC:  something else', 'database/did-not-start'],
  ])('%s', (line, code) => {
    expect(logFailure('PostgreSQL ended.', line)).toMatchObject({
      code,
      message: expect.stringContaining(line),
    });
  });
});
