import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import {
  closedNetwork,
  commandLine,
  graphText,
  temporaryFolder,
  type TemporaryFolder,
} from '@rehearse/testkit';
import { main } from '../main.js';

const SECTIONS = (prompt = 'Help me', checks = 'assert: [{type: contains, value: done}]') => `providers:
  main: {targets: [{provider: mock, script: main}]}
mocks:
  main:
    - {when: turn < 3, reply: {toolCalls: [{name: lookup_order, arguments: {n: "{{ turn }}"}}]}}
    - {when: 'has(toolResults[1].result.error)', reply: {content: "I could not look."}}
    - {reply: {content: "It is done."}}
tools:
  lookup_order: {mock: [{return: {status: delivered}}]}
nodes:
  handle: {type: agent, prompt: ${prompt}, tools: [lookup_order]}
${checks}
`;

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(async () => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
  folder.write('orders.yaml', graphText(SECTIONS(), 'orders'));
  folder.write('asking.yaml', graphText(SECTIONS('Please help me'), 'orders'));
  const rule = `contracts: [{id: looks-once, atMost: {count: 1, of: tool == "lookup_order"}}]`;
  folder.write('stricter.yaml', graphText(SECTIONS('Other words', rule), 'orders'));
  await rehearse(['run', 'orders.yaml', '--cassette', 'orders.jsonl', '--mode', 'record']);
});
afterAll(() => folder.remove());

const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const replay = (...more: string[]) => rehearse(['replay', 'orders.jsonl', ...more]);
const told = async (...more: string[]) => {
  const { code, out, err } = await replay(...more, '--reporter', 'json');
  expect(err).toBe('');
  return { code, lines: linesOf(out) };
};
const steady = (text: string) =>
  text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<run>').replaceAll(/[0-9a-f]{64}/g, '<digest>');

describe('rehearse replay --mode regrade', () => {
  it('judges by the contracts of another graph, with the network closed, and ends with 100', async () => {
    const network = closedNetwork();
    try {
      const { code, out } = await replay('--mode', 'regrade', '--graph', 'stricter.yaml');
      expect(code).toBe(100);
      expect(steady(out)).toMatchInlineSnapshot(`
        "✗ failed  orders, repeat 0, seed 1  (was passed)
            contract looks-once at seq 9, handle/turn[2]/tool#0  major
              at most 1 of tool == "lookup_order", but this is number 2
            5 answers from the tape, 0 new, $0.00

        1 run: 1 failed
        "
      `);
      expect(network.attempts).toEqual([]);
    } finally {
      network.open();
    }
  });

  it('by its own graph says that nothing changed', async () => {
    const { code, lines } = await told('--mode', 'regrade');
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({
      ...{ event: 'replay', mode: 'regrade', identical: true, verdict: 'passed', recordedVerdict: 'passed' },
      ...{ answers: { tape: 5, live: 0 }, costUsd: 0 },
    });
    expect(lines[1]).toEqual({
      ...{ event: 'done', passed: 1, failed: 0, errored: 0, inconclusive: 0 },
      ...{ identical: 1, diverged: 0, costUsd: 0, exitCode: 0 },
    });
  });
});

const TAU = process.env['REHEARSE_TAU_FILE'];
const EXCERPT = path.resolve(
  import.meta.dirname,
  '../../../engine/fixtures/trajectories/tau-bench-airline/excerpt.json',
);

