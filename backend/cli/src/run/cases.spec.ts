import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const MODEL = `providers:
  main: {targets: [{provider: mock, script: main}]}
mocks:
  main: [{reply: {content: "{{ messages[0].content }}"}}]
`;
const ASK = `${MODEL}nodes:
  ask: {type: llm, prompt: {file: prompts/ask.md}}
`;

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeEach(() => {
  folder = temporaryFolder();
  folder.write('prompts/ask.md', 'Say {{ inputs.q }}');
  folder.write(
    'rows.csv',
    'id,q,__expected,__metadata:lang\none,hi,contains: hi,en\ntwo,salut,contains: bonjour,fr\n,hey,,en\n',
  );
  folder.write(
    'g.yaml',
    graphText(`${ASK}assert: [{type: contains, value: Say}]\ncases: [{dataset: rows.csv}]\n`, 'g'),
  );
  rehearse = commandLine(main, { cwd: folder.path });
});
afterEach(() => folder.remove());

const lines = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const runsOf = async (...argv: string[]) => {
  const { out } = await rehearse(['run', ...argv, '--reporter', 'json']);
  return lines(out).filter(({ event }) => event === 'run');
};

describe('the rows of a data set', () => {
  it('run with what they expect', async () => {
    const { code, out } = await rehearse(['run', 'g.yaml', '--reporter', 'json']);
    expect(code).toBe(100);
    const [launch, ...rest] = lines(out);
    expect(launch).toMatchObject({ runs: 3, graphs: 1 });
    expect(
      rest.slice(0, -1).map((run) => [run.case, run.verdict, run.assertions.length, 'matrix' in run]),
    ).toEqual([
      ['one', 'passed', 2, false],
      ['two', 'failed', 2, false],
      ['rows.csv:3', 'passed', 1, false],
    ]);
  });

  it('are chosen by id, pattern and label', async () => {
    const chosen = async (...argv: string[]) => (await runsOf('g.yaml', ...argv)).map((run) => run.case);
    expect(await chosen('--case', 'two', 'rows.csv:3')).toEqual(['two', 'rows.csv:3']);
    expect(await chosen('--filter', 't?o')).toEqual(['two']);
    expect(await chosen('--filter', 'lang=en')).toEqual(['one', 'rows.csv:3']);
    expect(await chosen('--filter', 'lang=e*', '--case', 'one')).toEqual(['one']);
    expect((await rehearse(['run', 'g.yaml', '--filter', 'lang=de'])).code).toBe(2);
  });

  it('are recorded with the files, and replayed without them', async () => {
    await rehearse(['run', 'g.yaml', '--cassette', 'c.jsonl', '--mode', 'record']);
    expect(folder.read('c.jsonl').match(/"rows.csv":/g)).toHaveLength(1);
    folder.write('prompts/ask.md', 'Shout {{ inputs.q }}');
    folder.write('rows.csv', 'q\nother\n');
    const { code, out } = await rehearse(['replay', 'c.jsonl']);
    expect([code, out.match(/identical {2}/g)?.length]).toEqual([0, 3]);
    expect((await rehearse(['replay', 'c.jsonl', '--graph', 'g.yaml'])).code).toBe(102);
  });
});

