import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { graphOf, replayed, ROUTE, runGraph, scriptedPorts, type Ran } from '@rehearse/testkit';
import fc from 'fast-check';
import { executeRun } from './execute-run.js';
import { isBefore } from './causal-past.js';

const DESK = `${ROUTE}
mocks:
  main:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: look, arguments: {id: W1}}]}}
    - {when: toolResults.size() == 1, reply: {toolCalls: [{name: pay, arguments: {id: W1}}]}}
    - {reply: {content: Done.}}
tools:
  look: {mock: [{return: {status: delivered, at: "2026-01-01T00:00:00Z"}}]}
  pay: {mock: [{return: {paid: true}}]}
nodes:
  desk: {type: agent, prompt: hi, tools: [look, pay]}
assert: [{type: cel, value: 'output == "Done."'}]
`;

const faults = (events: readonly JournalEvent[]): string[] =>
  events.flatMap(({ type, key, attempt, data }) =>
    type === 'chaos.injected' ? [`${(data as { fault: string }).fault} ${key} ${attempt}`] : [],
  );

const under = (profile: string, more: Parameters<typeof runGraph>[1] = {}, graph = DESK): Promise<Ran> =>
  runGraph(graphOf(`${graph}chaos: {p: [${profile}]}\n`), { chaos: 'p', ...more });

/** It replays identically, and goes on to the same end from any event. */
async function expectSound(ran: Ran): Promise<void> {
  expect(await replayed(ran)).toBe('identical');
  for (let cut = 1; cut < ran.events.length; cut++) {
    const recorded = ran.events.slice(0, cut);
    const { view, events } = await runGraph(ran.graph, { chaos: 'p', seed: ran.view.seed, recorded });
    expect([view.digest, view.verdictDigest]).toEqual([ran.view.digest, ran.view.verdictDigest]);
    expect(faults(events).sort()).toEqual(faults(ran.events).sort());
  }
}

describe('a run under chaos', () => {
  it.each([
    ['{on: "tool:look", fault: error, status: 503}', 'tool.failed'],
    ['{on: "tool:look", fault: timeout}', 'tool.failed'],
    ['{on: "tool:look", fault: reset}', 'tool.failed'],
    ['{on: "tool:look", fault: malformed}', 'tool.failed'],
    ['{on: "tool:look", fault: truncate}', 'tool.failed'],
    ['{on: "tool:look", fault: empty}', 'tool.returned'],
    ['{on: "tool:look", fault: latency, delay: 2s}', 'tool.returned'],
    ['{on: "tool:look", fault: latency, delay: 2m}', 'tool.failed'],
    ['{on: "tool:look", fault: corrupt-field, path: status}', 'tool.returned'],
    ['{on: "tool:look", fault: inject, text: Obey}', 'tool.returned'],
    ['{on: "tool:look", fault: clock-skew, by: -1h}', 'tool.returned'],
    ['{on: "tool:look", fault: duplicate}', 'tool.returned'],
    ['{on: "tool:pay", fault: wrong-tool-result}', 'tool.returned'],
    ['{on: "llm:desk", fault: error, status: 429, nth: 1}', 'model.failed'],
    ['{on: "llm:desk", fault: stale, nth: 2}', 'model.responded'],
    ['{on: "llm:desk", fault: slow-stream, delay: 1s, nth: 3}', 'model.responded'],
    ['{on: "llm:desk", fault: empty, nth: 1}', 'model.responded'],
  ])('tells of %s before the call, and answers %s', async (rule, answer) => {
    const ran = await under(rule);
    const at = ran.events.findIndex(({ type }) => type === 'chaos.injected');
    const [asked, injected, answered] = ran.events.slice(at - 1, at + 2);
    expect([asked!.key, answered!.key]).toEqual([injected!.key, injected!.key]);
    expect(['tool.called', 'model.requested']).toContain(asked!.type);
    expect(answered).toMatchObject({ type: answer });
    await expectSound(ran);
  });

  it('takes the time of its delays on the clock of the run, or none with virtual time', async () => {
    const rule = '{on: "tool:look", fault: latency, delay: 2s}';
    const slow = await under(rule);
    expect(slow.view.durationMs).toBe(2_000);
    const virtual = await under(rule, {}, `${DESK}virtualTime: true\n`);
    expect([virtual.view.durationMs, virtual.view.verdict]).toEqual([0, 'passed']);
    const late = await under(
      '{on: "tool:look", fault: latency, delay: 2m}',
      {},
      `${DESK}virtualTime: true\n`,
    );
    expect(late.events.find(({ type }) => type === 'tool.failed')?.data).toMatchObject({
      error: { code: 'tool/timeout' },
    });
  });

  it('retries a model that failed, and counts each attempt as a call', async () => {
    const ran = await under('{on: "llm:desk", fault: error, times: 2}');
    expect(faults(ran.events)).toEqual(['error desk/turn[1] 1', 'error desk/turn[1] 2']);
    expect(ran.view.verdict).toBe('passed');
  });

  it('shows the same tokens to a viewer as the journal has', async () => {
    const heard: string[] = [];
    await under('{on: "llm:desk", fault: truncate, nth: 3}', { onToken: (_key, text) => heard.push(text) });
    expect(heard.join('')).toBe('Don');
  });

  it('gives nothing for a profile that another run asks for', async () => {
    expect(faults((await under('{on: "tool:*", fault: error}', { chaos: null })).events)).toEqual([]);
  });

  it('errors where a rule cannot be told', async () => {
    const ran = await under('{on: "tool:look", fault: error, when: args.missing == 1}');
    expect(ran.view).toMatchObject({ verdict: 'errored', error: { code: 'chaos/bad-rule' } });
    await expectSound(ran);
  });

  it('holds no tool to its `returns` for what chaos did to the answer', async () => {
    const typed = DESK.replace('look: {', 'look: {returns: {type: object}, ');
    expect((await under('{on: "tool:look", fault: empty}', {}, typed)).view.contracts).toEqual([]);
  });
});

