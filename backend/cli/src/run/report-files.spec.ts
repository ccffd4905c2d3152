import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const YAML = `nodes: {n: {type: transform, value: inputs.say}}
assert: [{type: equals, value: hi}]
cases: [{id: fine, vars: {say: hi}}, {id: wrong, vars: {say: ho}}]
`;

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeEach(() => {
  folder = temporaryFolder();
  folder.write('g.yaml', graphText(YAML, 'told'));
  rehearse = commandLine(main, { cwd: folder.path });
});
afterEach(() => folder.remove());

const run = (...argv: string[]) => rehearse(['run', 'g.yaml', '--case', 'fine', ...argv]);

describe('a file of a report', () => {
  it.each([
    ['the graph', ['--output', 'g.yaml'], 'cli/output-is-input'],
    ['the graph behind a link', ['--output', 'link.yaml'], 'cli/output-is-input'],
    [
      'the file of another report',
      ['--reporter', 'junit=a', '--reporter', 'json=./a'],
      'cli/reports-share-file',
    ],
    ['the cassette', ['--cassette', 'c.jsonl', '--reporter', 'json=c.jsonl'], 'cli/output-is-cassette'],
  ])('is not %s', async (_, argv, problem) => {
    symlinkSync('g.yaml', path.join(folder.path, 'link.yaml'));
    const before = folder.read('g.yaml');
    const { code, err } = await run(...argv);
    expect(code).toBe(2);
    expect(err).toContain(problem);
    expect(folder.read('g.yaml')).toBe(before);
    expect(folder.list()).toEqual(['g.yaml']);
  });

  it('is not what the graph reads', async () => {
    folder.write('cases.jsonl', '{"say": "hi"}\n');
    folder.write(
      'data.yaml',
      graphText(`${YAML.replace(/cases: .*/, '')}cases: [{dataset: cases.jsonl}]\n`, 'data'),
    );
    const { code, err } = await rehearse(['run', 'data.yaml', '--reporter', 'json=cases.jsonl']);
    expect({ code, problem: err.includes('cli/output-is-input') }).toEqual({ code: 2, problem: true });
    expect(folder.read('cases.jsonl')).toBe('{"say": "hi"}\n');
  });

  it('may be a pipe, into which several may write', async () => {
    const pipe = path.join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('cat', [pipe]);
    const heard = text(reader.stdout);
    await once(reader, 'spawn');
    expect((await run('--reporter', 'json=pipe')).code).toBe(0);
    expect(await heard).toContain('"event":"done"');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it.each([
    ['--output -', ['--reporter', 'json', '--output', '-']],
    ['--reporter json=-', ['--reporter', 'json=-']],
  ])('may be standard output, as %s', async (_, argv) => {
    const { code, out } = await run(...argv);
    expect(code).toBe(0);
    for (const line of out.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');
    expect(folder.list()).toEqual(['g.yaml']);
  });

  it('that cannot be opened leaves nothing of the others behind', async () => {
    const { code, err } = await run('--reporter', 'junit=a.xml', '--reporter', 'json=g.yaml/x');
    expect(code).toBe(2);
    expect(err).toContain(
      'cannot write g.yaml/x: a part of its path is a file, not a folder (cli/cannot-write)',
    );
    expect(folder.list()).toEqual(['g.yaml']);
  });
});

describe('a report that cannot be finished', () => {
  const reports = ['--reporter', 'github', '--reporter', 'json=r.jsonl', '--reporter', 'junit=r.xml'];
  const env = { GITHUB_STEP_SUMMARY: 'nowhere/summary.md' };

  it('is told, and costs neither the verdict nor the other reports', async () => {
    const { code, out, err } = await rehearse(['run', 'g.yaml', ...reports], { env });
    expect(code).toBe(100);
    expect(out).toContain('::error');
    expect(err).toContain('cannot write nowhere/summary.md');
    expect(folder.read('r.jsonl')).toContain('"exitCode":100');
    expect(folder.list()).toEqual(['.rehearse/last-run.json', 'g.yaml', 'r.jsonl', 'r.xml']);
  });

  it('ends what else was fine with 2', async () => {
    const { code } = await rehearse(['run', 'g.yaml', '--case', 'fine', ...reports], { env });
    expect(code).toBe(2);
  });

  it('may be the record of what did not pass', async () => {
    symlinkSync('nowhere', path.join(folder.path, 'home'));
    const { code, err } = await rehearse(['run', 'g.yaml'], { env: { REHEARSE_HOME: 'home' } });
    expect(code).toBe(100);
    expect(err).toContain('cannot write home/last-run.json: its folder is not there and cannot be made');
  });
});
