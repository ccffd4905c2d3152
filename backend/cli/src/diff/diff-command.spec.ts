import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closedNetwork, commandLine, graphText, temporaryFolder, timeless } from '@rehearse/testkit';
import type { TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const graph = (reply: string, more = '') =>
  graphText(
    `providers:
  main: {targets: [{provider: mock, script: main}]}
mocks:
  main:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: find, arguments: {order: "{{ vars.order }}"}}${more}]}}
    - {reply: {content: "${reply}"}}
tools:
  find: {description: Finds an order, mock: [{return: {status: delivered}}]}
inputs: {order: {type: string}}
nodes:
  handle: {type: agent, prompt: Where is it?, tools: [find]}
assert: [{type: contains, value: delivered}]
cases:
  - {id: first, vars: {order: W1}}
  - {id: second, vars: {order: W2}}
`,
    'orders',
  );

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(async () => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
  await record('before', graph('It was delivered to {{ vars.order }}.'));
  await record(
    'after',
    graph('It was lost with {{ vars.order }}.', ', {name: find, arguments: {order: W9}}'),
  );
});
afterAll(() => folder.remove());

async function record(name: string, text: string, ...flags: string[]) {
  folder.write('orders.yaml', text);
  const { err } = await rehearse([
    'run',
    'orders.yaml',
    '--cassette',
    `${name}.jsonl`,
    '--mode',
    'record',
    ...flags,
  ]);
  expect(err).not.toContain('error');
}

const steady = (text: string) =>
  timeless(text).replaceAll(/[0-9a-f]{12} and [0-9a-f]{12}/g, '<digest> and <digest>');