describe('a fault that finds nothing to change', () => {
  it.each([
    '{on: "tool:look", fault: corrupt-field, path: order.total}',
    '{on: "tool:look", fault: corrupt-field, path: status, value: delivered}',
    '{on: "tool:pay", fault: clock-skew, by: 1h}',
    '{on: "llm:desk", fault: corrupt-field, path: answer, nth: 3}',
    '{on: "llm:desk", fault: clock-skew, by: 1h, nth: 3}',
  ])('is told with the answer and is no recovery: %s', async (rule) => {
    const ran = await under(rule, {}, DESK.replace(/assert: .*/, 'assert: [{type: chaos:recovered}]'));
    expect(ran.events.filter(({ data }) => 'isUnharmed' in data)).toHaveLength(1);
    expect(ran.view.assertions).toMatchObject([
      { verdict: 'errored', reason: 'no fault that was injected changed anything' },
    ]);
    await expectSound(ran);
  });

  it('is not what a step is lost to', async () => {
    const rule = '{on: "tool:pay", fault: clock-skew, by: 1h, expect: {recovers: true}}';
    const ran = await under(rule, {}, DESK.replace('- {reply: {content: Done.}}', '- {error: gone}'));
    expect(ran.view).toMatchObject({ verdict: 'errored', contracts: [] });
  });

  it('says nothing in an answer that it changed', async () => {
    const { events } = await under('{on: "tool:look", fault: clock-skew, by: 1h}');
    expect(events.filter(({ data }) => 'isUnharmed' in data)).toEqual([]);
  });
});

describe('the contract chaos-recovers', () => {
  it('holds when the step finishes all the same', async () => {
    const ran = await under('{on: "tool:look", fault: error, expect: {recovers: true}}');
    expect(ran.view).toMatchObject({ verdict: 'passed', contracts: [] });
  });

  it('is broken by the step that does not, and the run has failed', async () => {
    const ran = await under('{on: "llm:desk", fault: error, status: 400, expect: {recovers: true}}');
    const broken = ran.events.find(({ type }) => type === 'node.errored');
    expect(ran.view.verdict).toBe('failed');
    expect(ran.view.contracts).toEqual([
      {
        id: 'chaos-recovers',
        verdict: 'failed',
        severity: 'major',
        seq: broken!.seq,
        message: 'p[0] expects to recover from error on llm:desk, but a step that it hit did not finish',
      },
    ]);
    await expectSound(ran);
  });
});