describe('imported conversations', () => {
  it(`are judged by a contract that nobody had: exactly ${TAU ? '2 of 200' : '1 of 12'} break it`, async () => {
    const rule = 'precedes: {first: tool == "get_reservation_details", then: tool == "cancel_reservation"}';
    const graph = `nodes: {a: {type: transform, value: '1'}}\ncontracts: [{id: details-first, ${rule}}]\n`;
    folder.write('airline.yaml', graphText(graph, 'airline'));
    await rehearse([
      ...['import', 'trajectories', TAU ?? EXCERPT, '--format', 'tau-bench', '--output', 'imported'],
    ]);
    const [file] = readdirSync(path.join(folder.path, 'imported'));
    const { code, out } = await rehearse([
      ...['replay', `imported/${file}`, '--mode', 'regrade', '--graph', 'airline.yaml', '--reporter', 'json'],
    ]);
    expect(code).toBe(100);
    const runs = linesOf(out).filter(({ event }) => event === 'replay');
    const broken = runs.filter(({ contracts }) =>
      (contracts as { verdict: string }[]).some(({ verdict }) => verdict === 'failed'),
    );
    expect([runs.length, broken.length]).toEqual(TAU ? [200, 2] : [12, 1]);
  });
});

describe('rehearse replay --mode compare', () => {
  it('names exactly the requests that another prompt changes, and ends with 102', async () => {
    const { code, out } = await replay('--mode', 'compare', '--graph', 'asking.yaml');
    expect(code).toBe(102);
    expect(steady(out)).toMatchInlineSnapshot(`
      "✗ different  orders, repeat 0, seed 1
          changed model handle/turn[1]  seq 3
            /messages/0/content
              expected  "Help me"
              actual    "Please help me"
          changed model handle/turn[2]  seq 7
            /messages/0/content
              expected  "Help me"
              actual    "Please help me"
          changed model handle/turn[3]  seq 11
            /messages/0/content
              expected  "Help me"
              actual    "Please help me"

      1 run: 1 different
      "
    `);
  });

  it('is not made where the values of a matrix do not fit the version', async () => {
    const cells = `${SECTIONS()}matrix: {nodes.handle.maxTurns: [5, 6]}\n`;
    folder.write('cells.yaml', graphText(cells, 'cells'));
    await rehearse(['run', 'cells.yaml', '--cassette', 'cells.jsonl', '--mode', 'record']);
    const renamed = SECTIONS().replaceAll('handle', 'answer');
    folder.write('renamed.yaml', graphText(renamed, 'cells'));
    const answer = await rehearse(['replay', 'cells.jsonl', '--mode', 'compare', '--graph', 'renamed.yaml']);
    expect([answer.code, answer.err]).toEqual([2, expect.stringContaining('cassette/other-matrix')]);
    expect(answer.err).toContain('nodes.handle.maxTurns');
    const regraded = await rehearse([
      'replay',
      'cells.jsonl',
      '--mode',
      'regrade',
      '--graph',
      'renamed.yaml',
    ]);
    expect(regraded.code).toBe(0);
  });

  it('tells all requests to a machine, and ends with 0 where all are the same', async () => {
    const { code, lines } = await told('--mode', 'compare', '--graph', 'orders.yaml');
    expect(code).toBe(0);
    const requests = lines[0]!['requests'] as { key: string; change: string }[];
    expect(requests.map(({ key, change }) => `${key} ${change}`)).toEqual([
      'handle/turn[1] same',
      'handle/turn[1]/tool#0 same',
      'handle/turn[2] same',
      'handle/turn[2]/tool#0 same',
      'handle/turn[3] same',
    ]);
  });
});

describe('rehearse replay --mode chaos', () => {
  it('makes a run with a fault on the second call, which replays strictly from its cassette', async () => {
    const { code, out } = await replay(
      ...['--mode', 'chaos', '--at', 'tool:lookup_order#2'],
      ...['--fault', '{"fault": "error", "status": 503}', '--output', 'broken.jsonl'],
    );
    expect(code).toBe(100);
    expect(steady(out)).toMatchInlineSnapshot(`
      "✗ failed  orders, repeat 0, seed 1  (was passed)
          run <run>, made from seq 8 of <run>
          assertion contains  assert[0], major
            expected the text to contain "done", got "I could not look."
            expected  "done"
            actual    "I could not look."
          3 answers from the tape, 2 new, $0.00

      1 run: 1 failed
      "
    `);
    const strict = await rehearse(['replay', 'broken.jsonl']);
    expect([strict.code, strict.out]).toEqual([0, expect.stringContaining('identical')]);
    const { code: differs, out: diff } = await rehearse(['diff', 'orders.jsonl', 'broken.jsonl']);
    expect(differs).toBe(102);
    expect(diff).toContain('handle/turn[2]/tool#0');
  });
});

