import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  capturedIo,
  commandLine,
  graphText,
  hostileDocuments,
  temporaryFolder,
  type TemporaryFolder,
} from '@rehearse/testkit';
import { main } from '../main.js';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');
const sound = [
  'hello.yaml',
  'refund-agent.yaml',
  'nodes/loop.yaml',
  'nodes/forEach.yaml',
  'assertions/text.yaml',
];
const documents = hostileDocuments(sound.map((file) => readFileSync(path.join(EXAMPLES, file), 'utf8')));
const named = documents.map(({ what, source }, index) => ({ what, source, file: `${index}.yaml` }));

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(() => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
  for (const { file, source } of named) folder.write(file, source);
});
afterAll(() => folder.remove());

describe('the command line, given three hundred hostile documents', () => {
  it('tells of each whether it is valid, else a code with line and column', async () => {
    const files = named.map(({ file }) => file);
    const { code, out, err } = await rehearse(['validate', ...files, '--reporter', 'json']);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; valid: boolean; diagnostics: object[] });
    expect(lines.map(({ file }) => file)).toEqual(files);
    for (const { valid, diagnostics } of lines)
      if (!valid)
        expect(diagnostics).toContainEqual(
          expect.objectContaining({
            ...{ code: expect.stringMatching(/^[a-z]+\/[a-z-]+$/), severity: 'error' },
            ...{ line: expect.any(Number), column: expect.any(Number) },
          }),
        );
  });

  it.each(named.filter((_, index) => index % 4 === 0))('runs or refuses $file, $what', async ({ file }) => {
    const { code, err } = await rehearse(['run', file, '--offline', '--reporter', 'json']);
    expect([0, 2, 100, 101]).toContain(code);
    expect(err).not.toContain('crash');
    // Nothing in a document reaches the terminal as a command to it.
    expect(err).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    if (code === 2) expect(err).toMatch(/:\d+:\d+ error [a-z]+\/[a-z-]+|\([a-z]+\/[a-z-]+\)/);
  });
});

describe('a document that is no text', () => {
  const bytes = Buffer.from(graphText('description: caf\xe9\nnodes: {}\n'), 'latin1');

  it('is told with the place of its first byte that is no UTF-8', async () => {
    writeFileSync(path.join(folder.path, 'latin.yaml'), bytes);
    folder.write('fine.yaml', graphText("nodes: {a: {type: transform, value: '1'}}\n", 'fine'));
    const { code, out } = await rehearse(['validate', 'latin.yaml', 'fine.yaml']);
    expect(code).toBe(2);
    expect(out).toContain('latin.yaml:4:17 error yaml/not-text\n  the byte 0xe9 here is not UTF-8');
    expect(out).toContain('help: save the file as UTF-8');
    expect(out).toContain('✓ fine.yaml');
    const run = await rehearse(['run', 'latin.yaml', 'fine.yaml']);
    expect(run).toMatchObject({
      code: 2,
      err: expect.stringContaining('latin.yaml:4:17 error yaml/not-text'),
    });
  });

  it('is told on standard input, and when a character is cut at its end', async () => {
    const io = { ...capturedIo({ cwd: folder.path }), stdin: Readable.from([bytes]) };
    expect(await main(['validate', '-'], io)).toBe(2);
    expect(io.stdout.text).toContain('-:4:17 error yaml/not-text');
    writeFileSync(path.join(folder.path, 'cut.yaml'), Buffer.from('a: €').subarray(0, 5));
    expect((await rehearse(['validate', 'cut.yaml'])).out).toContain('cut.yaml:1:4 error yaml/not-text');
  });

  it('may be UTF-16, and is told at its first byte', async () => {
    writeFileSync(path.join(folder.path, 'wide.yaml'), Buffer.from('\uFEFFkind: Graph', 'utf16le'));
    expect((await rehearse(['validate', 'wide.yaml'])).out).toContain('wide.yaml:1:1 error yaml/not-text');
  });
});

describe('a document that never ends', () => {
  it('is read no further than it may be long', async () => {
    const endless = spawn('yes', ['kind: Graph'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const io = { ...capturedIo({ cwd: folder.path }), stdin: endless.stdout };
    expect(await main(['validate', '-'], io)).toBe(2);
    endless.kill();
    expect(io.stdout.text).toContain('-:1:1 error yaml/too-large');
  });

  it.each(['validate', 'run'])('is refused by %s, also as a device', async (command) => {
    const { code, out, err } = await rehearse([command, '/dev/zero']);
    expect(code).toBe(2);
    expect(out + err).toContain('/dev/zero:1:1 error yaml/too-large');
  });
});
