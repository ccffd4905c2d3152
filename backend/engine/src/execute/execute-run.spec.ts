import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { compileGraph } from '../graph/index.js';
import { foldRun } from '../journal/index.js';
import { livePorts } from '../mock/live-ports.js';
import type { Ports } from '../ports.js';
import { clockOf } from './cancellation.js';
import { replayStrict } from '../replay/index.js';
import { executeRun, type ExecuteRunRequest } from './execute-run.js';

const realClock = clockOf({
  now: () => Date.now(),
  setTimer(callback, durationMs) {
    const timer = setTimeout(callback, durationMs);
    return () => clearTimeout(timer);
  },
});

function graphOf(yaml: string) {
  const compiled = compileGraph(`apiVersion: rehearse/v1\nkind: Graph\nname: test\n${yaml}`);
  if (!compiled.ok)
    throw new Error(compiled.diagnostics.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return compiled.graph;
}

async function run(yaml: string, more: Partial<ExecuteRunRequest> = {}) {
  const graph = graphOf(yaml);
  const seed = more.seed ?? 1;
  const ports = livePorts({ graph, seed, clock: realClock });
  const { events } = await executeRun({ graph, runId: 'r', vars: {}, seed, ports, ...more });
  return { graph, events, view: foldRun(events, graph.contracts) };
}

/** A journal as a text tree: what a reader of a test wants to see of it. */
const outline = (events: readonly JournalEvent[]): string =>
  events.map(({ key, type, attempt }) => `${key} ${type}${attempt > 1 ? ` (${attempt})` : ''}`).join('\n');

const MOCKS = `
providers:
  main: {targets: [{provider: mock, script: main}]}
`;

describe('a run', () => {
  it('asks, calls tools and finishes, with a journal whose keys follow the graph', async () => {
    const { events, view } = await run(`${MOCKS}
mocks:
  main:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: look, arguments: {id: "7"}}]}}
    - {reply: {content: "It is {{ toolResults[0].result.state }}."}}
tools:
  look: {parameters: {type: object, required: [id]}, mock: [{return: {state: ready}}]}
nodes:
  ask: {type: agent, prompt: "Where is it?", tools: [look]}
assert: [{type: contains, value: ready}]
`);
    expect(outline(events)).toMatchInlineSnapshot(`
"run run.started
ask node.started
ask/turn[1] model.requested
ask/turn[1] model.responded
ask/turn[1]/tool#0 tool.called
ask/turn[1]/tool#0 tool.returned
ask/turn[2] model.requested
ask/turn[2] model.responded
ask node.finished
assert[0] assertion.evaluated
run run.finished"
`);
    expect(view).toMatchObject({ verdict: 'passed', output: 'It is ready.', status: 'finished' });
  });

  it('skips what a `when` or a `join` leaves out, and takes the branch of a `switch`', async () => {
    const { view } = await run(
      `
nodes:
  pick: {type: switch, cases: [{name: a, when: inputs.n > 3}], default: b}
  left: {type: transform, when: nodes.pick.output == "a", value: '"left"'}
  right: {type: transform, when: nodes.pick.output == "b", value: '"right"'}
  behind: {type: transform, needs: [left], value: '1'}
  either: {type: transform, needs: [left, right], join: any, value: 'nodes.right.output'}
assert: [{type: equals, value: right}]
`,
      { vars: { n: 1 } },
    );
    expect(view.steps.map(({ node, status, reason }) => `${node} ${status} ${reason ?? ''}`.trim())).toEqual([
      'pick finished',
      'left skipped when',
      'right finished',
      'behind skipped join',
      'either finished',
    ]);
    expect(view.verdict).toBe('passed');
  });

  it('goes on behind a node with `onError: continue` and ends at one without', async () => {
    const broken = (onError: string) => `
nodes:
  bad: {type: transform, onError: ${onError}, value: 'inputs.missing.field'}
  good: {type: transform, value: '"fine"'}
assert: [{type: equals, value: fine}]
`;
    expect((await run(broken('continue'))).view).toMatchObject({ verdict: 'passed', output: 'fine' });
    const stopped = (await run(broken('stop'))).view;
    expect(stopped).toMatchObject({ verdict: 'errored', status: 'finished', output: null });
    expect(stopped.reason).toMatchObject({ kind: 'error', node: 'bad' });
  });

  it('gives a tool\u2019s error, an unknown tool and bad arguments back to the model', async () => {
    const { events, view } = await run(`${MOCKS}
mocks:
  main:
    - when: toolResults.size() == 0
      reply: {toolCalls: [{name: nothing}, {name: look, arguments: {}}, {name: look, arguments: {id: x}}]}
    - {reply: {content: "{{ toolResults.map(r, r.result.error) }}"}}
tools:
  look: {parameters: {type: object, required: [id]}, mock: [{error: not there}]}
nodes:
  ask: {type: agent, prompt: go, tools: [look]}
assert: [{type: contains, value: not there}]
`);
    expect(view.verdict).toBe('passed');
    expect(events.filter(({ type }) => type === 'tool.failed')).toHaveLength(3);
    expect(view.output).toMatchInlineSnapshot(
      `"["there is no tool \`nothing\`","arguments must have the field \`id\`","not there"]"`,
    );
  });

  it('retries, falls back to the next target, and says so', async () => {
    const { events, view } = await run(`
providers:
  main:
    retry: {attempts: 2, initialDelay: 1ms}
    targets: [{provider: openai, model: gpt-5-mini}, {provider: mock, script: broken}, {provider: mock, script: fine}]
mocks:
  broken: [{error: {status: 503, message: overloaded}}]
  fine: [{reply: {content: hello}}]
nodes:
  ask: {type: llm, prompt: hi}
assert: [{type: equals, value: hello}]
`);
    expect(outline(events)).toMatchInlineSnapshot(`
"run run.started
ask node.started
ask/turn[1] provider.switched
ask/turn[1] model.requested
ask/turn[1] model.failed
ask/turn[1] model.requested (2)
ask/turn[1] model.failed (2)
ask/turn[1] provider.switched (2)
ask/turn[1] model.requested (3)
ask/turn[1] model.responded (3)
ask node.finished
assert[0] assertion.evaluated
run run.finished"
`);
    expect(view.verdict).toBe('passed');
  });

  it('asks once more for an answer that does not fit, then the agent has misbehaved', async () => {
    const graph = (second: string) => `${MOCKS}
mocks:
  main:
    - {when: turn == 1, reply: {content: nonsense}}
    - {reply: {content: '${second}'}}
nodes:
  ask: {type: llm, prompt: hi, output: {type: object, required: [n]}}
assert: [{type: is-json}]
`;
    expect((await run(graph('{"n": 1}'))).view).toMatchObject({ verdict: 'passed', output: { n: 1 } });
    const failed = (await run(graph('{"m": 1}'))).view;
    expect(failed.verdict).toBe('failed');
    expect(failed.contracts).toMatchObject([{ id: 'output', verdict: 'failed' }]);
  });

  it('violates max-turns when an agent does not come to an end', async () => {
    const { view } = await run(`${MOCKS}
mocks: {main: [{reply: {toolCalls: [{name: look}]}}]}
tools: {look: {mock: [{return: 1}]}}
nodes: {ask: {type: agent, prompt: hi, tools: [look], maxTurns: 3}}
`);
    expect(view.contracts).toMatchObject([{ id: 'max-turns', verdict: 'failed' }]);
    expect(view).toMatchObject({ verdict: 'failed', steps: [{ turns: 3, toolCalls: 3, status: 'errored' }] });
  });

  it.each([
    ['maxTokens: 5', 'maxTokens'],
    ['maxCostUsd: 0.01', 'maxCostUsd'],
    ['maxTurns: 2', 'maxTurns'],
    ['maxDuration: 20ms', 'maxDuration'],
  ])('is inconclusive when its budget (%s) ends it before the checks', async (budget, limit) => {
    const { events, view } = await run(`${MOCKS}
budget: {${budget}}
mocks: {main: [{reply: {latency: 15ms, costUsd: 0.02, toolCalls: [{name: look}]}}]}
tools: {look: {mock: [{return: a long enough answer to be counted}]}}
nodes: {ask: {type: agent, prompt: hi, tools: [look], maxTurns: 9}}
assert: [{type: contains, value: x}]
`);
    expect(view).toMatchObject({ verdict: 'inconclusive', reason: { kind: 'budget', message: limit } });
    expect(events.filter(({ type }) => type === 'budget.exceeded')).toHaveLength(1);
  });

  it('is inconclusive when nothing was asserted, also when all that was has weight 0', async () => {
    expect((await run(`nodes: {a: {type: transform, value: '1'}}`)).view.verdict).toBe('inconclusive');
    const reported = await run(`
nodes: {a: {type: transform, value: '1'}}
assert: [{type: equals, value: "2", weight: 0}]
`);
    expect(reported.view).toMatchObject({
      verdict: 'inconclusive',
      assertions: [{ verdict: 'failed', weight: 0 }],
    });
  });

  it('is inconclusive when its budget ends it before what a contract waits for, which is never called passed', async () => {
    const { view, graph, events } = await run(`${MOCKS}
mocks: {main: [{reply: {content: x, costUsd: 1}}]}
budget: {maxCostUsd: 0.5}
nodes: {ask: {type: llm, prompt: hi}}
contracts: [{id: paid, eventually: 'tool == "pay"'}]
`);
    expect(view.verdict).toBe('inconclusive');
    expect(view.contracts).toMatchObject([{ id: 'paid', verdict: 'errored' }]);
    expect((await replayStrict({ graph, events })).identical).toBe(true);
  });

  it('is errored, never passed, when its `output` cannot be evaluated, and says why', async () => {
    const { view, graph, events } = await run(`
nodes: {a: {type: transform, value: '{"q": 1}'}}
output: nodes.a.output.gone
assert: [{type: cel, value: 'true'}]
`);
    expect(view.verdict).toBe('errored');
    expect(view.assertions.map(({ id, verdict, reason }) => `${id} ${verdict} ${reason}`)).toEqual([
      'assert[0] passed expected true to hold, got true',
      "output errored output: nodes.a.output.gone: no such field 'gone'",
    ]);
    expect((await replayStrict({ graph, events })).identical).toBe(true);
  });

  it('is errored when a condition gives no bool, which is neither true nor false', async () => {
    const errorOf = async (yaml: string) => (await run(yaml, { vars: { n: 5 } })).view.error?.message;
    expect(await errorOf(`nodes: {a: {type: transform, when: inputs.n, value: '1'}}`)).toBe(
      'when: inputs.n must be a bool, not a number',
    );
    expect(await errorOf(`nodes: {a: {type: switch, cases: [{name: q, when: inputs.n}], default: z}}`)).toBe(
      'q: inputs.n must be a bool, not a number',
    );
    const broken = await run(`
nodes: {a: {type: transform, value: '1'}}
contracts: [{id: odd, never: type}]
`);
    expect(broken.view.verdict).toBe('errored');
  });

  it('is errored, not failed, when a mock script has no rule that holds', async () => {
    const { view } = await run(`${MOCKS}
mocks: {main: [{when: 'false', reply: {content: never}}]}
nodes: {ask: {type: llm, prompt: hi}}
assert: [{type: contains, value: x}, {type: not-trajectory:tool-used, value: x}]
`);
    const message = 'no rule of the mock script `main` holds; a last rule without `when` would';
    expect(view).toMatchObject({ verdict: 'errored', error: { code: 'mock/no-rule', message } });
    expect(view.assertions.map(({ verdict }) => verdict)).toEqual(['errored', 'errored']);
  });

  it.each([
    [`[{when: inputs.gone, reply: {content: a}}]`, "mocks.main[0].when: inputs.gone: no such field 'gone'"],
    [`[{when: 'false', reply: {content: a}}, {reply: {content: '{{ inputs.gone }}'}}]`, 'mocks.main[1]: '],
  ])('names the mock rule that cannot be evaluated: %s', async (rules, message) => {
    const { view } = await run(`${MOCKS}mocks: {main: ${rules}}\nnodes: {ask: {type: llm, prompt: hi}}`);
    expect(view.error?.message).toContain(message);
  });

  it.each([
    [`[{when: args.gone, return: 1}]`, "tools.find.mock[0].when: args.gone: no such field 'gone'"],
    [`[{return: '{{ args.gone }}'}]`, 'tools.find.mock[0]: '],
    [`[{when: 'false', return: 1}]`, 'no rule of tools.find.mock holds; a last rule without `when` would'],
  ])('names the rule of a tool that cannot be evaluated: %s', async (rules, message) => {
    const { view } = await run(`tools: {find: {mock: ${rules}}}\nnodes: {ask: {type: tool, tool: find}}`);
    expect(view.error?.message).toContain(message);
  });

  it('fails when a contract is broken, at the event that breaks it, and a failure that was seen beats an error', async () => {
    const { view, events } = await run(
      `${MOCKS}
mocks:
  main:
    - {when: turn == 1, reply: {toolCalls: [{name: refund}]}}
    - {when: turn == 2, reply: {toolCalls: [{name: refund}, {name: verify}]}}
    - {error: down}
providers: {}
`.replace('providers: {}\n', '') +
        `
tools: {refund: {mock: [{return: 1}]}, verify: {mock: [{return: 1}]}}
nodes: {ask: {type: agent, prompt: hi, tools: [refund, verify], retry: {attempts: 1}}}
contracts:
  - {id: verify-first, precedes: {first: 'tool == "verify"', then: 'tool == "refund"'}}
  - {id: once, atMost: {count: 1, of: 'tool == "refund"'}, severity: critical}
  - {id: never-delete, never: 'tool == "delete"'}
  - {id: ends-well, eventually: 'type == "node.finished"'}
  - {id: cheap, always: '!(type == "model.responded" && data.usage.inputTokens > 100000)'}
`,
    );
    expect(view.verdict).toBe('failed');
    const seqOf = (key: string) =>
      events.find((event) => event.key === key && event.type === 'tool.called')!.seq;
    expect(view.contracts.map(({ id, verdict, seq }) => [id, verdict, seq])).toEqual([
      ['verify-first', 'failed', seqOf('ask/turn[1]/tool#0')],
      ['once', 'failed', seqOf('ask/turn[2]/tool#0')],
      ['never-delete', 'passed', undefined],
      ['ends-well', 'errored', undefined],
      ['cheap', 'passed', undefined],
    ]);
  });

  it('checks what a node requires and ensures and what a tool returns', async () => {
    const { view } = await run(`${MOCKS}
mocks: {main: [{when: turn == 1, reply: {toolCalls: [{name: look}]}}, {reply: {content: maybe}}]}
tools: {look: {returns: {type: object, required: [status]}, mock: [{return: {}}]}}
nodes:
  ask:
    type: agent
    prompt: hi
    tools: [look]
    requires: ['has(inputs.who)']
    ensures: ['output in ["yes", "no"]', 'toolCalls.size() == 1']
`);
    expect(view.verdict).toBe('failed');
    expect(view.contracts.map(({ id }) => id).sort()).toEqual([
      'ask.ensures[0]',
      'ask.requires[0]',
      'tools.look.returns',
    ]);
  });
});

describe('a run that ends in an error', () => {
  it('has that of the node which ended it, not of one that went on', async () => {
    const { view } = await run(`
tools: {gone: {mock: [{error: sold out, latency: 50ms}]}}
nodes:
  stops: {type: tool, tool: gone, args: {}}
  goes_on: {type: transform, value: inputs.nothing, onError: continue}
`);
    expect(view).toMatchObject({
      reason: { node: 'stops' },
      error: { code: 'tool/error', message: 'sold out' },
    });
  });
});

describe('what a node requires', () => {
  const seqOf = (events: readonly JournalEvent[], key: string) =>
    events.find((event) => event.type === 'node.finished' && event.key === key)!.seq;

  it('is broken by the last event of what it needs, whatever else was told meanwhile', async () => {
    const { events, view } = await run(
      `
nodes:
  a: {type: transform, value: '1'}
  b: {type: transform, value: '2', needs: [a], requires: ['inputs.n == 2']}
  first: {type: transform, value: '3', requires: ['inputs.n == 2']}
contracts: [{id: other, never: 'type == "node.finished" && node == "a"'}]
`,
      { vars: { n: 1 } },
    );
    const told = Object.fromEntries(view.contracts.map(({ id, seq }) => [id, seq]));
    expect(told).toMatchObject({ 'b.requires[0]': seqOf(events, 'a'), 'first.requires[0]': 1 });
  });

  it('is broken by the end of the iteration before it in a loop', async () => {
    const { events, view } = await run(`
nodes:
  again:
    type: loop
    maxIterations: 2
    until: iteration == 2
    nodes: {a: {type: transform, value: '1', requires: ['iteration < 2']}}
`);
    expect(view.contracts).toMatchObject([{ seq: seqOf(events, 'again/iter[1]/a') }]);
  });
});

describe('the run digest', () => {
  const random = `${MOCKS}
mocks: {main: [{reply: {oneOf: [{weight: 3, content: a}, {content: b}, {content: c}]}}]}
nodes: {ask: {type: llm, prompt: hi}}
assert: [{type: word-count, value: 1}]
`;

  it('is the same for the same graph, vars and seed, and another for another seed with a random mock', async () => {
    const digests = await Promise.all(
      [1, 1, 2].map(async (seed) => (await run(random, { seed })).view.digest),
    );
    expect(digests[0]).toBe(digests[1]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it('draws differently for enough seeds', async () => {
    const outputs = await Promise.all(Array.from({ length: 40 }, (_, seed) => run(random, { seed })));
    expect(new Set(outputs.map(({ view }) => view.output))).toEqual(new Set(['a', 'b', 'c']));
  });

  it('does not depend on which of two parallel branches finishes first, over 100 runs', async () => {
    const graph = graphOf(`${MOCKS}
mocks: {main: [{reply: {content: "I am {{ node }}"}}]}
nodes:
  left: {type: llm, prompt: l}
  right: {type: llm, prompt: r}
  join: {type: transform, value: 'nodes.left.output + nodes.right.output'}
assert: [{type: contains, value: left}, {type: contains, value: right}]
`);
    const orders = new Set<string>();
    const digests = new Set<string>();
    for (let i = 0; i < 100; i++) {
      const ports = livePorts({ graph, seed: 1, clock: realClock });
      const call = ports.model.call;
      ports.model.call = async (request, place) => {
        for (let turns = Math.floor(Math.random() * 4); turns > 0; turns--) await new Promise(setImmediate);
        return call(request, place);
      };
      const { events } = await executeRun({ graph, runId: 'r', vars: {}, seed: 1, ports });
      orders.add(
        events
          .filter(({ type }) => type === 'model.responded')
          .map(({ key }) => key)
          .join(),
      );
      const view = foldRun(events);
      digests.add(`${view.digest} ${view.verdictDigest}`);
    }
    expect(orders.size).toBe(2);
    expect(digests.size).toBe(1);
  });
});

describe('a run that was cut off', () => {
  it('goes on behind any event of its journal and ends with the digests of an undisturbed run', async () => {
    const yaml = `${MOCKS}
mocks:
  main:
    - {when: node == "ask" && turn == 1, reply: {toolCalls: [{name: look}, {name: look}]}}
    - {reply: {content: done}}
tools: {look: {mock: [{return: 1}]}}
nodes:
  ask: {type: agent, prompt: hi, tools: [look], assert: [{type: contains, value: done}], ensures: ['output == "done"']}
  then: {type: llm, prompt: "{{ nodes.ask.output }}"}
contracts: [{id: twice, atMost: {count: 1, of: 'tool == "look"'}}]
assert: [{type: equals, value: done}]
`;
    const whole = await run(yaml);
    for (let length = 0; length < whole.events.length; length++) {
      const recorded = whole.events.slice(0, length);
      const { events, view } = await run(yaml, { recorded });
      expect(events.slice(0, length)).toEqual(recorded);
      expect([view.digest, view.verdictDigest, view.verdict]).toEqual([
        whole.view.digest,
        whole.view.verdictDigest,
        'failed',
      ]);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    }
  });
});

describe('the journal of a run', () => {
  const yaml = `${MOCKS}
mocks:
  main: [{when: toolResults.size() == 0, reply: {toolCalls: [{name: pay}]}}, {reply: {content: paid}}]
tools: {pay: {sideEffect: true, mock: [{return: 1}]}}
nodes: {ask: {type: agent, prompt: hi, tools: [pay]}}
`;

  it('is durable before the first call and before a call with a side effect goes out', async () => {
    const durable: string[] = [];
    const seen: Record<string, string[]> = {};
    const graph = graphOf(yaml);
    const ports = livePorts({ graph, seed: 1, clock: realClock });
    const { model, tool } = callsOf(ports);
    ports.model.call = (request, place) => {
      seen[place.key] ??= [...durable];
      return model(request, place);
    };
    ports.tool.call = (request, place) => {
      seen[place.key] ??= [...durable];
      return tool(request, place);
    };
    const journal = {
      append: async (events: readonly JournalEvent[]) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        durable.push(...events.map(({ key, type }) => `${key} ${type}`));
      },
    };
    await run(yaml, { ports, journal });
    expect(seen['ask/turn[1]']).toContain('run run.started');
    expect(seen['ask/turn[1]/tool#0']).toContain('ask/turn[1]/tool#0 tool.called');
    expect(durable.at(-1)).toBe('run run.finished');
  });

  it('that cannot be kept ends the run with the reason, and no call goes out afterwards', async () => {
    let calls = 0;
    const graph = graphOf(yaml);
    const ports = livePorts({ graph, seed: 1, clock: realClock });
    const { tool } = callsOf(ports);
    ports.tool.call = (request, place) => {
      calls += 1;
      return tool(request, place);
    };
    const append = async (events: readonly JournalEvent[]) => {
      if (events.some(({ type }) => type === 'tool.called')) throw new Error('the disk is full');
    };
    await expect(run(yaml, { ports, journal: { append } })).rejects.toThrow('the disk is full');
    expect(calls).toBe(0);
  });

  it('is left where it is when the process is to stop, and the run goes on from there', async () => {
    const controller = new AbortController();
    const graph = graphOf(yaml);
    const ports = livePorts({ graph, seed: 1, clock: realClock });
    const { tool } = callsOf(ports);
    ports.tool.call = (request, place) => {
      controller.abort();
      return tool(request, place);
    };
    const left = await executeRun({ graph, runId: 'r', vars: {}, seed: 1, ports, signal: controller.signal });
    expect(left.finished).toBe(false);
    const whole = await run(yaml, { recorded: left.events });
    expect(whole.view).toMatchObject({ status: 'finished', output: 'paid' });
  });
});

const callsOf = ({ model, tool }: Ports) => ({ model: model.call, tool: tool.call });
