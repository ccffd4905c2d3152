import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { graphOf, replayed, ROUTE, runGraph, virtualClock, type Ran } from '@rehearse/testkit';
import { livePorts } from '../mock/live-ports.js';
import { told, graphText } from '../graph/testing/told.js';

/** It replays identically, and goes on to the same end from any event. */
async function expectSound(ran: Ran, caseId: string | null = null): Promise<void> {
  expect(await replayed(ran)).toBe('identical');
  for (let cut = 1; cut < ran.events.length; cut++) {
    const recorded = ran.events.slice(0, cut);
    const { view } = await runGraph(ran.graph, { seed: ran.view.seed, recorded, caseId });
    expect([view.digest, view.verdictDigest]).toEqual([ran.view.digest, ran.view.verdictDigest]);
  }
}

const typesAt = (events: readonly JournalEvent[], key: string): string[] =>
  events.filter((event) => event.key === key).map(({ type }) => type);

describe('an agent that hands over', () => {
  const DESK = `${ROUTE}
mocks:
  main:
    - when: node == "triage"
      reply: {toolCalls: [{name: handoff_to_billing, arguments: {message: "Refund W1, please."}}]}
    - when: node == "billing" && toolResults.size() == 0
      reply: {toolCalls: [{name: refund, arguments: {id: W1}}]}
    - {reply: {content: "{{ messages.size() }} messages: {{ messages[1].content }} {{ messages[2].content }}"}}
tools: {refund: {category: money, mock: [{return: true}]}}
nodes:
  triage: {type: agent, agent: front desk, system: You sort., prompt: I want my money back., handoffs: [billing, sales]}
  billing: {type: agent, system: You refund., tools: [refund]}
  sales: {type: agent, system: You sell.}
  report: {type: transform, value: 'nodes.billing.text', join: any, needs: [billing, sales]}
contracts:
  - {id: billing-alone, never: 'category == "money" && agent != "billing"'}
  - {id: handed, eventually: 'type == "handoff" && data.from == "front desk" && data.to == "billing"'}
`;

  it('ends, and the other goes on with the conversation so far; who was not handed to is skipped', async () => {
    const ran = await runGraph(graphOf(DESK));
    expect(ran.view.verdict).toBe('passed');
    expect(ran.view.output).toBe('5 messages: I want my money back. Refund W1, please.');
    expect(
      ran.view.steps.map(({ key, status, reason }) => `${key} ${status} ${reason ?? ''}`.trim()),
    ).toEqual(['triage finished', 'billing finished', 'sales skipped handoff', 'report finished']);
    expect(typesAt(ran.events, 'triage/turn[1]/tool#0')).toEqual(['tool.called', 'handoff', 'tool.returned']);
    expect(ran.events.find(({ type }) => type === 'handoff')!.data).toEqual({
      from: 'front desk',
      to: 'billing',
      message: 'Refund W1, please.',
    });
    await expectSound(ran);
  });

  it('does so once: a second hand-over of the same turn is refused', async () => {
    const twice = DESK.replace(
      '{message: "Refund W1, please."}}]',
      '{message: a}}, {name: handoff_to_sales, arguments: {message: b}}]',
    );
    const ran = await runGraph(graphOf(twice));
    expect(ran.events.find(({ type }) => type === 'tool.failed')!.data).toMatchObject({
      error: { code: 'agent/handed-over' },
    });
    await expectSound(ran);
  });

  it('names agents that stand beside it', () => {
    expect(
      told(
        graphText(`${ROUTE}mocks: {main: [{reply: {content: x}}]}
nodes:
  a: {type: agent, prompt: x, handoffs: [b, c, nobody]}
  b: {type: agent, handoffs: [a]}
  c: {type: llm, prompt: x}`),
      ),
    ).toMatchInlineSnapshot(`
      "7:42-43 graph/cycle nodes.a.handoffs[0]: these nodes wait for each other: a -> b -> a (remove one of the references; a \`loop\` node repeats)
      7:45-46 graph/bad-value nodes.a.handoffs[1]: c is no agent beside this one (name an \`agent\` node that stands beside this one)
      7:48-54 graph/unknown-node nodes.a.handoffs[2]: there is no node \`nobody\` (there are a, b, c)"
    `);
  });
});