describe('rehearse replay --mode fork', () => {
  it('goes on behind an edited answer; says what is from the tape, and replays strictly', async () => {
    const { code, lines } = await told(
      ...['--mode', 'fork', '--from-seq', '8', '--edit', '8=I will not.', '--output', 'fork.jsonl'],
    );
    expect(code).toBe(100);
    expect(lines[0]).toMatchObject({
      ...{ event: 'replay', mode: 'fork', verdict: 'failed', recordedVerdict: 'passed', identical: false },
      ...{ answers: { tape: 3, live: 0 }, fork: { fromSeq: 8, copied: 8 } },
    });
    const strict = await rehearse(['replay', 'fork.jsonl']);
    expect([strict.code, strict.out]).toEqual([0, expect.stringContaining('identical')]);
    const inspected = await rehearse(['cassette', 'inspect', 'fork.jsonl']);
    expect(inspected.out).toContain('forked from seq 8 of');
  });

  it('without an edit comes to the same digests', async () => {
    const { code, lines } = await told('--mode', 'fork', '--from-seq', '3');
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({ identical: true, answers: { tape: 0, live: 5 } });
  });

  it('edits members of an answer as JSON', async () => {
    const seq = 6;
    const { lines } = await told(
      ...[
        '--mode',
        'fork',
        '--from-seq',
        String(seq),
        '--edit-data',
        `${seq}={"result": {"status": "lost"}}`,
      ],
    );
    expect(lines[0]).toMatchObject({ identical: false, fork: { copied: seq } });
  });

  it.each([
    ['the cassette', 'orders.jsonl'],
    ['the cassette behind a link', 'link.jsonl'],
    ['the graph', 'orders.yaml'],
  ])('does not write over %s that it is made of', async (_, output) => {
    rmSync(path.join(folder.path, 'link.jsonl'), { force: true });
    symlinkSync('orders.jsonl', path.join(folder.path, 'link.jsonl'));
    const before = folder.read(output);
    const { code, err } = await rehearse([
      ...['replay', 'orders.jsonl#1', '--graph', 'orders.yaml', '--mode', 'fork', '--from-seq', '3'],
      ...['--output', output],
    ]);
    expect([code, err]).toEqual([2, expect.stringContaining('(cli/output-is-input)')]);
    expect(folder.read(output)).toBe(before);
  });

  it('does not go where the report of the replay goes', async () => {
    const { code, out, err } = await replay('--mode', 'fork', '--from-seq', '3', '--output', '-');
    expect([code, out, err]).toEqual([2, '', expect.stringContaining('(cli/output-needs-file)')]);
  });

  it('is not made when its file cannot be written, or another process records into it', async () => {
    folder.write('taken.jsonl.lock', `${process.ppid}\n`);
    folder.write('folder.jsonl/x', '');
    for (const [output, problem] of [
      ['taken.jsonl', 'cassette/in-use'],
      ['folder.jsonl', 'cli/cannot-write'],
    ] as const) {
      const { code, out, err } = await replay('--mode', 'fork', '--from-seq', '3', '--output', output);
      expect([code, out, err]).toEqual([2, '', expect.stringContaining(problem)]);
    }
    expect(existsSync(path.join(folder.path, 'folder.jsonl.lock'))).toBe(false);
  });

  it('writes nothing when the run does not come to its end', async () => {
    folder.write(
      'asks.yaml',
      graphText(
        'nodes: {first: {type: transform, value: "1"}, ask: {type: human, prompt: go?, needs: [first]}}\n',
        'asks',
      ),
    );
    await rehearse([
      ...['run', 'asks.yaml', '--cassette', 'asks.jsonl', '--mode', 'record', '--approve', 'ask=approve'],
    ]);
    const { code } = await rehearse([
      ...['replay', 'asks.jsonl', '--mode', 'fork', '--from-seq', '3', '--output', 'open.jsonl'],
    ]);
    expect([code, existsSync(path.join(folder.path, 'open.jsonl'))]).toEqual([101, false]);
  });
});

