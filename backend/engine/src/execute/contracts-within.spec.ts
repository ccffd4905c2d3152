import { describe, expect, it } from '@jest/globals';
import { graphOf, replayed, ROUTE, runGraph, type Ran } from '@rehearse/testkit';

/** A graph that looks up what it is told to, with rules of its own. */
const sub = (rules: string): string => `apiVersion: rehearse/v1
kind: Graph
name: orders
tools:
  look: {returns: {type: number}, mock: [{when: 'args.id == 13', return: bad}, {return: "{{ args.id }}"}]}
nodes:
  one: {type: tool, tool: look, args: {id: "{{ inputs.id }}"}}
  two: {type: tool, tool: look, args: {id: "{{ nodes.one.output }}"}}
${rules}`;

const within = (rules: string) => ({ graphs: () => ({ ok: true as const, source: sub(rules) }) });

const ONE = `nodes: {sub: {type: graph, graph: orders@1, vars: {id: "{{ inputs.id }}"}}}`;
const EACH = `nodes:
  each:
    type: forEach
    over: '[1, 7]'
    nodes: {sub: {type: graph, graph: orders@1, vars: {id: "{{ item }}"}}}`;

async function expectSound(ran: Ran): Promise<void> {
  expect(await replayed(ran)).toBe('identical');
  const { vars, seed, chaos } = ran.view;
  for (let cut = 1; cut < ran.events.length; cut++) {
    const { view } = await runGraph(ran.graph, { vars, seed, chaos, recorded: ran.events.slice(0, cut) });
    expect([view.digest, view.verdictDigest]).toEqual([ran.view.digest, ran.view.verdictDigest]);
  }
}

const LOOK = 'tool == "look"';

describe('a contract of a graph within a graph', () => {
  it('is broken at the event, with the line where it stands in its own file', async () => {
    const ran = await runGraph(
      graphOf(ONE, within(`contracts: [{id: once, atMost: {count: 1, of: '${LOOK}'}}]`)),
      {
        vars: { id: 3 },
      },
    );
    const second = ran.events.findLast(({ type }) => type === 'tool.called')!;
    expect(second.key).toBe('sub/two/turn[1]/tool#0');
    expect(ran.view.verdict).toBe('failed');
    expect(ran.view.contracts).toEqual([
      {
        ...{
          id: 'sub/once',
          verdict: 'failed',
          severity: 'major',
          graph: 'orders',
          line: 9,
          seq: second.seq,
        },
        message: 'at most 1 of tool == "look", but this is number 2',
        rule: { atMost: { count: 1, of: LOOK } },
      },
    ]);
    await expectSound(ran);
  });

  it('that holds makes a run pass, and is listed', async () => {
    const { view } = await runGraph(
      graphOf(ONE, within(`contracts: [{id: none, never: 'tool == "drop"'}]`)),
      {
        vars: { id: 3 },
      },
    );
    expect(view.verdict).toBe('passed');
    expect(view.contracts).toEqual([
      {
        ...{ id: 'sub/none', verdict: 'passed', severity: 'major', graph: 'orders', line: 9 },
        rule: { never: 'tool == "drop"' },
      },
    ]);
  });

  it('watches each execution for itself, with the vars that it has', async () => {
    const ran = await runGraph(
      graphOf(
        EACH,
        within(`contracts:
  - {id: twice, atMost: {count: 2, of: '${LOOK}'}}
  - {id: small, never: '${LOOK} && args.id == inputs.id && inputs.id > 5'}`),
      ),
    );
    expect(ran.view.contracts.map(({ id, verdict, line }) => `${id} ${verdict} ${line}`)).toEqual([
      'each/sub/twice passed 10',
      'each/item[2]/sub/small failed 11',
    ]);
    await expectSound(ran);
  });

  it('sees the events of its own nodes alone', async () => {
    const ran = await runGraph(
      graphOf(
        `tools: {look: {mock: [{return: 1}]}}
nodes:
  before: {type: tool, tool: look}
  sub: {type: graph, graph: orders@1, vars: {id: 1}, needs: [before]}
  after: {type: tool, tool: look, needs: [sub]}`,
        within(`contracts: [{id: twice, atMost: {count: 2, of: '${LOOK}'}}]`),
      ),
    );
    expect(ran.view.verdict).toBe('passed');
  });

  it('waits for what has to happen until the end of the graph that it is of', async () => {
    const ran = await runGraph(
      graphOf(ONE, within(`contracts: [{id: sent, eventually: 'tool == "send"'}]`)),
      { vars: { id: 1 } },
    );
    expect(ran.view.contracts[0]).toMatchObject({ id: 'sub/sent', verdict: 'failed' });
    const [broken, end] = ['contract.violated', 'node.finished'].map((type) =>
      ran.events.findLastIndex((event) => event.type === type),
    );
    expect(broken).toBe(end! + 1);
    await expectSound(ran);
  });

  it('with stopOnViolation ends the run before the call goes out', async () => {
    const ran = await runGraph(
      graphOf(
        ONE,
        within(`contracts: [{id: once, atMost: {count: 1, of: '${LOOK}'}, stopOnViolation: true}]`),
      ),
      { vars: { id: 1 } },
    );
    expect(ran.view.reason).toEqual({ kind: 'contract', node: 'sub/two', message: 'sub/once' });
    expect(ran.events.filter(({ type }) => type === 'tool.returned')).toHaveLength(1);
    await expectSound(ran);
  });

  it('can be asserted by the graph that it is of', async () => {
    const rules = `contracts: [{id: once, atMost: {count: 1, of: '${LOOK}'}}, {id: none, never: 'tool == "drop"'}]
assert: [{type: contract, value: once}, {type: contract, value: none}]`;
    const ran = await runGraph(graphOf(ONE, within(rules)), { vars: { id: 1 } });
    expect(ran.view.assertions.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      'sub/assert[0] failed',
      'sub/assert[1] passed',
    ]);
    await expectSound(ran);
  });

  it('is errored when what it waits for can no longer come', async () => {
    const ran = await runGraph(
      graphOf(ONE.replace('}}"}}', '}}"}, onError: continue}'), {
        graphs: () => ({
          ok: true as const,
          source: sub(`contracts: [{id: sent, eventually: 'tool == "send"'}]`).replace(
            'return: bad',
            'error: gone',
          ),
        }),
      }),
      { vars: { id: 13 } },
    );
    expect(ran.view.contracts).toMatchObject([
      { id: 'sub/sent', verdict: 'errored', message: 'the node errored: gone' },
    ]);
    await expectSound(ran);
  });

  it('speaks of the agents, tools and categories of its own graph', async () => {
    const source = `apiVersion: rehearse/v1
kind: Graph
name: money
${ROUTE}mocks: {main: [{when: 'toolResults.size() == 0', reply: {toolCalls: [{name: act, arguments: {}}]}}, {reply: {content: done}}]}
tools: {act: {category: money, mock: [{return: 1}]}}
nodes: {ask: {type: agent, agent: clerk, prompt: pay, tools: [act]}}
contracts: [{id: clerk-pays, never: 'agent == "clerk" && category == "money"'}]
`;
    const outer = `${ROUTE}mocks: {main: [{reply: {content: hi}}]}
tools: {act: {category: talk, mock: [{return: 1}]}}
nodes:
  ask: {type: llm, prompt: x}
  act: {type: tool, tool: act}
  sub: {type: graph, graph: money@1}
contracts: [{id: talks-once, atMost: {count: 1, of: 'category == "talk"'}}]
`;
    const ran = await runGraph(graphOf(outer, { graphs: () => ({ ok: true, source }) }));
    expect(ran.view.contracts.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      'talks-once passed',
      'sub/clerk-pays failed',
    ]);
  });
});

