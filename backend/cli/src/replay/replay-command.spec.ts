import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { closedNetwork, commandLine, graphOf, graphText, rechain, temporaryFolder } from '@rehearse/testkit';
import type { TemporaryFolder } from '@rehearse/testkit';
import fc from 'fast-check';
import { main } from '../main.js';

const SECTIONS = `providers:
  main: {targets: [{provider: mock, script: main}]}
mocks:
  main:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: find, arguments: {order: W1}}]}}
    - {reply: {content: "It was {{ toolResults[0].result.status }}."}}
tools:
  find: {description: Finds an order, mock: [{return: {status: delivered, total: 99.5}}]}
nodes:
  handle: {type: agent, prompt: Where is it?, tools: [find]}
  thank: {type: transform, value: '"Thanks. " + nodes.handle.text'}
contracts:
  - {id: finds-once, atMost: {count: 1, of: tool == "find"}}
assert: [{type: contains, value: delivered}]
`;
const GRAPH = graphText(SECTIONS, 'orders');

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
let lines: Record<string, unknown>[];
beforeAll(async () => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
  folder.write('orders.yaml', GRAPH);
  await rehearse(['run', 'orders.yaml', '--cassette', 'orders.jsonl', '--mode', 'record']);
  lines = parse(folder.read('orders.jsonl'));
});
afterAll(() => folder.remove());

const parse = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const textOf = (records: readonly object[]) =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
const steady = (text: string) =>
  text.replaceAll(/[0-9a-f]{64}/g, '<digest>').replaceAll(/[0-9a-f]{20,}…/g, '<digest>…');

/** Replays the cassette after a change of its events. */
async function replayEdited(edit: (events: JournalEvent[]) => JournalEvent[], ...more: string[]) {
  const [header, ...events] = structuredClone(lines) as [object, ...JournalEvent[]];
  folder.write('edited.jsonl', textOf([header, ...edit(events)]));
  return rehearse(['replay', 'edited.jsonl', ...more]);
}

const laneNeeds = (lane: string) => graphOf(SECTIONS).nodeById.get(lane)?.needs ?? [];
const changeAnswer = (events: JournalEvent[]) => {
  const answer = events.find((event) => event.type === 'tool.returned')!;
  answer.data.result = { status: 'lost', total: 99.5 };
  return events;
};

