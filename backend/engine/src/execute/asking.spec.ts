import { describe, expect, it } from '@jest/globals';
import type { Json } from '@rehearse/contracts';
import { graphOf, replayed, runGraph, scriptedPorts, type Ran } from '@rehearse/testkit';
import type { Answer, ScriptAsk } from '../assert/index.js';
import { verifyChain } from '../journal/index.js';
import { livePorts } from '../mock/live-ports.js';
import type { Ports } from '../ports.js';
import { laneNeedsOf } from './plan.js';

const ROUTES = `
providers:
  main: {targets: [{provider: mock, script: main}]}
  judge: {targets: [{provider: mock, script: judge}]}
`;
const GOOD = '{reason: Kind., pass: true, score: 0.9}';
const GRAPH = `${ROUTES}
mocks:
  main: [{reply: {content: "Hello {{ inputs.who }}", usage: {inputTokens: 5, outputTokens: 2}, costUsd: 0.01}}]
  judge: [{reply: {content: ${GOOD}, usage: {inputTokens: 50, outputTokens: 20}, costUsd: 1}}]
nodes:
  greet:
    type: llm
    provider: main
    prompt: Greet {{ inputs.who }}
    assert: [{type: llm-rubric, value: friendly, votes: 2}, {type: contains, value: Ada}]
  then: {type: transform, value: 'nodes.greet.text + "!"'}
assert:
  - {type: llm-rubric, value: ends with a mark}
  - {type: cost, threshold: 0.01}
  - {type: tokens, threshold: 7}
budget: {maxCostUsd: 0.5, maxTokens: 10, maxTurns: 1}
`;
const vars = { who: 'Ada' };

const judgeEvents = ({ events }: Ran): string[] =>
  events
    .filter(({ lane }) => lane === 'verdict')
    .map(({ key, type, attempt }) => `${key} ${type}${attempt > 1 ? ` (${attempt})` : ''}`);

