import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commandLine } from '@rehearse/testkit';
import { main } from './main.js';

const cwd = path.resolve(import.meta.dirname, '../examples');
const rehearse = commandLine(main, { cwd });

const graphsOf = (folder: string): string[] =>
  readdirSync(path.join(cwd, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => path.join(folder, file));

const cassettes = readdirSync(path.join(cwd, 'cassettes'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.jsonl'))
  .toSorted();

describe('the cassettes of the examples', () => {
  it.each(cassettes)('%s replays strictly', async (file) => {
    const { code, out } = await rehearse(['replay', path.join('cassettes', file)]);
    expect(out).not.toContain('diverged');
    expect(code).toBe(0);
  });
});

describe('the examples', () => {
  it.each([
    'hello.yaml',
    'refund-agent.yaml',
    'airline.yaml',
    ...graphsOf('contracts'),
    ...graphsOf('assertions'),
    ...graphsOf('nodes'),
    ...graphsOf('agents'),
    ...graphsOf('metamorphic'),
    'cases/suite.yaml',
    'calls/http-tool.yaml',
    'calls/round-robin.yaml',
    'calls/cheapest.yaml',
    'calls/fastest.yaml',
  ])('%s passes on its mocks', async (file) => {
    const { code, out } = await rehearse(['run', file, '--offline', '--reporter', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(out.trim().split('\n').at(-1)!)).toMatchObject({
      failed: 0,
      errored: 0,
      inconclusive: 0,
    });
  });

  it('of agents that answer by themselves are right', async () => {
    const files = ['calls/agent-http.yaml', 'calls/agent-command.yaml'];
    expect(await rehearse(['validate', ...files])).toMatchObject({ code: 0, err: '' });
  });

  it.each(graphsOf('chaos'))('%s recovers from its fault', async (file) => {
    const profile = /^chaos:\n {2}([\w-]+):/m.exec(readFileSync(path.join(cwd, file), 'utf8'))![1]!;
    const { code, out } = await rehearse(['run', file, '--offline', '--chaos', profile]);
    expect(code).toBe(0);
    expect(out).toMatch(/Chaos {4}(\w+) \S+: (\d+) of \2 recovered/);
  });
});