describe('the memory of agents', () => {
  const GRAPH = `${ROUTE}
mocks:
  main:
    - when: node == "asks" && toolResults.size() == 0
      reply: {toolCalls: [{name: memory_read, arguments: {key: name}}, {name: memory_read, arguments: {key: mood}}]}
    - when: node == "notes" && toolResults.size() == 0
      reply: {toolCalls: [{name: memory_write, arguments: {key: mood, value: "{{ inputs.mood }}"}}]}
    - {reply: {content: "{{ toolResults.map(one, one.result) }}"}}
nodes:
  notes: {type: agent, prompt: x, tools: [memory_write], assert: [{type: cel, value: 'memory.mood == "happy" && memory.name == "Ada"'}]}
  asks: {type: agent, prompt: x, tools: [memory_read], needs: [notes]}
assert: [{type: cel, value: 'memory == {"name": "Ada", "mood": "happy"}'}]
cases: [{id: known, vars: {mood: happy}, memory: {name: Ada, mood: unknown}}]
`;

  it('begins with what the case gives, and is seen by who comes later and by checks', async () => {
    const ran = await runGraph(graphOf(GRAPH), { vars: { mood: 'happy' }, caseId: 'known' });
    expect(ran.view.steps.find(({ key }) => key === 'asks')!.text).toBe('["Ada","happy"]');
    expect(ran.view).toMatchObject({ verdict: 'passed', memory: { name: 'Ada', mood: 'happy' } });
    expect(await replayed(ran)).toBe('identical');
  });

  it('shows nothing of what another writes at the same time', async () => {
    const beside = GRAPH.replace(', needs: [notes]', '');
    const ran = await runGraph(graphOf(beside), { vars: { mood: 'happy' }, caseId: 'known' });
    expect(ran.view.steps.find(({ key }) => key === 'asks')!.text).toBe('["Ada","unknown"]');
  });

  it('leaves tools of these names to a graph that declares them', async () => {
    const own = `tools: {memory_read: {mock: [{return: mine}]}}\n${GRAPH}`;
    const ran = await runGraph(graphOf(own), { vars: { mood: 'happy' }, caseId: 'known' });
    expect(ran.view.steps.find(({ key }) => key === 'asks')!.text).toBe('["mine","mine"]');
  });
});

describe('a tool with `access`', () => {
  const graph = (scopes: string) =>
    graphOf(`${ROUTE}
mocks:
  main:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: refund, arguments: {}}]}}
    - {reply: {content: "{{ last.content }}"}}
tools: {refund: {access: [billing, admin], mock: [{return: done}]}}
nodes: {desk: {type: agent, prompt: x, tools: [refund]${scopes}}}
contracts: [{id: in-scope, never: 'type == "tool.failed" && data.error.category == "policy"'}]
`);

  it('is called by an agent with one of the scopes', async () => {
    const ran = await runGraph(graph(', scopes: [billing]'));
    expect(ran.view).toMatchObject({ verdict: 'passed', output: 'done' });
  });

  it('is refused to another, which the model is told and a contract sees', async () => {
    const ran = await runGraph(graph(''));
    expect(ran.view).toMatchObject({
      verdict: 'failed',
      output: '{"error":"refund may be called by billing or admin, and desk has no scope"}',
      contracts: [{ id: 'in-scope', verdict: 'failed' }],
    });
    expect(typesAt(ran.events, 'desk/turn[1]/tool#0')).toEqual(['tool.called', 'tool.failed']);
    await expectSound(ran);
  });
});

describe('a side effect whose outcome is not known', () => {
  const graph = (onUnknown = '') =>
    graphOf(`${ROUTE}
mocks:
  main:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: pay, arguments: {id: W1}}]}}
    - {reply: {content: "{{ last.content }}"}}
tools: {pay: {sideEffect: true${onUnknown}, mock: [{return: paid}]}}
nodes: {desk: {type: agent, prompt: x, tools: [pay]}}
`);
  const cutOff = async (of: ReturnType<typeof graph>) => {
    const { events } = await runGraph(of);
    return events.slice(0, events.findIndex(({ type }) => type === 'tool.called') + 1);
  };

  it('has failed: it is never sent a second time', async () => {
    const of = graph();
    const ran = await runGraph(of, { recorded: await cutOff(of) });
    expect(ran.events.find(({ type }) => type === 'tool.failed')!.data).toMatchObject({
      error: { code: 'tool/unknown-outcome', category: 'tool' },
    });
    expect(await replayed(ran)).toBe('identical');
  });

  it.each([
    ['approve', 'tool.returned', 'paid by hand'],
    [
      'reject',
      'tool.failed',
      '{"error":"whether pay was carried out is not known: the process that called it ended before the answer"}',
    ],
  ] as const)('is asked of a person where the tool says so, who may %s', async (decision, type, output) => {
    const of = graph(', onUnknown: ask');
    const human = { ask: async () => ({ decision, value: 'paid by hand', by: 'Ada', reason: 'looked' }) };
    const ran = await runGraph(of, { recorded: await cutOff(of), human });
    expect(typesAt(ran.events, 'desk/turn[1]/tool#0')).toEqual([
      ...['tool.called', 'human.requested', 'human.decided'],
      type,
    ]);
    expect(ran.view.output).toBe(output);
  });

  it('waits while nobody answers', async () => {
    const of = graph(', onUnknown: ask');
    const ran = await runGraph(of, { recorded: await cutOff(of) });
    expect([ran.finished, ran.events.at(-1)!.type]).toEqual([false, 'human.requested']);
  });
});