describe('a file that a graph names', () => {
  const said = async () => {
    const { code, err } = await rehearse(['run', 'g.yaml']);
    return [code, /error (graph\/[a-z-]+)\n {2}(.*)/.exec(err)?.slice(1)];
  };

  it('is refused when a link leads out of the folder', async () => {
    const outside = temporaryFolder();
    outside.write('secret.md', 'secret');
    symlinkSync(path.join(outside.path, 'secret.md'), path.join(folder.path, 'prompts/link.md'));
    symlinkSync(outside.path, path.join(folder.path, 'linked'));
    for (const file of ['prompts/link.md', 'linked/secret.md']) {
      folder.write('g.yaml', graphText(ASK.replace('prompts/ask.md', file), 'g'));
      expect(await said()).toEqual([
        2,
        ['graph/file-outside', `${file} is a link that leads out of the folder`],
      ]);
    }
    outside.remove();
  });

  it('may be a link that stays in the folder', async () => {
    symlinkSync(path.join(folder.path, 'prompts/ask.md'), path.join(folder.path, 'prompts/link.md'));
    folder.write(
      'g.yaml',
      graphText(`${ASK.replace('ask.md', 'link.md')}cases: [{dataset: rows.csv}]\n`, 'g'),
    );
    expect(await runsOf('g.yaml')).toHaveLength(3);
  });

  it.each([
    ['is not there', 'none.md', 'graph/file-missing'],
    ['is a folder', 'prompts', 'graph/file-unavailable'],
    ['leads out', '../x.md', 'graph/file-outside'],
    ['goes through a file', 'g.yaml/x.md', 'graph/file-missing'],
  ])('is refused when it %s', async (_, file, code) => {
    folder.write('g.yaml', graphText(ASK.replace('prompts/ask.md', file), 'g'));
    expect(await said()).toEqual([2, [code, expect.anything()]]);
  });

  it('is refused when it is no text, or too large', async () => {
    writeFileSync(path.join(folder.path, 'prompts/ask.md'), Buffer.from([0xff, 0xfe, 0x00]));
    expect(await said()).toEqual([2, ['graph/file-not-text', 'prompts/ask.md is not UTF-8 text']]);
    folder.write('prompts/ask.md', 'x'.repeat(10 * 1_048_576 + 1));
    expect(await said()).toEqual([2, ['graph/file-too-large', 'prompts/ask.md has more than 10 MiB']]);
  });

  it('cannot be read by a graph that comes from standard input', async () => {
    const { code, err } = await rehearse(['run', '-'], { stdin: folder.read('g.yaml') });
    expect([code, err.match(/graph\/file-unavailable/g)?.length]).toEqual([2, 2]);
  });
});

describe('a matrix', () => {
  beforeEach(() => {
    folder.write('prompts/b.md', 'Tell {{ inputs.q }}');
    folder.write(
      'm.yaml',
      graphText(
        `${ASK}assert: [{type: contains, value: Say}]
matrix: {nodes.ask.prompt: [{file: prompts/ask.md}, {file: prompts/b.md}]}
cases: [{id: one, vars: {q: a}, repeat: {runs: 2}}, {id: two, vars: {q: b}}]
`,
        'm',
      ),
    );
  });

  it('runs each case on each graph that it makes, in the order of case, cell and repeat', async () => {
    const runs = await runsOf('m.yaml');
    expect(
      runs.map(({ case: id, matrix, repeat, verdict }) => [
        id,
        matrix['nodes.ask.prompt'].file,
        repeat,
        verdict,
      ]),
    ).toEqual([
      ['one', 'prompts/ask.md', 0, 'passed'],
      ['one', 'prompts/ask.md', 1, 'passed'],
      ['one', 'prompts/b.md', 0, 'failed'],
      ['one', 'prompts/b.md', 1, 'failed'],
      ['two', 'prompts/ask.md', 0, 'passed'],
      ['two', 'prompts/b.md', 0, 'failed'],
    ]);
    expect(new Set(runs.map(({ graphDigest }) => graphDigest)).size).toBe(2);
  });

  it('is named in what people read', async () => {
    const { out } = await rehearse(['run', 'm.yaml', '--case', 'two']);
    expect(out).toMatch(/✓ two, prompt prompts\/ask\.md {2}/);
    expect(out).toMatch(/✗ two, prompt prompts\/b\.md {2}failed/);
    expect(out.match(/m {2}m\.yaml/g)).toHaveLength(1);
    const junit = await rehearse(['run', 'm.yaml', '--case', 'two', '--reporter', 'junit']);
    expect(junit.out).toContain('name="two, prompt prompts/b.md"');
  });

  it('is recorded cell by cell, with the graph once, and replays', async () => {
    await rehearse(['run', 'm.yaml', '--cassette', 'c.jsonl', '--mode', 'record']);
    const recorded = folder.read('c.jsonl');
    expect(recorded.match(/"source":/g)).toHaveLength(1);
    expect((await rehearse(['replay', 'c.jsonl'])).code).toBe(0);
    expect((await rehearse(['replay', 'c.jsonl', '--graph', 'm.yaml'])).code).toBe(0);
    expect((await rehearse(['run', 'm.yaml', '--cassette', 'c.jsonl', '--mode', 'replay'])).code).toBe(100);
    expect(folder.read('c.jsonl')).toBe(recorded);
  });
});

