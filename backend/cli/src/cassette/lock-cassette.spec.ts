import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCassette } from '@rehearse/engine';
import { commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const yaml = (name: string) =>
  graphText(
    `providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: ü, latency: 50ms}}]}
nodes: {n: {type: llm, prompt: hi}}
assert: [{type: contains, value: ü}]
cases: [{id: a}]
`,
    name,
  );

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeEach(() => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
  for (const name of ['one', 'two']) folder.write(`${name}.yaml`, yaml(name));
});
afterEach(() => folder.remove());

const record = (graph: string, ...more: string[]) =>
  rehearse(['run', graph, '--cassette', 'c.jsonl', '--mode', 'record', ...more]);
const isThere = (file: string) => folder.list().includes(file);
const graphsIn = () => {
  const parsed = parseCassette(folder.read('c.jsonl'));
  return parsed.ok ? parsed.runs.map(({ header }) => header.graph.name) : parsed.problems;
};

describe('a cassette that another process writes', () => {
  it('is left alone, and the way out is told', async () => {
    await record('one.yaml');
    const before = folder.read('c.jsonl');
    folder.write('c.jsonl.lock', `${process.ppid}\n`);
    const { code, err } = await record('two.yaml');
    expect(code).toBe(2);
    expect(err).toContain(
      `c.jsonl is being written by another process (pid ${process.ppid}) (cassette/in-use)`,
    );
    expect(err).toContain('`rehearse cassette merge`. If there is no such process, remove c.jsonl.lock.');
    expect(folder.read('c.jsonl')).toBe(before);
    expect(isThere('c.jsonl.lock')).toBe(true);
  });

  it('can be replayed meanwhile', async () => {
    await record('one.yaml');
    folder.write('c.jsonl.lock', `${process.ppid}\n`);
    for (const mode of ['auto', 'replay'])
      expect((await rehearse(['run', 'one.yaml', '--cassette', 'c.jsonl', '--mode', mode])).code).toBe(0);
  });

  it('is neither pruned nor merged into', async () => {
    await record('one.yaml');
    folder.write('c.jsonl.lock', `${process.ppid}\n`);
    for (const argv of [
      ['prune', 'c.jsonl', 'two.yaml'],
      ['merge', 'c.jsonl', '--output', 'c.jsonl'],
    ])
      expect((await rehearse(['cassette', ...argv])).err).toContain('cassette/in-use');
    expect(graphsIn()).toEqual(['one']);
    expect((await rehearse(['cassette', 'prune', 'c.jsonl', 'two.yaml', '--dry-run'])).code).toBe(0);
  });

  it('belongs to one of two that begin at once, and to each in turn', async () => {
    const codes = (await Promise.all([record('one.yaml'), record('two.yaml')])).map(({ code }) => code);
    expect(codes.toSorted()).toEqual([0, 2]);
    await record('one.yaml');
    await record('two.yaml');
    expect(graphsIn()).toEqual(['one', 'two']);
    expect(isThere('c.jsonl.lock')).toBe(false);
  });

  it('is free again when that process is gone, also when it had our number', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    for (const left of [pid, process.pid]) {
      folder.write('c.jsonl.lock', `${left}\n`);
      expect((await record('one.yaml')).code).toBe(0);
      expect(isThere('c.jsonl.lock')).toBe(false);
    }
  });

  it('is let go of when a report cannot be written', async () => {
    const { code } = await record('one.yaml', '--reporter', 'json=one.yaml/x');
    expect(code).toBe(2);
    expect(folder.list()).toEqual(['one.yaml', 'two.yaml']);
  });
});

describe('a cassette that is recorded into', () => {
  it('may be empty', async () => {
    folder.write('c.jsonl', '');
    expect((await record('one.yaml')).code).toBe(0);
    expect(graphsIn()).toEqual(['one']);
  });

  it('may lack the end of its last line', async () => {
    await record('one.yaml');
    folder.write('c.jsonl', folder.read('c.jsonl').trimEnd());
    expect((await record('two.yaml')).code).toBe(0);
    expect(graphsIn()).toEqual(['one', 'two']);
  });
});