describe('rehearse replay', () => {
  it('says identical with the digest, with the network closed', async () => {
    const network = closedNetwork();
    try {
      const { code, out, err } = await rehearse(['replay', 'orders.jsonl']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(steady(out)).toMatchInlineSnapshot(`
        "✓ identical  orders, repeat 0, seed 1  <digest>

        1 run: 1 identical
        "
      `);
      const { digest } = (lines.at(-1) as unknown as JournalEvent<'run.finished'>).data;
      expect(out).toContain(digest);
      expect(network.attempts).toEqual([]);
    } finally {
      network.open();
    }
  });

  it('prints JSON lines for machines', async () => {
    const { out } = await rehearse(['replay', 'orders.jsonl', '--reporter', 'json']);
    const [replay, done] = parse(out);
    expect(replay).toMatchObject({
      event: 'replay',
      graph: 'orders',
      case: null,
      repeat: 0,
      identical: true,
      reexecuted: true,
    });
    expect(done).toEqual({ event: 'done', identical: 1, diverged: 0, exitCode: 0 });
  });

  it('names seq, key, expected and actual when a recorded answer was changed', async () => {
    const { code, out } = await replayEdited(changeAnswer);
    expect(code).toBe(102);
    expect(steady(out)).toMatchInlineSnapshot(`
      "✗ diverged   orders, repeat 0, seed 1
          chain_broken at seq 6, key handle/turn[1]/tool#0, lane handle
          event 6 is not what was recorded: its digest does not fit its content
          /digest
          expected  "<digest>"
          actual    "<digest>"
          the event  tool.returned  {"result":{"status":"lost","total":99.5},"tool":"find"}
          matched before it
               1 run.started        run  {"caseId":null,"chaos":null,"live":false,"offline":false,"r…
               2 node.started       handle  {"type":"agent"}
               3 model.requested    handle/turn[1]  {"messagesAdded":[{"content":"Where is it?","role":"user"}]…
               4 model.responded    handle/turn[1]  {"content":null,"costUsd":0,"finishReason":"tool_calls","to…
               5 tool.called        handle/turn[1]/tool#0  {"args":{"order":"W1"},"tool":"find","turn":1}

      1 run: 1 diverged
      "
    `);
  });

  it('names the request that a forged answer changes, and the place in it', async () => {
    const { code, out } = await replayEdited((events) => rechain(changeAnswer(events), laneNeeds));
    expect(code).toBe(102);
    expect(steady(out)).toMatchInlineSnapshot(`
      "✗ diverged   orders, repeat 0, seed 1
          input_changed at seq 7, key handle/turn[2], lane handle
          model.requested at handle/turn[2] was asked something else: /messages/2/content
          expected                                      │ actual
          …                                             │ …
              },                                        │     },
              {                                         │     {
                "content": "{\\"status\\":\\"delivered\\",… │       "content": "{\\"status\\":\\"lost\\",\\"tot…
                "name": "find",                         │       "name": "find",
                "role": "tool",                         │       "role": "tool",
          /messages/2/content
            expected  "{\\"status\\":\\"delivered\\",\\"total\\":99.5}"
            actual    "{\\"status\\":\\"lost\\",\\"total\\":99.5}"
          matched before it
               2 node.started       handle  {"type":"agent"}
               3 model.requested    handle/turn[1]  {"messagesAdded":[{"content":"Where is it?","role":"user"}]…
               4 model.responded    handle/turn[1]  {"content":null,"costUsd":0,"finishReason":"tool_calls","to…
               5 tool.called        handle/turn[1]/tool#0  {"args":{"order":"W1"},"tool":"find","turn":1}
               6 tool.returned      handle/turn[1]/tool#0  {"result":{"status":"lost","total":99.5},"tool":"find"}

      1 run: 1 diverged
      "
    `);
  });

  it('fails when the last recorded call was removed', async () => {
    const withoutLastCall = (events: JournalEvent[]) => events.filter(({ key }) => key !== 'handle/turn[2]');
    expect(await replayEdited(withoutLastCall)).toMatchObject({ code: 102 });
    const { code, out } = await replayEdited((events) => rechain(withoutLastCall(events), laneNeeds));
    expect(code).toBe(102);
    expect(steady(out)).toMatchInlineSnapshot(`
      "✗ diverged   orders, repeat 0, seed 1
          unexpected_effect at seq 7, key handle/turn[2], lane handle
          model.requested at handle/turn[2] was asked for, but the recording has node.finished at handle
          expected                                      │ actual
          …                                             │ …
            "attempt": 1,                               │   "attempt": 1,
            "data": {                                   │   "data": {
              "output": "It was delivered.",            │     "messagesAdded": [
              "text": "It was delivered."               │       {
            },                                          │         "content": "{\\"status\\":\\"delivered\\…
            "digest": "<digest>… │         "name": "find",
            "key": "handle",                            │         "role": "tool",
            "type": "node.finished"                     │         "toolCallId": "handle/turn[1]#0"
          }                                             │       }
                                                        │     ],
                                                        │     "model": "mock:main",
                                                        │     "params": {},
                                                        │     "target": {
                                                        │       "provider": "mock",
                                                        │       "script": "main"
                                                        │     }
                                                        │   },
                                                        │   "digest": "<digest>…
                                                        │   "key": "handle/turn[2]",
                                                        │   "type": "model.requested"
                                                        │ }
          matched before it
               2 node.started       handle  {"type":"agent"}
               3 model.requested    handle/turn[1]  {"messagesAdded":[{"content":"Where is it?","role":"user"}]…
               4 model.responded    handle/turn[1]  {"content":null,"costUsd":0,"finishReason":"tool_calls","to…
               5 tool.called        handle/turn[1]/tool#0  {"args":{"order":"W1"},"tool":"find","turn":1}
               6 tool.returned      handle/turn[1]/tool#0  {"result":{"status":"delivered","total":99.5},"tool":"find"}

      1 run: 1 diverged
      "
    `);
  });

  it.each(['strict', 'regrade', 'compare'])('fails when the recording breaks off, %s', async (mode) => {
    const length = lines.findLastIndex(({ type }) => type === 'model.requested');
    const graph = mode === 'compare' ? ['--graph', 'orders.yaml'] : [];
    for (const cut of [length, lines.length - 2]) {
      const { code, out } = await replayEdited((events) => events.slice(0, cut), '--mode', mode, ...graph);
      expect(code).toBe(102);
      expect(out).toContain(`chain_broken at seq ${cut}`);
      expect(out).toContain(`the recording breaks off: event ${cut}, its last one, is not the end of a run`);
    }
  });

  it('calls every edited digest, seq or content a broken chain', async () => {
    const events = lines.slice(1) as unknown as JournalEvent[];
    const field = fc.constantFrom('digest', 'prev', 'seq', 'key', 'attempt', 'data' as const);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: events.length - 1 }), field, async (index, name) => {
        const { code, out } = await replayEdited((copy) => {
          const event = copy[index] as unknown as Record<string, unknown>;
          if (name === 'seq') event['seq'] = (event['seq'] as number) + 1;
          else if (name === 'key') event['key'] = `${event['key'] as string}x`;
          else if (name === 'attempt') event['attempt'] = 7;
          else if (name === 'data') event['data'] = tamper(copy[index]!);
          else event[name] = flip(event[name] as string);
          return copy;
        });
        expect(code).toBe(102);
        expect(out).toContain('chain_broken');
      }),
      { numRuns: 60 },
    );
  });

  it('calls a header that is not of its run, or not of its graph, a broken chain', async () => {
    const [header, ...events] = lines as [{ graph: object; seed: number }, ...object[]];
    const graphDigest = { ...header, graph: { ...header.graph, digest: 'a'.repeat(64) } };
    for (const edited of [{ ...header, seed: 2 }, { ...header, repeat: 1 }, graphDigest]) {
      folder.write('edited.jsonl', textOf([edited, ...events]));
      const { code, out } = await rehearse(['replay', 'edited.jsonl']);
      expect(code).toBe(102);
      expect(out).toContain('chain_broken');
    }
    folder.write('edited.jsonl', textOf([header]));
    expect((await rehearse(['replay', 'edited.jsonl'])).out).toContain('does not begin with run.started');
  });

  it('replays on another graph, and says which graphs they were', async () => {
    folder.write('changed.yaml', GRAPH.replace('Where is it?', 'Where is my order?'));
    const { code, out } = await rehearse(['replay', 'orders.jsonl', '--graph', 'changed.yaml']);
    expect(code).toBe(102);
    expect(out).toContain('/messages/0/content');
    expect(out).toMatch(/graph digest {3}recorded [0-9a-f]{12}, now [0-9a-f]{12}/);
    expect((await rehearse(['replay', 'orders.jsonl', '--graph', 'orders.yaml'])).code).toBe(0);
  });

  it('reads a long cassette run by run, and names a line that cannot be read when it comes there', async () => {
    folder.write('long.jsonl', `${textOf(lines).repeat(100)}not json\n${textOf(lines)}`);
    const { code, out, err } = await rehearse(['replay', 'long.jsonl', '--reporter', 'json']);
    const replayed = parse(out);
    expect(replayed.length).toBeGreaterThan(10);
    expect(replayed.length).toBeLessThan(100);
    expect(replayed.every(({ identical }) => identical === true)).toBe(true);
    expect(err).toContain(`long.jsonl:${lines.length * 100 + 1} cassette/not-json`);
    expect(code).toBe(2);
  });

  it('reads from standard input and from a pipe', async () => {
    const stdin = commandLine(main, { cwd: folder.path, stdin: textOf(lines) });
    expect((await stdin(['replay', '-'])).out).toContain('1 run: 1 identical');
    execFileSync('mkfifo', [path.join(folder.path, 'pipe')]);
    // By another process: this one waits for it.
    spawn('sh', ['-c', 'cat orders.jsonl > pipe'], { cwd: folder.path });
    expect((await rehearse(['replay', 'pipe'])).out).toContain('1 run: 1 identical');
  });

  it('goes on after a run that differs, and counts', async () => {
    const [header, ...events] = structuredClone(lines) as [object, ...JournalEvent[]];
    folder.write('two.jsonl', textOf([header, ...changeAnswer(events), ...lines]));
    const { code, out } = await rehearse(['replay', 'two.jsonl', '--reporter', 'json']);
    expect(code).toBe(102);
    expect(parse(out).at(-1)).toEqual({ event: 'done', identical: 1, diverged: 1, exitCode: 102 });
  });
});