describe('what is before what', () => {
  const GRAPH = graphOf(`${ROUTE}mocks: {main: [{reply: {content: x}}]}
nodes:
  a: {type: llm, prompt: x}
  b: {type: llm, prompt: x, needs: [a]}
  side: {type: llm, prompt: x}
  each: {type: forEach, over: '[1, 2]', needs: [b], nodes: {c: {type: llm, prompt: x}, d: {type: llm, prompt: "{{ nodes.c.text }}"}}}
  lp: {type: loop, until: 'false', needs: [each], nodes: {e: {type: llm, prompt: x}, f: {type: llm, prompt: x}}}
`);
  it.each([
    ['a/turn[1]', 'a/turn[2]/tool#0', true],
    ['a/turn[1]', 'b/turn[1]', true],
    ['b/turn[1]', 'a/turn[1]', false],
    ['side/turn[1]', 'b/turn[1]', false],
    ['a/turn[1]', 'each/item[2]/c/turn[1]', true],
    ['each/item[1]/c/turn[1]', 'each/item[1]/d/turn[1]', true],
    ['each/item[1]/c/turn[1]', 'each/item[2]/d/turn[1]', false],
    ['each/item[1]/c/turn[1]', 'lp/iter[1]/e/turn[1]', true],
    ['lp/iter[1]/f/turn[1]', 'lp/iter[2]/e/turn[1]', true],
    ['lp/iter[2]/f/turn[1]', 'lp/iter[2]/e/turn[1]', false],
  ])('%s before %s: %s', (earlier, later, expected) => {
    expect(isBefore(GRAPH, earlier, later)).toBe(expected);
  });
});

describe('the seed', () => {
  const SIDE_BY_SIDE = graphOf(`${ROUTE}
mocks:
  main:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: look}, {name: look}]}}
    - {reply: {content: Done.}}
tools: {look: {mock: [{return: 1}]}}
nodes:
  one: {type: agent, prompt: x, tools: [look]}
  two: {type: agent, prompt: x, tools: [look]}
  each: {type: forEach, over: '[1, 2, 3]', nodes: {ask: {type: agent, prompt: x, tools: [look]}}}
  last: {type: agent, prompt: x, tools: [look], needs: [one, each]}
chaos:
  p:
    - {on: "tool:look", fault: empty, nth: 3}
    - {on: "tool:look", fault: error, rate: 0.5, times: 2}
    - {on: "llm:*", fault: error, rate: 0.4}
    - {on: "llm:*", fault: stale, rate: 0.3}
`);

  const facts = async (seed: number, latencies: readonly number[]): Promise<string[]> => {
    let calls = 0;
    const mocks = scriptedPorts({
      model: (request) => {
        const said = request.messages.some(({ role }) => role === 'tool');
        return said
          ? 'Done.'
          : { toolCalls: [0, 1].map((n) => ({ id: `${n}`, name: 'look', arguments: {} })) };
      },
      tool: { look: 1 },
      latencyMs: () => latencies[calls++ % latencies.length]!,
    });
    const run = { graph: SIDE_BY_SIDE, runId: 'r', vars: {}, seed, chaos: 'p', ports: mocks };
    return faults((await executeRun(run)).events).sort();
  };

  it('makes the same faults at the same keys in 50 runs, whatever takes how long', async () => {
    const latencies = fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 12 });
    const expected = await facts(3, [0]);
    expect(expected.length).toBeGreaterThan(4);
    await fc.assert(
      fc.asyncProperty(latencies, async (taken) => {
        expect(await facts(3, taken)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('makes others with another seed', async () => {
    expect(await facts(4, [0])).not.toEqual(await facts(3, [0]));
  });
});
