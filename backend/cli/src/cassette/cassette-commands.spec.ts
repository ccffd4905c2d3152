import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const yaml = (cases: string[], prompt = 'hi') =>
  graphText(
    `providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: "{{ inputs.say }}"}}]}
nodes: {n: {type: llm, prompt: ${prompt}}}
assert: [{type: contains, value: ü}]
cases: [${cases.map((id) => `{id: ${id}, repeat: {runs: 2}, vars: {say: "ü ${id}"}}`).join(', ')}]
`,
    'kept',
  );

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeEach(() => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
  folder.write('g.yaml', yaml(['a', 'b', 'c']));
});
afterEach(() => folder.remove());

const record = (file: string, ...more: string[]) =>
  rehearse(['run', 'g.yaml', '--cassette', file, '--mode', 'record', ...more]);
const steady = (text: string) =>
  text.replaceAll(/[0-9a-f]{12}\n/g, '<digest>\n').replaceAll(/\d+ KiB/g, '<size>');

describe('rehearse cassette merge', () => {
  it('makes the file that one recording of all cases would have made, whatever the order', async () => {
    await record('all.jsonl');
    for (const id of ['c', 'a', 'b']) await record(`${id}.jsonl`, '--case', id);
    const { code, out } = await rehearse([
      ...['cassette', 'merge', 'c.jsonl', 'a.jsonl', 'b.jsonl', '--output', 'merged.jsonl'],
    ]);
    expect({ code, out }).toEqual({ code: 0, out: 'merged.jsonl: 6 runs of 3 cassettes\n' });
    const timeless = (text: string) => text.replaceAll(/"at":"[^"]+"/g, '').replaceAll(/"\w*Ms":[\d.]+/g, '');
    expect(timeless(folder.read('merged.jsonl'))).toBe(timeless(folder.read('all.jsonl')));
    const again = await rehearse([
      ...['cassette', 'merge', 'merged.jsonl', 'a.jsonl', '--output', 'again.jsonl'],
    ]);
    expect(again.code).toBe(0);
    expect(folder.read('again.jsonl')).toBe(folder.read('merged.jsonl'));
  });

  it('does not choose between two recordings of one run that differ, unless it is told to', async () => {
    await record('old.jsonl', '--case', 'a');
    folder.write('g.yaml', yaml(['a', 'b', 'c'], 'Hello'));
    await record('new.jsonl', '--case', 'a');
    const refused = await rehearse(['cassette', 'merge', 'old.jsonl', 'new.jsonl', '--output', 'm.jsonl']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('cassette/conflict');
    expect(refused.err).toContain('kept, case a, repeat 1, seed 2: old.jsonl and new.jsonl');
    for (const [prefer, file] of [
      ['first', 'old.jsonl'],
      ['last', 'new.jsonl'],
    ] as const) {
      await rehearse([
        ...['cassette', 'merge', 'old.jsonl', 'new.jsonl', '--output', 'm.jsonl', '--prefer', prefer],
      ]);
      expect(folder.read('m.jsonl')).toBe(folder.read(file));
    }
  });

  it('reads a run that stands twice in one file, and takes standard input and a byte order mark', async () => {
    await record('r.jsonl');
    const text = folder.read('r.jsonl');
    folder.write('twice.jsonl', `\uFEFF${text.replaceAll('\n', '\r\n\r\n')}${text}`);
    const stdin = commandLine(main, { cwd: folder.path, stdin: text });
    const { code, out } = await stdin(['cassette', 'merge', 'twice.jsonl', '-', '--output', 'm.jsonl']);
    expect({ code, out }).toEqual({ code: 0, out: 'm.jsonl: 6 runs of 2 cassettes\n' });
    expect(folder.read('m.jsonl')).toBe(text);
  });

  it('writes to standard output for -, and tells of it beside that', async () => {
    await record('r.jsonl');
    const { code, out, err } = await rehearse(['cassette', 'merge', 'r.jsonl', '--output', '-']);
    expect({ code, err }).toEqual({ code: 0, err: '-: 6 runs of 1 cassette\n' });
    expect(out).toBe(folder.read('r.jsonl'));
    const filter = commandLine(main, { cwd: folder.path, stdin: out });
    folder.write('g.yaml', yaml(['a']));
    const pruned = await filter(['cassette', 'prune', '-', 'g.yaml']);
    expect(pruned.err).toContain('-: 2 runs kept, 4 removed\n');
    expect(pruned.out.split('\n').filter((line) => line.includes('"graph"'))).toHaveLength(2);
    expect(folder.list()).toEqual(['g.yaml', 'r.jsonl']);
  });

  it('writes over one of its cassettes, and leaves it as it was when a later one cannot be read', async () => {
    for (const id of ['a', 'b']) await record(`${id}.jsonl`, '--case', id);
    const before = folder.read('a.jsonl');
    folder.write('broken.jsonl', `${folder.read('b.jsonl')}not json\n`);
    const merge = (file: string) => rehearse(['cassette', 'merge', 'a.jsonl', file, '--output', 'a.jsonl']);
    expect((await merge('broken.jsonl')).err).toContain('broken.jsonl:17 cassette/not-json');
    expect(folder.read('a.jsonl')).toBe(before);
    expect((await merge('b.jsonl')).out).toBe('a.jsonl: 4 runs of 2 cassettes\n');
    expect((await rehearse(['replay', 'a.jsonl'])).out).toContain('4 runs: 4 identical');
  });

  it('says of one run that it was recorded differently, by its number', async () => {
    await record('old.jsonl', '--case', 'a');
    folder.write('old.jsonl', folder.read('old.jsonl').split('\n').slice(0, 8).join('\n'));
    folder.write('g.yaml', yaml(['a'], 'Hello'));
    await record('new.jsonl', '--case', 'a');
    const { err } = await rehearse(['cassette', 'merge', 'old.jsonl', 'new.jsonl', '--output', 'm.jsonl']);
    expect(err).toContain('1 run was recorded differently');
  });
});

describe('rehearse cassette prune', () => {
  it('removes what no case asks for any more, and leaves all else byte for byte', async () => {
    await record('r.jsonl');
    await record('wanted.jsonl', '--case', 'a', 'c');
    folder.write('g.yaml', yaml(['a', 'c']));
    const before = folder.read('r.jsonl');
    const dry = await rehearse(['cassette', 'prune', 'r.jsonl', 'g.yaml', '--dry-run']);
    expect(dry.out).toMatchInlineSnapshot(`
      "would remove  kept, case b, repeat 0, seed 1  no case asks for it
      would remove  kept, case b, repeat 1, seed 2  no case asks for it
      r.jsonl: 4 runs kept, 2 to remove
      "
    `);
    expect(folder.read('r.jsonl')).toBe(before);
    const { code, out } = await rehearse(['cassette', 'prune', 'r.jsonl', 'g.yaml']);
    expect(code).toBe(0);
    expect(out).toContain('r.jsonl: 4 runs kept, 2 removed');
    const replayed = await rehearse(['replay', 'r.jsonl']);
    expect(replayed.out).toContain('4 runs: 4 identical');
  });

  it('removes recordings of an older version of the graph only when it is asked to', async () => {
    await record('r.jsonl');
    folder.write('g.yaml', yaml(['a', 'b', 'c'], 'Hello'));
    expect((await rehearse(['cassette', 'prune', 'r.jsonl', 'g.yaml'])).out).toContain(
      '6 runs kept, 0 removed',
    );
    const stale = await rehearse(['cassette', 'prune', 'r.jsonl', 'g.yaml', '--stale', '--dry-run']);
    expect(stale.out).toContain('0 runs kept, 6 to remove');
    expect(stale.out).toContain('recorded with another version of the graph');
  });
});

describe('a recording that was changed after it was made', () => {
  beforeEach(async () => {
    await record('r.jsonl');
    folder.write('tam.jsonl', folder.read('r.jsonl').replace('"content":"ü b"', '"content":"ü x"'));
  });

  it.each([
    ['merge', ['cassette', 'merge', 'tam.jsonl', 'r.jsonl', '--output', 'made']],
    ['prune', ['cassette', 'prune', 'tam.jsonl', 'g.yaml']],
    ['prune --dry-run', ['cassette', 'prune', 'tam.jsonl', 'g.yaml', '--dry-run']],
    ['new', ['new', 'made', '--from', 'tam.jsonl', '--case', 'b', '--output', 'made']],
  ])('is not handed on by %s, which ends with 4 and says which it is', async (_, argv) => {
    const before = folder.list().map((file) => folder.read(file));
    const { code, out, err } = await rehearse(argv);
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain('tam.jsonl is not as it was recorded: 1 chain broken (cassette/broken-chain)');
    expect(err).toContain('  kept, case b, repeat 0, seed 1\n');
    expect(err).toContain('its digest does not fit its content');
    expect(folder.list().map((file) => folder.read(file))).toEqual(before);
  });

  it('can be pruned away, and does not keep another one from becoming a graph', async () => {
    expect((await rehearse(['new', 'made', '--from', 'tam.jsonl', '--case', 'a'])).code).toBe(0);
    folder.write('g.yaml', yaml(['a', 'c']));
    expect((await rehearse(['cassette', 'prune', 'tam.jsonl', 'g.yaml'])).code).toBe(0);
    expect((await rehearse(['cassette', 'inspect', 'tam.jsonl'])).code).toBe(0);
  });
});

describe('rehearse cassette inspect', () => {
  it('lists the runs with their verdicts, sizes and digests', async () => {
    await record('r.jsonl', '--case', 'a');
    const { code, out } = await rehearse(['cassette', 'inspect', 'r.jsonl']);
    expect(code).toBe(0);
    expect(steady(out)).toMatchInlineSnapshot(`
      "r.jsonl  2 runs, secrets/v1
        #1 ✓ kept, case a, repeat 0, seed 1  7 events, <size>, <digest>
        #2 ✓ kept, case a, repeat 1, seed 2  7 events, <size>, <digest>
      "
    `);
  });

  it('tells them to a machine', async () => {
    await record('r.jsonl', '--case', 'a');
    const { out } = await rehearse(['cassette', 'inspect', 'r.jsonl', '--reporter', 'json']);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { event: 'cassette', file: 'r.jsonl', runs: 2 },
      {
        event: 'recording',
        place: 1,
        case: 'a',
        repeat: 0,
        verdict: 'passed',
        redaction: 'secrets/v1',
        redacted: { rules: ['secret-values'], masked: {} },
        problem: null,
      },
      { event: 'recording', place: 2, case: 'a', repeat: 1 },
      { event: 'done', broken: 0, exitCode: 0 },
    ]);
  });

  it('says of a recording of elsewhere that nothing was redacted', async () => {
    await record('r.jsonl', '--case', 'a');
    const foreign = folder
      .read('r.jsonl')
      .replaceAll(/"redacted":\{[^}]*\{\}[^}]*\},"redaction":"secrets\/v1"/g, '"redaction":null');
    folder.write('r.jsonl', foreign);
    const { out } = await rehearse(['cassette', 'inspect', 'r.jsonl']);
    expect(out).toContain('r.jsonl  2 runs, not redacted');
  });

  it('ends with 4 when a chain does not hold, and says which', async () => {
    await record('r.jsonl', '--case', 'a');
    folder.write('r.jsonl', folder.read('r.jsonl').replace('"content":"ü a"', '"content":"ü x"'));
    const { code, out } = await rehearse(['cassette', 'inspect', 'r.jsonl']);
    expect(code).toBe(4);
    expect(out).toContain('its digest does not fit its content');
    expect(out).toContain('1 chain broken');
  });

  it('lists the runs of a file that lacks a graph, whose chains cannot be checked', async () => {
    await record('r.jsonl', '--case', 'a');
    const [header, ...events] = folder.read('r.jsonl').split('\n');
    const { graph, ...rest } = JSON.parse(header!) as { graph: { name: string; digest: string } };
    const { name, digest } = graph;
    folder.write('r.jsonl', [JSON.stringify({ ...rest, graph: { name, digest } }), ...events].join('\n'));
    const { code, out } = await rehearse(['cassette', 'inspect', 'r.jsonl']);
    expect({ code, out: steady(out) }).toMatchInlineSnapshot(`
      {
        "code": 4,
        "out": "r.jsonl  2 runs, secrets/v1
        #1 ✓ kept, case a, repeat 0, seed 1  7 events, <size>, <digest>
            the cassette does not carry the graph kept
        #2 ✓ kept, case a, repeat 1, seed 2  7 events, <size>, <digest>
            the cassette does not carry the graph kept

      2 chains broken
      ",
      }
    `);
  });

  it('finds a run that stands twice', async () => {
    await record('r.jsonl', '--case', 'a');
    folder.write('r.jsonl', folder.read('r.jsonl').repeat(2));
    const { out } = await rehearse(['cassette', 'inspect', 'r.jsonl']);
    expect(out.match(/a run of this name stands above/g)).toHaveLength(2);
  });
});