/** Changes something of the content that digests cover; what is measured, such as the cost, they do not. */
function tamper({ type, data }: JournalEvent): object {
  if (type === 'run.started') return { ...data, vars: { forged: true } };
  if (type === 'model.responded') return { ...data, content: 'forged' };
  if (type === 'assertion.evaluated') return { ...data, verdict: 'failed' };
  return { ...data, forged: true };
}

const flip = (digest: string): string => (digest.startsWith('0') ? '1' : '0') + digest.slice(1);

describe('rehearse replay, wrong use', () => {
  it('refuses what is no cassette with 2, and names the lines', async () => {
    folder.write('bad.jsonl', `${textOf(lines.slice(0, 2))}{"v":1,"seq":"x"}\nnot json\n{"v":9}\n`);
    expect(await rehearse(['replay', 'bad.jsonl'])).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error bad.jsonl is not a cassette: 3 lines cannot be read (cassette/invalid)

        bad.jsonl:3 cassette/bad-event
          runId: expected string, received undefined; seq: expected number, received string; lane: expected string, received undefined; and 8 more

        bad.jsonl:4 cassette/not-json
          not JSON: Unexpected token 'o', "not json" is not valid JSON

        bad.jsonl:5 cassette/from-the-future
          events of version 9 need a newer release

      help  A cassette has a header line for each run and one line an event; \`rehearse run --cassette\` writes one.
      ",
        "out": "",
      }
    `);
    folder.write('empty.jsonl', '\n');
    expect((await rehearse(['replay', 'empty.jsonl'])).err).toContain('empty.jsonl:1 cassette/empty');
    expect(await rehearse(['replay', 'absent.jsonl'])).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error cannot read absent.jsonl: there is no such file (cli/no-such-file)
      help  Paths start at the working folder.
      ",
        "out": "",
      }
    `);
  });

  it('asks for the graph when the cassette does not carry it', async () => {
    const [header, ...events] = structuredClone(lines) as [{ graph: { source?: string } }, ...object[]];
    delete header.graph.source;
    folder.write('bare.jsonl', textOf([header, ...events]));
    expect(await rehearse(['replay', 'bare.jsonl'])).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error the cassette does not carry the graph orders (cassette/no-graph)
      help  Give it with --graph where the command takes one, or record anew with \`rehearse run --cassette … --mode record\`.
      ",
        "out": "",
      }
    `);
    expect((await rehearse(['replay', 'bare.jsonl', '--graph', 'orders.yaml'])).code).toBe(0);
  });

  it('refuses a graph of which the cassette has no run', async () => {
    folder.write('other.yaml', GRAPH.replace('name: orders', 'name: other'));
    const { code, err } = await rehearse(['replay', 'orders.jsonl', '--graph', 'other.yaml']);
    expect(code).toBe(2);
    expect(err).toContain('orders.jsonl has no run of other');
  });
});