describe('a contract with stopOnViolation', () => {
  const DESK = `${ROUTE}
mocks:
  main:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: look}, {name: pay}, {name: look}]}}
    - {reply: {content: Done.}}
tools: {look: {mock: [{return: 1}]}, pay: {mock: [{return: 1}]}}
nodes:
  desk: {type: agent, prompt: x, tools: [look, pay]}
  after: {type: transform, value: nodes.desk.text}
contracts:
  - {id: no-payment, never: tool == "pay", stopOnViolation: true}
  - {id: told, eventually: type == "node.finished"}
assert: [{type: contains, value: Done}]
`;

  it('ends the run at the event that breaks it, before the call goes out', async () => {
    const ran = await runGraph(graphOf(DESK));
    const last = ran.events.filter(({ lane }) => lane !== 'verdict').slice(-2);
    expect(last.map(({ type, key }) => `${type} ${key}`)).toEqual([
      'tool.called desk/turn[1]/tool#1',
      'run.finished run',
    ]);
    expect(ran.view).toMatchObject({
      verdict: 'failed',
      reason: { kind: 'contract', node: 'desk', message: 'no-payment' },
      contracts: [
        { id: 'no-payment', verdict: 'failed' },
        { id: 'told', verdict: 'errored', message: 'a contract ended the run: no-payment' },
      ],
    });
    await expectSound(ran);
  });

  it('ends the run where the node that breaks it has assertions, which are judged no more', async () => {
    const ran = await runGraph(
      graphOf(`
nodes: {a: {type: transform, value: '1', assert: [{type: equals, value: 1}]}}
contracts: [{id: no-end, never: 'type == "node.finished"', stopOnViolation: true}]
`),
    );
    expect(ran.view).toMatchObject({
      verdict: 'failed',
      reason: { kind: 'contract', node: 'a' },
      assertions: [],
    });
    await expectSound(ran);
  });
});

describe('a budget of tokens', () => {
  const run = async (maxTokens: number, asked: number[] = []) => {
    const graph = graphOf(`${ROUTE}
mocks: {main: [{reply: {content: four letters are a token}}]}
nodes:
  first: {type: llm, prompt: "0123456789012345678901234567890123456789"}
  second: {type: llm, prompt: "{{ nodes.first.text }}", params: {maxOutputTokens: 12}}
budget: {maxTokens: ${maxTokens}}
`);
    const ports = livePorts({ graph, seed: 1, clock: virtualClock() });
    const { call } = ports.model;
    const model: typeof ports.model = {
      ...ports.model,
      call: (request, place) => {
        asked.push(request.params.maxOutputTokens ?? 0);
        return call(request, place);
      },
    };
    return runGraph(graph, { ports: { ...ports, model } });
  };

  it('caps each answer to what is left, which changes nothing of what was asked', async () => {
    const asked: number[] = [];
    const ran = await run(35, asked);
    expect(asked).toEqual([25, 12]);
    expect(ran.events.flatMap(({ type, data }) => (type === 'model.requested' ? [data] : []))).toMatchObject([
      { params: {} },
      { params: { maxOutputTokens: 12 } },
    ]);
    expect(await replayed(ran)).toBe('identical');
  });

  it('sends no prompt that alone would use up what is left', async () => {
    const asked: number[] = [];
    const ran = await run(20, asked);
    expect(asked).toEqual([10]);
    expect(ran.view).toMatchObject({ verdict: 'inconclusive', reason: { kind: 'budget', node: 'second' } });
    expect(ran.events.find(({ type }) => type === 'budget.exceeded')!.data).toEqual({
      limit: 'maxTokens',
      max: 20,
      used: 22,
    });
    await expectSound(ran);
  });
});