describe('a recording that breaks off', () => {
  it.each([
    ['fork', '--from-seq', '3'],
    ['chaos', '--at', 'tool:lookup_order#1', '--fault', 'error'],
  ])('is not to be had for %s', async (mode, ...flags) => {
    folder.write('cut.jsonl', folder.read('orders.jsonl').split('\n').slice(0, 8).join('\n'));
    const { code, err } = await rehearse(['replay', 'cut.jsonl', '--mode', mode, ...flags]);
    expect([code, err]).toEqual([2, expect.stringContaining('(run/not-finished)')]);
  });

  it('is told by `cassette inspect`', async () => {
    folder.write('cut.jsonl', folder.read('orders.jsonl').split('\n').slice(0, 8).join('\n'));
    const { code, out } = await rehearse(['cassette', 'inspect', 'cut.jsonl']);
    expect([code, out]).toEqual([4, expect.stringContaining('the recording breaks off: event 7')]);
  });
});

describe('a replay that is asked for wrongly', () => {
  it.each<[string[], string, string]>([
    [['--mode', 'compare'], 'replay/usage', 'compare needs --graph'],
    [['--mode', 'fork'], 'replay/usage', 'fork needs --from-seq'],
    [['--mode', 'chaos', '--fault', 'error'], 'replay/usage', 'chaos needs --at'],
    [['--mode', 'chaos', '--at', 'tool:lookup_order#2'], 'replay/usage', 'chaos needs --fault'],
    [['--mode', 'chaos', '--at', 'nobody', '--fault', 'error'], 'replay/usage', '--at nobody names no call'],
    [['--mode', 'chaos', '--at', 'tool:lookup_order', '--fault', 'fire'], 'replay/usage', '--fault fire'],
    [
      ['--mode', 'chaos', '--at', 'tool:lookup_order#7', '--fault', 'error'],
      'replay/no-such-call',
      'the run has 2 of tool:lookup_order, so there is no number 7',
    ],
    [['--mode', 'fork', '--from-seq', '99'], 'replay/no-such-seq', 'from seq 1 to'],
    [['--mode', 'fork', '--from-seq', '8', '--edit', 'x'], 'replay/usage', '--edit x is no seq'],
    [['--mode', 'fork', '--from-seq', '8', '--edit-data', '8=x'], 'replay/usage', 'x is no JSON object'],
    [['--mode', 'fork', '--from-seq', '8', '--edit', '2=x'], 'replay/bad-edit', 'seq 2 is node.started'],
    [['--from-seq', '8'], 'replay/usage', '--from-seq means nothing with --mode strict'],
    [['--judges', 'live'], 'replay/usage', '--judges means nothing with --mode strict'],
    [
      ['--mode', 'compare', '--graph', 'orders.yaml', '--judges', 'held'],
      'replay/usage',
      '--judges means nothing with --mode compare',
    ],
    [
      ['--mode', 'fork', '--from-seq', '8', '--edit', '8=x', '--edit-data', '8={"content": "y"}'],
      'replay/bad-edit',
      'edits[1].seq: seq 8 is edited already',
    ],
    [['--run', '9'], 'cassette/no-such-run', 'has no run #9'],
    [['--run', ''], 'cassette/no-such-run', 'orders.jsonl has no run # among its 1 run'],
    [['--run', 'a#b'], 'cassette/no-such-run', 'orders.jsonl has no run #a#b among its 1 run'],
  ])('with %j is told what is wrong', async (flags, code, message) => {
    const answer = await replay(...flags);
    expect([answer.code, answer.err]).toEqual([2, expect.stringContaining(message)]);
    expect(answer.err).toContain(code);
  });
});