const results = ({ view }: Ran): string[] =>
  view.assertions.map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason}`);

/** The chain verifies, a replay is identical, and the run goes on to the same end from any event, asking nothing twice. */
async function expectSound(ran: Ran, ports?: (graph: Ran['graph']) => Ports): Promise<void> {
  expect(verifyChain(ran.events, laneNeedsOf(ran.graph))).toBeNull();
  expect(await replayed(ran)).toBe('identical');
  for (let cut = 1; cut < ran.events.length; cut++) {
    const recorded = ran.events.slice(0, cut);
    const again = await runGraph(ran.graph, { vars, recorded, ...(ports && { ports: ports(ran.graph) }) });
    expect([again.view.digest, again.view.verdictDigest]).toEqual([ran.view.digest, ran.view.verdictDigest]);
    const asked = again.events
      .filter(({ type }) => type === 'model.requested')
      .map(({ key, attempt }) => `${key} ${attempt}`);
    expect(new Set(asked).size).toBe(asked.length);
  }
}

describe('a judge', () => {
  it('is asked in the lane of the verdict, before the run finishes, at nobody’s expense', async () => {
    const ran = await runGraph(graphOf(GRAPH), { vars });
    expect(judgeEvents(ran)).toMatchInlineSnapshot(`
      [
        "greet.assert[1] assertion.evaluated",
        "greet.assert[0]/turn[1] model.requested",
        "greet.assert[0]/turn[2] model.requested",
        "assert[0]/turn[1] model.requested",
        "greet.assert[0]/turn[1] model.responded",
        "greet.assert[0]/turn[2] model.responded",
        "greet.assert[0] assertion.evaluated",
        "assert[0]/turn[1] model.responded",
        "assert[0] assertion.evaluated",
        "assert[1] assertion.evaluated",
        "assert[2] assertion.evaluated",
      ]
    `);
    expect(results(ran)).toMatchInlineSnapshot(`
      [
        "greet.assert[0] passed: expected the output to meet "friendly", got 2 of 2 votes, score 0.9: Kind.",
        "greet.assert[1] passed: expected the text to contain "Ada", got "Hello Ada"",
        "assert[0] passed: expected the output to meet "ends with a mark", got score 0.9: Kind.",
        "assert[1] passed: expected the cost to be at most $0.01, got $0.01",
        "assert[2] passed: expected the token count to be at most 7, got 7",
      ]
    `);
    expect(ran.view).toMatchObject({ verdict: 'passed', costUsd: 0.01, usage: { totalTokens: 7 } });
    await expectSound(ran);
  });

  it('does not hold up the nodes, and is waited for at the end', async () => {
    const slow = GRAPH.replace(`{content: ${GOOD}`, `{latency: 1s, content: ${GOOD}`);
    const ran = await runGraph(graphOf(slow), { vars });
    const order = ran.events.map(({ key, type }) => `${type} ${key}`);
    expect(order.indexOf('node.finished then')).toBeLessThan(
      order.indexOf('model.responded greet.assert[0]/turn[1]'),
    );
    expect(order.at(-1)).toBe('run.finished run');
    await expectSound(ran);
  });

  it('that fails is tried again, then the next target of its route, then the assertion is errored', async () => {
    const twice = `providers:
  main: {targets: [{provider: mock, script: main}]}
  judge:
    targets: [{provider: openai, model: gpt-5}, {provider: mock, script: down}, {provider: mock, script: judge}]
    retry: {attempts: 2, initialDelay: 1ms}
`;
    const judges = `mocks: {main: [{reply: {content: hi}}], down: [{error: {message: overloaded, status: 503}}], judge: [{reply: {content: ${GOOD}}}]}
nodes: {a: {type: llm, provider: main, prompt: x}}
assert: [{type: llm-rubric, value: polite}]`;
    const ran = await runGraph(graphOf(`${twice}${judges}`), { vars });
    expect([...judgeEvents(ran), ...results(ran)]).toMatchInlineSnapshot(`
      [
        "assert[0]/turn[1] provider.switched",
        "assert[0]/turn[1] model.requested",
        "assert[0]/turn[1] model.failed",
        "assert[0]/turn[1] model.requested (2)",
        "assert[0]/turn[1] model.failed (2)",
        "assert[0]/turn[1] provider.switched (2)",
        "assert[0]/turn[1] model.requested (3)",
        "assert[0]/turn[1] model.responded (3)",
        "assert[0] assertion.evaluated",
        "assert[0] passed: expected the output to meet "polite", got score 0.9: Kind.",
      ]
    `);
    await expectSound(ran);
    const down = await runGraph(
      graphOf(
        `${twice.replace(', {provider: mock, script: judge}]', ']')}${judges.replace(/, judge: .*\n/, '}\n')}`,
      ),
      { vars },
    );
    expect([...results(down), down.view.verdict]).toMatchInlineSnapshot(`
      [
        "assert[0] errored: the judge could not answer: overloaded",
        "errored",
      ]
    `);
    await expectSound(down);
  });

  it('that answers what does not fit leaves the run errored, and a failure beats that', async () => {
    const odd = await runGraph(graphOf(GRAPH.replace(GOOD, '{reason: Hm., pass: maybe}')), { vars });
    expect([odd.view.verdict, results(odd)[0]]).toMatchInlineSnapshot(`
      [
        "errored",
        "greet.assert[0] errored: the votes give no majority: 0 for, 0 against, 2 could not be counted (the judge's answer does not fit: it must have the field \`score\`)",
      ]
    `);
    const failed = await runGraph(
      graphOf(GRAPH.replace(GOOD, '{reason: Hm., pass: maybe}').replace('value: Ada', 'value: Eve')),
      { vars },
    );
    expect(failed.view.verdict).toBe('failed');
  });

  it('is not asked when the run ended early', async () => {
    const early = `${ROUTES}
mocks: {main: [{error: {message: no, status: 400}}], judge: [{reply: {content: ${GOOD}}}]}
nodes: {a: {type: llm, provider: main, prompt: x}}
assert: [{type: llm-rubric, value: polite}, {type: replay:identical}]`;
    const ran = await runGraph(graphOf(early), { vars });
    expect([ran.view.verdict, ...judgeEvents(ran), ...results(ran)]).toMatchInlineSnapshot(`
      [
        "errored",
        "assert[0] assertion.evaluated",
        "assert[1] assertion.evaluated",
        "assert[0] errored: the run has no output",
        "assert[1] errored: nobody was asked, as the run ended early",
      ]
    `);
    await expectSound(ran);
  });

  it('of a run that a budget ends while it is asked is waited for no longer', async () => {
    const cut = `${ROUTES}
mocks:
  main: [{when: node == "slow", latency: 10s, reply: {content: hi}}, {reply: {content: hi}}]
  judge: [{latency: 1h, reply: {content: ${GOOD}}}]
nodes:
  quick: {type: llm, provider: main, prompt: x, assert: [{type: llm-rubric, value: polite}]}
  slow: {type: llm, provider: main, prompt: x}
budget: {maxDuration: 1s}`;
    const ran = await runGraph(graphOf(cut), { vars });
    expect([ran.view.verdict, ...judgeEvents(ran)]).toMatchInlineSnapshot(`
      [
        "inconclusive",
        "quick.assert[0]/turn[1] model.requested",
      ]
    `);
    await expectSound(ran);
  });

  it('of a run whose nodes are done may take longer than the run may', async () => {
    const long = `${ROUTES}
mocks: {main: [{reply: {content: hi}}], judge: [{latency: 20s, reply: {content: ${GOOD}}}]}
nodes: {a: {type: llm, provider: main, prompt: x}}
assert: [{type: llm-rubric, value: polite}, {type: latency, threshold: 1s}]
budget: {maxDuration: 1s}`;
    const ran = await runGraph(graphOf(long), { vars });
    expect(ran.view.verdict).toBe('passed');
    await expectSound(ran);
  });

  it('is asked for each item of a list, and between the turns of a conversation', async () => {
    const graph = graphOf(`${ROUTES}
mocks:
  main: [{reply: {content: "{{ last.content }}"}}]
  judge: [{reply: {content: ${GOOD}}}]
nodes:
  each:
    type: forEach
    over: '["a", "b"]'
    as: w
    nodes: {ask: {type: llm, provider: main, prompt: "say {{ w }}", assert: [{type: llm-rubric, value: "says {{ w }}"}]}}
  talk:
    type: conversation
    agent: desk
    persona: {goal: nothing, provider: main}
    script: [{user: hello, assert: [{type: llm-rubric, value: greets}]}, {user: bye}]
    maxTurns: 2
  desk: {type: agent, provider: main}`);
    const ran = await runGraph(graph, { vars });
    expect(ran.view.verdict).toBe('passed');
    expect(judgeEvents(ran).filter((line) => line.includes('evaluated'))).toMatchInlineSnapshot(`
      [
        "each/item[1]/ask.assert[0] assertion.evaluated",
        "each/item[2]/ask.assert[0] assertion.evaluated",
        "talk.script[0].assert[0] assertion.evaluated",
      ]
    `);
    await expectSound(ran);
  });

  it('is told apart by a mock through the assertion that asks', async () => {
    const graph = graphOf(`${ROUTES}
mocks:
  main: [{reply: {content: "{{ judge == null }}"}}]
  judge:
    - {when: 'judge == "factuality" && node == "assert[0]"', reply: {content: {reason: x, relation: same}}}
    - {when: 'judge == "g-eval" && turn == 1', reply: {content: {reason: x, steps: [look]}}}
    - {when: judge == "g-eval", reply: {content: {reason: x, grade: 9}}}
nodes: {a: {type: llm, provider: main, prompt: x}}
assert:
  - {type: factuality, value: x}
  - {type: assert-set, assert: [{type: g-eval, value: x}, {type: contains, value: "true"}]}`);
    const ran = await runGraph(graph, { vars });
    expect([...judgeEvents(ran), ...results(ran)]).toMatchInlineSnapshot(`
      [
        "assert[0]/turn[1] model.requested",
        "assert[1].assert[0]/turn[1] model.requested",
        "assert[0]/turn[1] model.responded",
        "assert[1].assert[0]/turn[1] model.responded",
        "assert[1].assert[0]/turn[2] model.requested",
        "assert[1].assert[0]/turn[2] model.responded",
        "assert[0] assertion.evaluated",
        "assert[1] assertion.evaluated",
        "assert[0] passed: expected the facts of the output to agree with "x", got score 1: same: x",
        "assert[1] passed: expected all of the set to hold, got 2 of 2, score 0.95",
      ]
    `);
    await expectSound(ran);
  });
});

describe('embeddings', () => {
  it('are asked for like a model, and compared', async () => {
    const graph = graphOf(`${ROUTES}
mocks: {main: [{reply: {content: The parcel ships on Monday.}}], judge: [{reply: {content: x}}]}
nodes: {a: {type: llm, provider: main, prompt: x}}
assert: [{type: similar, value: The parcel will ship on Monday., threshold: 0.7}, {type: not-similar, value: Bananas are yellow.}]`);
    const ran = await runGraph(graph, { vars });
    expect(ran.view.verdict).toBe('passed');
    expect(judgeEvents(ran).slice(0, 4)).toMatchInlineSnapshot(`
      [
        "assert[0]/turn[1] model.requested",
        "assert[1]/turn[1] model.requested",
        "assert[0]/turn[1] model.responded",
        "assert[1]/turn[1] model.responded",
      ]
    `);
    await expectSound(ran);
  });
});

describe('a program', () => {
  const graph = graphOf(`${ROUTES}
mocks: {main: [{reply: {content: '{"n": 42}'}}], judge: [{reply: {content: ${GOOD}}}]}
nodes:
  a: {type: llm, provider: main, prompt: x, assert: [{type: javascript, value: output.length > 3}]}
assert:
  - {type: javascript, value: JSON.parse(output).n === 42}
  - {type: assert-set, assert: [{type: llm-rubric, value: x}, {type: javascript, value: 'false', weight: 0}]}`);
  const answer: (ask: ScriptAsk) => Json = (ask) => ask.language === 'javascript' && ask.source !== 'false';
  const script = (run: (ask: ScriptAsk) => Answer): Ports['script'] => ({ run: async (ask) => run(ask) });
  const sandboxed = (of: Ran['graph']): Ports => ({
    ...livePorts({ graph: of, seed: 1, clock: scriptedPorts().clock }),
    script: script((ask) => ({ ok: true, value: answer(ask) })),
  });

  it('leaves no event but the result, which a strict replay reads again', async () => {
    const ran = await runGraph(graph, { vars, ports: sandboxed(graph) });
    expect([ran.view.verdict, ...judgeEvents(ran)]).toMatchInlineSnapshot(`
      [
        "passed",
        "assert[1].assert[0]/turn[1] model.requested",
        "a.assert[0] assertion.evaluated",
        "assert[1].assert[0]/turn[1] model.responded",
        "assert[0] assertion.evaluated",
        "assert[1] assertion.evaluated",
      ]
    `);
    expect(
      ran.events.filter(({ type }) => type === 'assertion.evaluated').map(({ inDigest }) => typeof inDigest),
    ).toEqual(['string', 'string', 'string']);
    await expectSound(ran, sandboxed);
  });

  it('that is given something else is seen by a replay', async () => {
    const ran = await runGraph(graph, { vars, ports: sandboxed(graph) });
    const other = graphOf(graph.source.split('\n').slice(3).join('\n').replace('=== 42', '> 41'));
    expect(await replayed({ graph: other, events: ran.events })).toMatchInlineSnapshot(
      `"input_changed at assert[0]: assertion.evaluated at assert[0] was given something else"`,
    );
  });

  it('is errored where there is no sandbox, and where it does not end', async () => {
    const none = await runGraph(graph, { vars });
    expect(results(none)[1]).toMatchInlineSnapshot(`"assert[0] errored: there is no sandbox here"`);
    const late: Ports = {
      ...sandboxed(graph),
      script: script(() => ({
        ok: false,
        error: { code: 'sandbox/timeout', message: 'no answer within 700 ms', category: 'timeout' },
      })),
    };
    const ran = await runGraph(graph, { vars, ports: late });
    expect([ran.view.verdict, results(ran)[1]]).toMatchInlineSnapshot(`
      [
        "errored",
        "assert[0] errored: no answer within 700 ms",
      ]
    `);
  });
});

describe('what is known at the end of a run', () => {
  it('is that its contracts hold, and that its replay is identical', async () => {
    const graph = graphOf(`${ROUTES}
mocks: {main: [{reply: {oneOf: [{content: a}, {content: b}]}}], judge: [{reply: {content: x}}]}
nodes:
  a: {type: llm, provider: main, prompt: x}
  b: {type: llm, provider: main, prompt: x}
contracts:
  - {id: one, atMost: {count: 1, of: type == "model.responded"}}
  - {id: some, eventually: type == "model.responded"}
assert:
  - {type: contract, value: some}
  - {type: not-contract, value: one}
  - {type: replay:identical}`);
    const ran = await runGraph(graph, { vars });
    expect(results(ran)).toMatchInlineSnapshot(`
      [
        "assert[0] passed: expected the contract some to hold, got no violation",
        "assert[1] passed: expected the contract one not to hold, got at most 1 of type == "model.responded", but this is number 2",
        "assert[2] passed: expected a replay of the run to be identical, got the same events",
      ]
    `);
    await expectSound(ran);
  });

  it('is which tools exist, for calls that have to fit them', async () => {
    const graph = graphOf(`${ROUTES}
mocks:
  main: [{when: toolResults.size() == 0, reply: {toolCalls: [{name: find, arguments: {id: 5}}]}}, {reply: {content: done}}]
  judge: [{reply: {content: x}}]
tools: {find: {parameters: {properties: {id: {type: string}}}, mock: [{return: 1}]}}
nodes: {a: {type: agent, provider: main, prompt: x, tools: [find]}}
assert: [{type: is-valid-openai-tools-call}]`);
    const ran = await runGraph(graph, { vars });
    expect(results(ran)).toMatchInlineSnapshot(`
      [
        "assert[0] failed: expected the output to be valid tool calls, got find/id: must be a string, not a number",
      ]
    `);
  });
});
