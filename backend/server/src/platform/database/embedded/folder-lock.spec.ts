import { afterEach, beforeEach, describe, it, expect } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { lockFolder } from './folder-lock.js';
import { processIdentity } from './processes.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rehearse-lock-'));
  file = path.join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the lock of a folder', () => {
  it('is held once, names its holder, and is free again when it is released', () => {
    const lock = lockFolder(file, folder);
    expect(() => lockFolder(file, folder)).toThrow(`${folder} is in use by the process ${process.pid}`);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    lockFolder(file, folder).release();
  });

  it('is taken over from a process that is gone', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(file, JSON.stringify({ pid, identity: null }));
    expect(() => lockFolder(file, folder)).not.toThrow();
  });

  it('is taken over when the id now belongs to a process that started later', () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, identity: 'another start' }));
    expect(() => lockFolder(file, folder)).not.toThrow();
  });

  it('is respected when the holder is the very process', () => {
    writeFileSync(file, JSON.stringify({ pid: process.ppid, identity: processIdentity(process.ppid) }));
    expect(() => lockFolder(file, folder)).toThrow(`process ${process.ppid}`);
  });

  it.each(['', '{"pid":', '{"pid":"x"}'])('that a crash left unreadable (%j) is taken over', (text) => {
    writeFileSync(file, text);
    expect(() => lockFolder(file, folder)).not.toThrow();
  });

  it('is not released by one who lost it', () => {
    const lock = lockFolder(file, folder);
    writeFileSync(file, JSON.stringify({ pid: 1, identity: null }));
    lock.release();
    expect(existsSync(file)).toBe(true);
  });
});