describe('what else a graph within a graph says', () => {
  it('holds its tools to what they return, and not the tools of the same name around it', async () => {
    const ran = await runGraph(
      graphOf(
        `tools: {look: {returns: {type: string}, mock: [{return: fine}]}}
nodes:
  own: {type: tool, tool: look}
  sub: {type: graph, graph: orders@1, vars: {id: 13}, needs: [own]}`,
        within(''),
      ),
    );
    expect(ran.view.contracts).toMatchObject([
      { id: 'sub/tools.look.returns', verdict: 'failed', line: 5, graph: 'orders' },
    ]);
    await expectSound(ran);
  });

  it('tells the lines of what its nodes require and ensure', async () => {
    const source = `apiVersion: rehearse/v1
kind: Graph
name: rules
nodes:
  a:
    type: transform
    value: '1'
    requires:
      - 'inputs.id > 5'
    ensures:
      - 'output > 0'
      - 'output > 1'
`;
    const ran = await runGraph(graphOf(ONE, { graphs: () => ({ ok: true, source }) }), { vars: { id: 1 } });
    expect(ran.view.contracts.map(({ id, line, graph }) => `${id}: line ${line} of ${graph}`)).toEqual([
      'sub/a.requires[0]: line 9 of rules',
      'sub/a.ensures[1]: line 12 of rules',
    ]);
    await expectSound(ran);
  });

  it('can be hit by the faults of the run', async () => {
    const ran = await runGraph(
      graphOf(`${ONE}\nchaos: {gone: [{on: 'tool:look', fault: error, nth: 2}]}`, within('')),
      { vars: { id: 1 }, chaos: 'gone' },
    );
    expect(ran.events.filter(({ type }) => type === 'chaos.injected').map(({ key }) => key)).toEqual([
      'sub/two/turn[1]/tool#0',
    ]);
    await expectSound(ran);
  });
});
