import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import fc from 'fast-check';
import { executeRun } from '../execute/index.js';
import { laneNeedsOf } from '../execute/plan.js';
import { compileGraph } from '../graph/index.js';
import type { CompiledGraph } from '../graph/model.js';
import { foldRun, fromInstant, JournalWriter, parseCassette, writeCassette } from '../journal/index.js';
import { livePorts } from '../mock/live-ports.js';
import { replayStrict } from './strict.js';

const clock = { now: () => Date.now(), sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) };
const never = { now: () => Date.now(), sleep: () => new Promise<void>(() => {}) };
function graphOf(yaml: string): CompiledGraph {
  const compiled = compileGraph(`apiVersion: rehearse/v1\nkind: Graph\nname: test\n${yaml}`);
  if (!compiled.ok)
    throw new Error(compiled.diagnostics.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return compiled.graph;
}

async function record(
  graph: CompiledGraph,
  { seed = 1, time = never, recorded = [] as JournalEvent[] } = {},
) {
  const ports = livePorts({ graph, seed, clock: time });
  const vars = { who: 'Ada' };
  return (await executeRun({ graph, runId: 'r', vars, seed, caseId: null, ports, recorded })).events;
}

const SUPPORT = (prompt = 'Help {{ inputs.who }}') => `
providers: {main: {targets: [{provider: openai, model: gpt-5-mini}, {provider: mock, script: main}]}}
mocks:
  main:
    - {when: node == "agent" && turn == 1, reply: {toolCalls: [{name: look, arguments: {who: "{{ inputs.who }}"}}]}}
    - {when: node == "agent", reply: {content: "Found {{ toolResults[0].result.city }}"}}
    - {reply: {content: "Sent to {{ last.content }}"}}
tools: {look: {mock: [{return: {city: London}}]}}
nodes:
  agent: {type: agent, prompt: "${prompt}", tools: [look]}
  send: {type: llm, prompt: "{{ nodes.agent.output }}"}
contracts: [{id: looked, eventually: 'tool == "look"'}]
assert: [{type: contains, value: London}, {type: latency, threshold: 60s}]
`;

/** The same journal with some events changed, and every digest made anew: a forgery that its chains do not show. */
function rechained(
  graph: CompiledGraph,
  events: readonly JournalEvent[],
  change: (event: JournalEvent) => JournalEvent,
) {
  let at = 0;
  const writer = new JournalWriter({ runId: 'r', laneNeeds: laneNeedsOf(graph), now: () => at });
  return events.map((event) => {
    at = fromInstant(event.at);
    const { type, lane, key, attempt, inDigest, data } = change(structuredClone(event));
    return writer.append({ type, lane, key, attempt, ...(inDigest ? { inDigest } : {}), data } as never);
  });
}

describe('strict replay', () => {
  const graph = graphOf(SUPPORT());

  it('is identical, with the digests of the recording and the same events', async () => {
    const events = await record(graph);
    const replay = await replayStrict({ graph, events });
    expect(replay).toMatchObject({ identical: true, reexecuted: true, digest: foldRun(events).digest });
    expect(replay.events).toEqual(events);
  });

  it('is identical from a cassette, line by line', async () => {
    const events = await record(graph);
    const header = {
      rehearse: 'cassette/v1',
      runId: 'r',
      caseId: null,
      repeat: 0,
      seed: 1,
      redaction: null,
    } as const;
    const text = writeCassette([
      { header: { ...header, graph: { name: 'test', digest: graph.digest } }, events },
    ]);
    const cassette = parseCassette(text);
    expect(cassette.ok && (await replayStrict({ graph, events: cassette.runs[0]!.events })).identical).toBe(
      true,
    );
  });

  it('names the event whose recorded answer was changed', async () => {
    const events = structuredClone(await record(graph));
    const answer = events.find((event) => event.type === 'tool.returned')!;
    answer.data.result = { city: 'Paris' };
    const { identical, divergence } = await replayStrict({ graph, events });
    expect(identical).toBe(false);
    expect(divergence).toMatchObject({
      kind: 'chain_broken',
      seq: answer.seq,
      key: 'agent/turn[1]/tool#0',
      expected: { digest: answer.digest },
      actual: { type: 'tool.returned', data: { result: { city: 'Paris' } } },
    });
    expect(divergence!.before.map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6].map((n) => n + answer.seq - 7));
  });

  it('names the link that does not hold by what it is', async () => {
    const events = await record(graph);
    const linkOf = async (edited: JournalEvent[]) => {
      const { divergence } = await replayStrict({ graph, events: edited });
      return [divergence!.kind, divergence!.expected, divergence!.actual];
    };
    expect(await linkOf(events.toSpliced(4, 1))).toEqual([
      'chain_broken',
      { seq: 5 },
      { seq: 6, type: events[5]!.type, data: events[5]!.data },
    ]);
    const prev = 'a'.repeat(64);
    const unlinked = events.map((event, index) => (index === 4 ? { ...event, prev } : event));
    expect(await linkOf(unlinked)).toMatchObject(['chain_broken', { prev }, { prev: events[4]!.prev }]);
  });

  it('shows what a forged answer changes downstream, and where the change comes from', async () => {
    const forged = rechained(graph, await record(graph), (event) =>
      event.type === 'tool.returned'
        ? { ...event, data: { ...event.data, result: { city: 'Paris' } } }
        : event,
    );
    const { divergence } = await replayStrict({ graph, events: forged });
    expect(divergence).toMatchObject({
      kind: 'input_changed',
      key: 'agent/turn[2]',
      inputDiff: [
        { pointer: '/messages/2/content', expected: '{"city":"London"}', actual: '{"city":"Paris"}' },
      ],
    });
  });

  it('fails when a recorded call is removed, and when one was never asked for', async () => {
    const events = await record(graph);
    const lastCall = events.findLast((event) => event.type === 'model.requested')!;
    const shortened = events.filter(
      (event) => event.key !== lastCall.key || event.lane !== 'send' || event.key === 'send',
    );
    expect((await replayStrict({ graph, events: shortened })).divergence!.kind).toBe('chain_broken');

    const renumbered = rechained(graph, shortened, (event) => event);
    expect((await replayStrict({ graph, events: renumbered })).divergence).toMatchObject({
      kind: 'unexpected_effect',
      key: 'send/turn[1]',
    });

    const isOfTool = ({ key }: JournalEvent) => key === 'agent/turn[2]';
    const extra = rechained(
      graph,
      [...events.slice(0, -1), ...events.filter(isOfTool), events.at(-1)!],
      (event) => event,
    );
    expect((await replayStrict({ graph, events: extra })).divergence).toMatchObject({
      kind: 'missing_effect',
      lane: 'agent',
    });
  });

  it('is never identical to a recording that breaks off, wherever it does', async () => {
    const events = await record(graph);
    for (let length = 1; length < events.length; length++) {
      const { divergence } = await replayStrict({ graph, events: events.slice(0, length) });
      expect(divergence).toMatchObject({ kind: 'chain_broken', seq: length });
      expect(divergence!.message).toContain('the recording breaks off');
    }
  });

  it('is identical of a run that was canceled while it asked', async () => {
    const events = await record(graph);
    const asked = events.findIndex(({ type }) => type === 'tool.called');
    const end = { type: 'run.canceled', lane: 'run', key: 'run', attempt: 1, data: {} } as JournalEvent;
    const canceled = rechained(
      graph,
      [...events.slice(0, asked + 1), { ...end, at: events[0]!.at }],
      (e) => e,
    );
    expect(await replayStrict({ graph, events: canceled })).toMatchObject({ identical: true, digest: '' });
  });

  it('finds an edited digest', async () => {
    const events = structuredClone(await record(graph));
    events[4]!.digest = '0'.repeat(64);
    expect((await replayStrict({ graph, events })).divergence).toMatchObject({
      kind: 'chain_broken',
      seq: 5,
    });
  });

  it('finds a verdict that was changed', async () => {
    const events = structuredClone(await record(graph));
    const judged = events.findIndex((event) => event.type === 'assertion.evaluated');
    const without = rechained(graph, events.toSpliced(judged, 1), (event) => event);
    expect((await replayStrict({ graph, events: without })).divergence).toMatchObject({
      kind: 'chain_broken',
      key: 'run',
    });
  });

  it('names in what a check came out differently', async () => {
    const events = await record(graph);
    const changed = graphOf(SUPPORT().replace('value: London', 'value: Sent'));
    const { divergence } = await replayStrict({ graph: changed, events, recordedGraph: graph });
    expect(divergence!.message).toBe(
      'assertion.evaluated at assert[0] came out differently: /reason, /evidence/expected',
    );
  });

  it('names what another version of the graph asks differently', async () => {
    const events = await record(graph);
    const changed = graphOf(SUPPORT('Please help {{ inputs.who }}'));
    const { divergence } = await replayStrict({ graph: changed, events, recordedGraph: graph });
    expect(divergence).toMatchObject({
      kind: 'input_changed',
      key: 'agent/turn[1]',
      inputDiff: [{ pointer: '/messages/0/content', expected: 'Help Ada', actual: 'Please help Ada' }],
      versions: { graph: { expected: graph.digest, actual: changed.digest } },
    });
    expect(divergence!.versions.prompt.expected).not.toBe(divergence!.versions.prompt.actual);
  });

  it('never looks at credentials: a recorded switch of the target is read', async () => {
    const events = await record(graph);
    expect(events.filter(({ type }) => type === 'provider.switched').length).toBeGreaterThan(0);
    expect((await replayStrict({ graph, events })).identical).toBe(true);
  });
});

