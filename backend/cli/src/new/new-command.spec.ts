import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { commandLine, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const HELLO = path.resolve(import.meta.dirname, '../../examples/hello.yaml');

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(() => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
});
afterAll(() => folder.remove());

const verdicts = async (file: string) => {
  const { code, out } = await rehearse(['run', file, '--offline', '--reporter', 'json']);
  return { code, done: JSON.parse(out.trim().split('\n').at(-1)!) as unknown };
};

describe('rehearse new', () => {
  it('writes a graph from a description that passes at once', async () => {
    expect(await rehearse(['new', 'triage', '--from', 'classify mail by category'])).toEqual({
      ...{ code: 0, out: 'triage.yaml\nNext  rehearse run triage.yaml\n', err: '' },
    });
    expect(await verdicts('triage.yaml')).toMatchObject({ code: 0, done: { passed: 3 } });
  });

  it.each([
    [['new'], 'my-graph'],
    [['new', 'greeter'], 'greeter'],
    [['new', '--from', 'A support agent that refunds orders'], 'support-agent-that-refunds-orders'],
    [
      ['new', '--from', 'the classifier of letters that customers write to us about their orders'],
      'classifier-of-letters-that-customers',
    ],
  ])('calls graph and file what was asked for: %j', async (argv, name) => {
    expect(await rehearse(argv)).toEqual({
      ...{ code: 0, out: `${name}.yaml\nNext  rehearse run ${name}.yaml\n`, err: '' },
    });
    expect(folder.read(`${name}.yaml`)).toContain(`name: ${name}\n`);
  });

  it('writes one from a list of nodes and edges, also to standard output', async () => {
    folder.write(
      'spec.json',
      JSON.stringify({
        nodes: [
          { id: 'b', type: 'transform', value: '2' },
          { id: 'a', type: 'transform', value: '1' },
        ],
        edges: [{ from: 'a', to: 'b' }],
      }),
    );
    const { code, out } = await rehearse(['new', 'two', '--from', 'spec.json', '--output', '-']);
    expect({ code, out }).toMatchInlineSnapshot(`
      {
        "code": 0,
        "out": "apiVersion: rehearse/v1
      kind: Graph
      name: two
      nodes:
        b: {type: transform, needs: [a], value: '2'}
        a: {type: transform, value: '1'}
      ",
      }
    `);
  });

  it('writes one from a cassette: its answers are mocks, and it passes', async () => {
    await rehearse(['run', HELLO, '--cassette', 'hello.jsonl', '--mode', 'record']);
    expect((await rehearse(['new', 'again', '--from', 'hello.jsonl'])).code).toBe(0);
    expect(folder.read('again.yaml')).toContain('script: recorded');
    expect(await verdicts('again.yaml')).toMatchObject({ code: 0, done: { passed: 1, failed: 0 } });
    const { code, err } = await rehearse(['new', 'x', '--from', 'hello.jsonl', '--case', 'absent']);
    expect({ code, err }).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error hello.jsonl has no run of the case absent (cli/unknown-case)
      help  It has ada, world.
      ",
      }
    `);
  });

  it('takes a list of nodes that begins with a byte order mark', async () => {
    folder.write(
      'mark.json',
      '\uFEFF{"nodes": [{"id": "a", "type": "transform", "value": "1"}], "edges": []}',
    );
    expect((await rehearse(['new', 'mark', '--from', 'mark.json'])).code).toBe(0);
  });

  it('writes nothing that is wrong, and over nothing that differs', async () => {
    folder.write('bad.json', '{"nodes": [{"id": "a", "type": "transform", "value": "nodes.b.output"}]}');
    folder.write('none.json', '{"nodes": []}');
    folder.write('text.json', 'nodes');
    folder.write('triage.yaml', '# mine\n');
    const calls = [
      ['new', 'bad', '--from', 'bad.json'],
      ['new', 'none', '--from', 'none.json'],
      ['new', 'text', '--from', 'text.json'],
      ['new', 'Not a name'],
      ['new', 'triage', '--from', 'classify mail'],
    ];
    const told = [];
    for (const argv of calls) {
      const { code, err } = await rehearse(argv);
      told.push(`${code} ${err}`);
    }
    expect(told.join('\n')).toMatchInlineSnapshot(`
      "2 error the graph would have errors, and was not written: (graph/invalid)

      bad.yaml:5:31 error graph/unknown-node
        there is no node \`b\`
           5 |   a: {type: transform, value: nodes.b.output}
             |                               ^^^^^^^
        help: did you mean \`a\`?

      2 error none.json does not describe a graph (builder/invalid-spec)

        nodes: Too small: expected array to have >=1 items

      help  It looks like {"nodes": [{"id": "a", "type": "transform", "value": "1"}], "edges": []}.

      2 error text.json is not JSON: Unexpected token 'o', "nodes" is not valid JSON (builder/invalid-spec)

      2 error Not a name cannot be the name of a graph (cli/bad-name)
      help  A name has lower-case letters, digits and -, at most 63, a letter first.

      2 error triage.yaml is there already and differs; nothing was written (cli/file-exists)
      help  Give another file with --output, or --force to write over it.
      "
    `);
    expect(folder.read('triage.yaml')).toBe('# mine\n');
    expect((await rehearse(['new', 'triage', '--from', 'classify mail', '--force'])).code).toBe(0);
    expect(folder.read('triage.yaml')).toContain('name: triage');
  });

  it('chooses no case where there is no cassette', async () => {
    const { code, err } = await rehearse(['new', 'y6', '--case', 'a']);
    expect({ code, isTold: err.includes('cli/case-without-cassette') }).toEqual({ code: 2, isTold: true });
  });
});
