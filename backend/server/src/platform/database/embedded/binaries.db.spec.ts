import { afterEach, beforeEach, describe, it, expect } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findBinaries, openCopy } from './binaries.js';
import { asUser, closedFolder, serviceUser } from './service-user.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rehearse-binaries-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the programs of PostgreSQL', () => {
  it('come with the dependencies and run as the user that they will run as', () => {
    const user = serviceUser();
    const { status, stdout } = spawnSync(findBinaries(user).postgres, ['--version'], {
      ...asUser(user),
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/PostgreSQL\) 18\./) });
  });
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
asRoot('programs below a folder that is closed to others', () => {
  it('run from a copy that all may enter, and that is made once', () => {
    const user = serviceUser()!;
    const native = path.resolve(path.dirname(findBinaries(null).postgres), '..');
    const closed = path.join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    cpSync(native, path.join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
    expect(closedFolder(path.join(closed, 'native/bin'), user)).toBe(closed);

    const cache = path.join(folder, 'cache');
    const copy = openCopy(path.join(closed, 'native'), '18', [cache]);
    const { status } = spawnSync(path.join(copy, 'bin/postgres'), ['--version'], { ...asUser(user) });
    expect(status).toBe(0);
    rmSync(closed, { recursive: true });
    expect(openCopy(path.join(closed, 'native'), '18', [cache])).toBe(copy);
    expect(readFileSync(path.join(copy, 'bin/initdb')).length).toBeGreaterThan(0);
  });

  it('are not taken from a folder that others can write to', () => {
    const shared = path.join(folder, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    expect(() => openCopy(folder, '18', [shared])).toThrow(/only root can enter/);
  });
});