describe('strict replay of any run', () => {
  const NODES = ['a', 'b', 'c', 'd'] as const;

  const shape = fc.record({
    seed: fc.integer({ min: 0, max: 0xffff_ffff }),
    nodes: fc.tuple(
      ...NODES.map((id, index) =>
        fc.record({
          id: fc.constant(id),
          type: fc.constantFrom('llm', 'agent', 'tool', 'transform'),
          needs: fc.subarray([...NODES.slice(0, index)]),
          join: fc.constantFrom('all', 'any'),
          onError: fc.constantFrom('stop', 'continue'),
          when: fc.constantFrom(null, 'run.seed % 2 == 0'),
        }),
      ),
    ),
    budget: fc.constantFrom('', 'budget: {maxTurns: 3}', 'budget: {maxTokens: 30}'),
  });

  const yamlOf = ({ nodes, budget }: { nodes: readonly Record<string, unknown>[]; budget: string }) => `
${budget}
providers: {main: {retry: {attempts: 2, initialDelay: 1ms}, targets: [{provider: mock, script: flaky}, {provider: mock, script: main}]}}
mocks:
  flaky:
    - {when: 'turn == 2', error: {status: 503, message: busy}}
    - {reply: {oneOf: [{content: fine}, {toolCalls: [{name: look}, {name: lost}]}, {content: '{"n": 1}'}]}}
  main: [{reply: {oneOf: [{content: done}, {toolCalls: [{name: look}]}]}}]
tools:
  look: {mock: [{when: 'run.seed % 3 == 0', error: gone}, {return: {ok: true}}]}
nodes:
${nodes
  .map(({ id, type, needs, join, onError, when }) => {
    const common = `needs: [${(needs as string[]).join(', ')}], join: ${join as string}, onError: ${onError as string}${when ? `, when: '${when as string}'` : ''}`;
    const own = {
      llm: 'prompt: hi',
      agent: 'prompt: hi, tools: [look], maxTurns: 3, assert: [{type: contains, value: n}]',
      tool: 'tool: look',
      transform: "value: '1 + run.seed', ensures: ['output > 3.0']",
    }[type as 'llm'];
    return `  ${id as string}: {type: ${type as string}, ${common}, ${own}}`;
  })
  .join('\n')}
contracts: [{id: once, atMost: {count: 1, of: 'tool == "look"'}}, {id: seen, eventually: 'tool == "look"'},
  {id: a-first, precedes: {first: 'node == "a" && tool == "look"', then: 'node == "b" && tool == "look"'}}]
assert: [{type: contains, value: n}, {type: latency, threshold: 1s}]
`;

  it('is identical, whatever the graph, the seed, the interleaving and the event at which it was cut off', async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(), async ({ seed, ...parts }, cut) => {
        const graph = graphOf(yamlOf(parts));
        const undisturbed = await record(graph, { seed, time: clock });
        const recorded = undisturbed.slice(0, cut % undisturbed.length);
        const events = await record(graph, { seed, time: clock, recorded });
        const replay = await replayStrict({ graph, events });
        expect(replay.divergence).toBeUndefined();
        expect(foldRun(replay.events).verdictDigest).toBe(foldRun(events).verdictDigest);
      }),
      { numRuns: 200 },
    );
  });

  it('finds any change of a payload', async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(), async ({ seed, ...parts }, pick) => {
        const graph = graphOf(yamlOf(parts));
        const events = structuredClone(await record(graph, { seed, time: clock }));
        const event = events[pick % events.length]!;
        (event.data as Record<string, unknown>)[event.type === 'run.started' ? 'chaos' : 'key'] = 'changed';
        if (event.type === 'model.responded') event.data.content = 'changed';
        if (event.type === 'contract.violated') event.data.message = 'changed';
        const { identical, divergence } = await replayStrict({ graph, events });
        expect(identical).toBe(false);
        expect(divergence!.seq).toBe(event.seq);
      }),
      { numRuns: 60 },
    );
  });
});
