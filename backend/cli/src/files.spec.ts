import { execFileSync, spawn } from 'node:child_process';
import { lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { capturedIo, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { openDraft, writeWhole } from './files.js';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const io = () => capturedIo({ cwd: folder.path });
const inFolder = (name: string) => path.join(folder.path, name);

describe('a file that is written whole', () => {
  it('goes to what a link leads to, and leaves the link', async () => {
    folder.write('real/report.txt', 'old');
    symlinkSync('real/report.txt', inFolder('link.txt'));
    await writeWhole(io(), 'link.txt', 'new');
    expect(lstatSync(inFolder('link.txt')).isSymbolicLink()).toBe(true);
    expect(folder.read('real/report.txt')).toBe('new');
    expect(folder.list()).toEqual(['real/report.txt']);
  });

  it('goes to where a link leads that nothing stands behind yet', async () => {
    symlinkSync('later.txt', inFolder('first'));
    symlinkSync('first', inFolder('second'));
    await writeWhole(io(), 'second', 'new');
    expect(lstatSync(inFolder('first')).isSymbolicLink()).toBe(true);
    expect(folder.read('later.txt')).toBe('new');
  });

  it('goes into a pipe, which stays one', async () => {
    execFileSync('mkfifo', [inFolder('pipe')]);
    const reader = spawn('cat', [inFolder('pipe')]);
    const heard = text(reader.stdout);
    await once(reader, 'spawn');
    await writeWhole(io(), 'pipe', 'through');
    expect(await heard).toBe('through');
    expect(lstatSync(inFolder('pipe')).isFIFO()).toBe(true);
  });

  it('says why it cannot be written, and leaves nothing behind', async () => {
    folder.write('file', 'text');
    for (const [name, why] of [
      ['file/x', 'file/x: a part of its path is a file, not a folder'],
      ['.', '.: it is a folder'],
      ['/proc/none/x', '/proc/none/x: '],
    ] as const)
      await expect(writeWhole(io(), name, 'x')).rejects.toThrow(`cannot write ${why}`);
    expect(folder.list()).toEqual(['file']);
  });

  it('makes the folders around it', async () => {
    await writeWhole(io(), 'a/b/c.txt', 'deep');
    expect(readFileSync(inFolder('a/b/c.txt'), 'utf8')).toBe('deep');
  });
});

describe('a draft', () => {
  it('leaves what was there when it is discarded', () => {
    folder.write('report.txt', 'old');
    const draft = openDraft(io(), 'report.txt');
    draft.write('new');
    draft.discard();
    expect(folder.read('report.txt')).toBe('old');
    expect(folder.list()).toEqual(['report.txt']);
  });
});
