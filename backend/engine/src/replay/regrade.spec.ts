import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { graphOf, ROUTE, runGraph, scriptedPorts, virtualClock } from '@rehearse/testkit';
import type { CompiledGraph } from '../graph/model.js';
import { foldRun, namedContracts } from '../index.js';
import { livePorts } from '../mock/live-ports.js';
import { checkedBy, regrade, type Judges } from './index.js';

const AGENT = (checks: string, prompt = 'hi') => `${ROUTE}
mocks:
  main:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: look}, {name: pay}]}}
    - {reply: {content: Paid.}}
tools: {look: {mock: [{return: 1}]}, pay: {mock: [{return: 1}]}}
nodes: {desk: {type: agent, prompt: ${prompt}, tools: [look, pay]}}
${checks}`;
const RECORDED = graphOf(AGENT('assert: [{type: contains, value: Paid}]'));

async function judged(
  checks: CompiledGraph,
  {
    recorded = RECORDED,
    judges = 'held' as Judges,
    ports = livePorts({ graph: checks, seed: 1, clock: virtualClock() }),
  } = {},
) {
  const { events } = await runGraph(recorded);
  const regraded = await regrade({ graph: recorded, events, checks, judges, ports });
  return { regraded, recording: events, view: foldRun(regraded.events, namedContracts(regraded.graph)) };
}

const verdictsOf = (events: readonly JournalEvent[]) =>
  foldRun(events).assertions.map(({ id, verdict, reason }) => [id, verdict, reason]);

describe('a regrade', () => {
  it('judges what was recorded by new assertions and contracts; the run digest stays', async () => {
    const checks = graphOf(
      AGENT(`contracts: [{id: pay-first, precedes: {first: 'tool == "pay"', then: 'tool == "look"'}}, {id: once, atMost: {count: 1, of: 'tool == "pay"'}}]
assert: [{type: contains, value: Refunded}, {type: 'trajectory:tool-used', value: look}]`),
    );
    const { regraded, recording, view } = await judged(checks);
    const before = foldRun(recording);
    expect([regraded.recordedVerdict, regraded.verdict, regraded.identical]).toEqual([
      'passed',
      'failed',
      false,
    ]);
    expect(regraded.digest).toBe(before.digest);
    expect(regraded.verdictDigest).not.toBe(before.verdictDigest);
    expect(view.contracts.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['pay-first', 'failed'],
      ['once', 'passed'],
    ]);
    expect(view.assertions.map(({ verdict }) => verdict)).toEqual(['failed', 'passed']);
  });

  it('by the checks of its own graph is identical', async () => {
    expect((await judged(RECORDED)).regraded).toMatchObject({ identical: true, verdict: 'passed' });
  });

  it('ends where the run ended, also by a contract that nobody has any more, and not where a new one would end it', async () => {
    const stops = (tool: string) =>
      `contracts: [{id: no-${tool}, never: tool == "${tool}", stopOnViolation: true}]\nassert: [{type: contains, value: Paid}]`;
    const recorded = graphOf(AGENT(stops('pay')));
    const { regraded, recording } = await judged(graphOf(AGENT('assert: [{type: contains, value: Paid}]')), {
      recorded,
    });
    expect([regraded.divergence, regraded.digest]).toEqual([undefined, foldRun(recording).digest]);
    const earlier = await judged(graphOf(AGENT(stops('look'))));
    expect(earlier.regraded).toMatchObject({ verdict: 'failed' });
    expect(earlier.regraded.divergence).toBeUndefined();
    const own = await judged(recorded, { recorded });
    expect(own.regraded).toMatchObject({ identical: true, verdict: 'failed' });
  });

  it('takes the checks of a graph whose nodes do something else, and lets its own nodes do what they did', async () => {
    const checks = graphOf(AGENT('assert: [{type: contains, value: Paid}]', 'something else'));
    expect((await judged(checks)).regraded).toMatchObject({ identical: true });
  });

  it('judges a node by the assertions that the other graph gives it', async () => {
    const checks = graphOf(
      AGENT('').replace(
        'tools: [look, pay]}',
        'tools: [look, pay], assert: [{type: contains, value: Lost}]}',
      ),
    );
    const { regraded } = await judged(checks);
    expect(verdictsOf(regraded.events)).toEqual([
      ['desk.assert[0]', 'failed', expect.stringContaining('Lost')],
    ]);
  });

  it('finds a journal that was tampered with', async () => {
    const events = structuredClone((await runGraph(RECORDED)).events);
    events[3]!.digest = '0'.repeat(64);
    const ports = livePorts({ graph: RECORDED, seed: 1, clock: virtualClock() });
    const regraded = await regrade({ graph: RECORDED, events, judges: 'held', ports });
    expect(regraded).toMatchObject({ identical: false, verdict: null, divergence: { kind: 'chain_broken' } });
  });

  it('makes its checks from the graph with other assertions or contracts in it, and tells what is wrong with them', () => {
    const made = checkedBy(RECORDED, { contracts: [{ id: 'c', never: 'tool == "pay"' }] });
    expect(made.ok && [made.graph.contracts.length, made.graph.assertions.length]).toEqual([1, 1]);
    expect(checkedBy(null, { assert: [{ type: 'contains', value: 'x' }] }).ok).toBe(true);
    expect(checkedBy(RECORDED, { contracts: [{ id: 'c', never: 'tool ==' }] })).toMatchObject({
      ok: false,
      problems: [{ code: 'replay/bad-checks' }],
    });
  });
});

describe('the judges of a regrade', () => {
  const asking = (rubric: string) =>
    graphOf(`providers: {main: {targets: [{provider: openai, model: m}]}}
nodes: {a: {type: llm, prompt: hi}}
assert: [{type: llm-rubric, value: ${rubric}, provider: main}, {type: contains, value: answer}]`);

  const asked: string[] = [];
  const ports = (pass: boolean) =>
    scriptedPorts({
      clock: virtualClock(),
      model(_, { key }) {
        asked.push(key);
        return key === 'a/turn[1]'
          ? 'the answer'
          : { content: JSON.stringify({ pass, score: pass ? 1 : 0, reason: 'so it is' }), costUsd: 0.1 };
      },
    });

  async function judgedBy(judges: Judges, rubric: string, pass: boolean) {
    const graph = asking('be kind');
    const { events } = await runGraph(graph, { ports: ports(true) });
    asked.length = 0;
    const regraded = await regrade({ graph, events, checks: asking(rubric), judges, ports: ports(pass) });
    return { regraded, asked: [...asked] };
  }

  it('are held: what they were asked is answered by the tape, and nobody is asked', async () => {
    const { regraded, asked: calls } = await judgedBy('held', 'be kind', false);
    expect(regraded).toMatchObject({ identical: true, verdict: 'passed' });
    expect(calls).toEqual([]);
  });

  it('are held: what they were never asked cannot be told, which is an error and no verdict of the agent', async () => {
    const { regraded, asked: calls } = await judgedBy('held', 'be strict', true);
    expect(regraded.verdict).toBe('errored');
    expect(verdictsOf(regraded.events)[0]).toEqual([
      'assert[0]',
      'errored',
      expect.stringContaining('the tape has no answer'),
    ]);
    expect(calls).toEqual([]);
  });

  it('are live: they are asked anew, and nobody else is', async () => {
    const { regraded, asked: calls } = await judgedBy('live', 'be strict', false);
    expect(regraded.verdict).toBe('failed');
    expect(calls).toEqual(['assert[0]/turn[1]']);
  });
});