const parse = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('rehearse diff', () => {
  it('says identical for two recordings of the same, with the network closed', async () => {
    await record('again', graph('It was delivered to {{ vars.order }}.'));
    const network = closedNetwork();
    try {
      const { code, out, err } = await rehearse(['diff', 'before.jsonl', 'again.jsonl']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatchInlineSnapshot(`
        "✓ identical  orders, case first, repeat 0, seed 1
        ✓ identical  orders, case second, repeat 0, seed 1

        2 pairs: 2 identical
        "
      `);
      expect(network.attempts).toEqual([]);
    } finally {
      network.open();
    }
  });

  it('shows where two cassettes part, words, arguments and flipped checks', async () => {
    const { code, out } = await rehearse(['diff', 'before.jsonl', 'after.jsonl']);
    expect(code).toBe(102);
    expect(steady(out)).toMatchInlineSnapshot(`
      "✗ different  orders, case first, repeat 0, seed 1
          the graphs differ  <digest> and <digest>
          outcome_changed at handle/turn[1] /answer/toolCalls/1, seq 4 in a, 4 in b
            a  null
            b  {"arguments":{"order":"W9"},"id":"‹id›","name":"find"}
          steps  2 same, 4 changed, 1 added
            ~ handle  node agent
                /output  It was [-delivered-]{+lost+} [-to-]{+with+} W1.
            ~ handle/turn[1]  model mock:main
                /answer/toolCalls/1  nothing → {"arguments":{"order":"W9"},"id":"‹id›","name":"find"}
            + handle/turn[1]/tool#1  tool find
                {"tool":"find","args":{"order":"W9"},"result":{"status":"delivered"}}
            ~ handle/turn[2]  model mock:main
                /request/messagesAdded/1  nothing → {"content":"{\\"status\\":\\"delivered\\"}","name":"find","role":"tool","toolCallId…
                /answer/content  It was [-delivered-]{+lost+} [-to-]{+with+} W1.
            ~ run  run end
                /verdict  "passed" → "failed"
                /output  It was [-delivered-]{+lost+} [-to-]{+with+} W1.
          checks
            regressed  assert[0]  contains  expected the text to contain "delivered", got "It was lost with W1."
          totals  passed → failed, <time> → <time>, $0.00, 35 → 57 tokens
          masked  6 ids; --ignore none compares them, too
      ✗ different  orders, case second, repeat 0, seed 1
          the graphs differ  <digest> and <digest>
          outcome_changed at handle/turn[1] /answer/toolCalls/1, seq 4 in a, 4 in b
            a  null
            b  {"arguments":{"order":"W9"},"id":"‹id›","name":"find"}
          steps  2 same, 4 changed, 1 added
            ~ handle  node agent
                /output  It was [-delivered-]{+lost+} [-to-]{+with+} W2.
            ~ handle/turn[1]  model mock:main
                /answer/toolCalls/1  nothing → {"arguments":{"order":"W9"},"id":"‹id›","name":"find"}
            + handle/turn[1]/tool#1  tool find
                {"tool":"find","args":{"order":"W9"},"result":{"status":"delivered"}}
            ~ handle/turn[2]  model mock:main
                /request/messagesAdded/1  nothing → {"content":"{\\"status\\":\\"delivered\\"}","name":"find","role":"tool","toolCallId…
                /answer/content  It was [-delivered-]{+lost+} [-to-]{+with+} W2.
            ~ run  run end
                /verdict  "passed" → "failed"
                /output  It was [-delivered-]{+lost+} [-to-]{+with+} W2.
          checks
            regressed  assert[0]  contains  expected the text to contain "delivered", got "It was lost with W2."
          totals  passed → failed, <time> → <time>, $0.00, 35 → 57 tokens
          masked  6 ids; --ignore none compares them, too

      2 pairs: 2 different
      "
    `);
  });

  it('compares two runs of one cassette, by place or id', async () => {
    const { code, out } = await rehearse(['diff', 'before.jsonl#1', 'before.jsonl#2']);
    expect(code).toBe(102);
    expect(out).toMatch(/input_changed at run \/vars\/order, seq 1 in a, 1 in b/);
    const [{ runId }] = parse(folder.read('before.jsonl')) as [{ runId: string }];
    expect(await rehearse(['diff', `before.jsonl#${runId}`, 'before.jsonl#1'])).toMatchObject({ code: 0 });
  });

  it('takes a short number for a place, never for the beginning of an id', async () => {
    const renamed = (id: string) =>
      folder.read('before.jsonl').replaceAll(/"runId":"[^"]+"/g, `"runId":"${id}"`);
    folder.write('digits.jsonl', renamed('76543210-76a9-84d8-9193-efc44e45a93f').split('\n{"caseId"')[0]!);
    const { code, err } = await rehearse(['diff', 'digits.jsonl#7654321', 'before.jsonl#1']);
    expect([code, err]).toEqual([2, expect.stringContaining('digits.jsonl has no run #7654321')]);
    expect((await rehearse(['diff', 'digits.jsonl#76543210', 'before.jsonl#1'])).code).toBe(0);
  });

  it('shows all steps when it is asked to', async () => {
    const { out } = await rehearse(['diff', 'before.jsonl#1', 'before.jsonl#1', '--all']);
    expect(out).toMatch(/steps {2}\d same\n/);
    expect(out).toContain('handle/turn[1]/tool#0  tool find');
  });

  it('prints JSON lines for machines', async () => {
    const { code, out } = await rehearse(['diff', 'before.jsonl', 'after.jsonl', '--reporter', 'json']);
    const [first, second, done] = parse(out);
    expect(code).toBe(102);
    expect(first).toMatchObject({
      ...{ event: 'diff', graph: 'orders', case: 'first', repeat: 0, identical: false },
      firstDivergence: { key: 'handle/turn[1]', kind: 'outcome_changed' },
      assertions: [{ id: 'assert[0]', flip: 'regressed' }],
      totals: { tokens: { a: expect.any(Number) } },
    });
    expect(second).toMatchObject({ case: 'second' });
    expect(done).toEqual({ event: 'done', identical: 0, different: 2, onlyA: 0, onlyB: 0, exitCode: 102 });
  });

  it('names the runs that only one side has', async () => {
    const both = await rehearse(['diff', 'before.jsonl', 'before.jsonl#1']);
    expect(both.code).toBe(102);
    expect(both.out).toContain('? only in a  orders, case second');
    const { out } = await rehearse(['diff', 'before.jsonl#1', 'before.jsonl', '--reporter', 'json']);
    expect(parse(out)[1]).toMatchObject({ event: 'only', side: 'b', case: 'second' });
  });

  it('masks what is volatile, tells so, and does not with --ignore none', async () => {
    await record('one', graph('Ticket 0e89ef15-76a9-84d8-9193-efc44e45a93f is delivered.'));
    await record('two', graph('Ticket 1e89ef15-76a9-84d8-9193-efc44e45a93f is delivered.'));
    const { code, out } = await rehearse(['diff', 'one.jsonl#1', 'two.jsonl#1', '--all']);
    expect(code).toBe(0);
    expect(out).toMatch(/masked {2}\d+ ids; --ignore none compares them, too/);
    expect(await rehearse(['diff', 'one.jsonl', 'two.jsonl', '--ignore', 'none'])).toMatchObject({
      code: 102,
    });
  });

  it.each([
    [['diff', 'before.jsonl', 'nowhere.jsonl'], 'cli/no-such-file'],
    [['diff', 'orders.yaml', 'before.jsonl'], 'cassette/invalid'],
    [['diff', 'before.jsonl#7', 'before.jsonl#1'], 'cassette/no-such-run'],
    [['diff', 'before.jsonl#zzzz', 'before.jsonl#1'], 'cassette/no-such-run'],
    [['diff', 'before.jsonl', 'after.jsonl', '--ignore', 'words'], 'diff/unknown-normaliser'],
  ])('refuses %j', async (argv, code) => {
    const { code: exit, err } = await rehearse(argv);
    expect(exit).toBe(2);
    expect(err).toContain(code);
    expect(err).toContain('help');
  });

  it('refuses cassettes that have nothing in common', async () => {
    folder.write('other.yaml', graph('Yes, delivered.').replace('name: orders', 'name: others'));
    await rehearse(['run', 'other.yaml', '--cassette', 'other.jsonl', '--mode', 'record']);
    const { code, err } = await rehearse(['diff', 'before.jsonl', 'other.jsonl']);
    expect(code).toBe(2);
    expect(err).toContain('diff/nothing-in-common');
    expect((await rehearse(['diff', 'before.jsonl#1', 'other.jsonl#1'])).code).toBe(102);
  });
});
