import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Recording } from '@rehearse/engine';
import { capturedIo, commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';
import { readThrough, type Again } from './placed-recordings.js';

const FILE = 'c.jsonl';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = temporaryFolder();
  folder.write(
    'g.yaml',
    graphText(
      'nodes: {n: {type: transform, value: inputs.say}}\ncases: [{id: a, vars: {say: ü}}, {id: b, vars: {say: b}}]\n',
    ),
  );
  await commandLine(main, { cwd: folder.path })(['run', 'g.yaml', '--cassette', FILE]);
});
afterEach(() => folder.remove());

async function readAll(file: string, stdin = ''): Promise<{ recording: Recording; again: Again }[]> {
  const read: { recording: Recording; again: Again }[] = [];
  const io = capturedIo({ cwd: folder.path, stdin });
  await readThrough(io, file, (recording, again) => read.push({ recording, again }));
  return read;
}

describe('a cassette that is read through', () => {
  it.each([FILE, '-'])('answers each recording again: %s', async (file) => {
    const read = await readAll(file, folder.read(FILE));
    expect(read).toHaveLength(2);
    for (const { recording, again } of read.toReversed()) expect(again()).toEqual(recording);
  });

  it('does not answer what stands there when it was written meanwhile', async () => {
    const [first] = await readAll(FILE);
    appendFileSync(path.join(folder.path, FILE), '\n');
    expect(() => first!.again()).toThrow('c.jsonl was written by another process after it was read here');
  });
});