describe('a suite', () => {
  const suite = (rest: string) =>
    folder.write('s.yaml', `apiVersion: rehearse/v1\nkind: Suite\nname: s\n${rest}`);
  beforeEach(() => {
    folder.write('more/h.yaml', graphText(`${MODEL}nodes: {ask: {type: llm, prompt: hello}}\n`, 'h'));
  });

  it('runs its graphs with its settings', async () => {
    suite('graphs: [more/h.yaml, g]\nassert: [{type: not-contains, value: rude}]\nrepeat: {runs: 2}\n');
    const runs = await runsOf('s.yaml', '--filter', 'lang=en');
    expect(runs.map((run) => [run.graph, run.case, run.repeat])).toEqual([
      ['g', 'one', 0],
      ['g', 'one', 1],
      ['g', 'rows.csv:3', 0],
      ['g', 'rows.csv:3', 1],
    ]);
    const [h] = await runsOf('s.yaml', '--filter', 'graph=h');
    expect(h).toMatchObject({ graph: 'h', case: null, assertions: [{ type: 'not-contains' }] });
  });

  it('that names what is not there is refused at that line', async () => {
    suite('graphs: [g, more/none.yaml, ../x.yaml, zebra]\n');
    const { code, err } = await rehearse(['run', 's.yaml']);
    expect(code).toBe(2);
    expect(err).toMatchSnapshot();
  });

  it('whose settings do not fit a graph says which, and whose graph is wrong shows that graph', async () => {
    suite('graphs: [g]\nassert: [{type: cel, value: nodes.zebra.output}]\n');
    expect((await rehearse(['run', 's.yaml'])).err).toMatch(
      /\ns\.yaml:5:29 error graph\/unknown-node\n {2}with g\.yaml: there is no node `zebra`/,
    );
    const { code, out } = await rehearse(['validate', 's.yaml']);
    expect(code).toBe(2);
    expect(out).toMatch(/✓ s\.yaml {2}s: a suite of 1 graph\n✗ s\.yaml with g\.yaml/);
    folder.write('g.yaml', folder.read('g.yaml').replace('type: llm', 'type: lmm'));
    expect((await rehearse(['run', 's.yaml'])).err).toMatch(/\ng\.yaml:9:15 error/);
  });
});

describe('rehearse validate', () => {
  it('checks every kind of a folder', async () => {
    folder.write('p.yaml', 'apiVersion: rehearse/v1\nkind: Persona\nname: p\ngoal: Get help\n');
    folder.write('s.yaml', 'apiVersion: rehearse/v1\nkind: Suite\nname: s\ngraphs: [g]\n');
    const { code, out } = await rehearse(['validate', '.']);
    expect([code, out]).toEqual([
      0,
      '✓ g.yaml  g: 1 node, 0 contracts, 3 cases\n✓ p.yaml  p: a persona\n✓ s.yaml  s: a suite of 1 graph\n',
    ]);
    const json = await rehearse(['validate', 'p.yaml', '--reporter', 'json']);
    expect(JSON.parse(json.out)).toEqual({
      file: 'p.yaml',
      valid: true,
      kind: 'Persona',
      diagnostics: [],
      graph: null,
    });
  });

  it('says what a guard policy is for', async () => {
    folder.write('policy.yaml', 'apiVersion: rehearse/v1\nkind: GuardPolicy\nname: x\n');
    const { code, out } = await rehearse(['validate', 'policy.yaml']);
    expect(code).toBe(2);
    expect(out).toMatch(/graph\/other-kind\n {2}this is a guard policy, not a graph/);
  });
});
