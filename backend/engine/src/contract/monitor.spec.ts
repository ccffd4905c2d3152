import { describe, expect, it } from '@jest/globals';
import type { ContractSpec, EventType, JournalEvent, JsonObject } from '@rehearse/contracts';
import { compileGraph } from '../graph/index.js';
import type { CompiledGraph } from '../graph/model.js';
import { isOrderSensitive } from './order.js';
import { watch } from './monitor.js';

type Step = [type: EventType, data?: JsonObject, lane?: string];

const call = (tool: string, args: JsonObject = {}): Step => ['tool.called', { tool, args, turn: 1 }];

const journal = (steps: readonly Step[]): JournalEvent[] =>
  steps.map(([type, data = {}, lane = 'ask'], index) => {
    const key = type.startsWith('tool') ? `${lane}/turn[${index + 1}]/tool#0` : lane;
    const at = `2026-01-01T00:00:${String(index).padStart(2, '0')}.000Z`;
    return { type, data, lane, key, seq: index + 1, attempt: 1, at } as unknown as JournalEvent;
  });

function graphWith(
  contract: Omit<ContractSpec, 'id'>,
  nodes = "  ask: {type: transform, value: '1'}",
): CompiledGraph {
  const compiled = compileGraph(
    `apiVersion: rehearse/v1\nkind: Graph\nname: g\nnodes:\n${nodes}\ncontracts: [${JSON.stringify({ id: 'c', ...contract })}]\n`,
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.graph;
}

const AGENTS = `  ask: {type: agent, prompt: hi, tools: [look, pay]}
tools: {look: {mock: [{return: 1}]}, pay: {category: money, mock: [{return: 1}]}}
providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}}]}`;

/** Whether a contract holds over some events, as a reader would say it. */
function judge(
  contract: Omit<ContractSpec, 'id'>,
  steps: readonly Step[],
  endedEarly: string | null = null,
): string {
  const monitor = watch({ ...graphWith(contract, AGENTS), vars: { limit: 100 } });
  const found = [...journal(steps).flatMap((event) => monitor.observe(event)), ...monitor.end(endedEarly)];
  return (
    found
      .map((one) => (one.verdict === 'failed' ? `broken at ${one.event.seq}` : `errored: ${one.message}`))
      .join() || 'holds'
  );
}

describe('a contract', () => {
  const START: Step = ['run.started', {}, 'run'];

  it.each<[string, Omit<ContractSpec, 'id'>, Step[], string]>([
    ['never: holds without such an event', { never: 'tool == "drop"' }, [START, call('look')], 'holds'],
    [
      'never: is broken at the first',
      { never: 'tool == "drop"' },
      [START, call('drop'), call('drop')],
      'broken at 2',
    ],
    [
      'always: is broken at the first event that differs',
      { always: 'type != "tool.failed"' },
      [START, call('a'), ['tool.failed', { tool: 'a' }]],
      'broken at 3',
    ],
    ['eventually: holds when it happens', { eventually: 'tool == "look"' }, [START, call('look')], 'holds'],
    [
      'eventually: is broken at the end',
      { eventually: 'tool == "look"' },
      [START, call('other')],
      'broken at 2',
    ],
    [
      'atMost: is broken at the one too many',
      { atMost: { count: 1, of: 'tool == "pay"' } },
      [call('pay'), call('x'), call('pay'), call('pay')],
      'broken at 3',
    ],
    ['atMost 0 is never', { atMost: { count: 0, of: 'tool == "pay"' } }, [call('pay')], 'broken at 1'],
    [
      'precedes: holds in order',
      { precedes: { first: 'tool == "a"', then: 'tool == "b"' } },
      [call('a'), call('b')],
      'holds',
    ],
    [
      'precedes: is broken when the second comes alone',
      { precedes: { first: 'tool == "a"', then: 'tool == "b"' } },
      [START, call('b'), call('a')],
      'broken at 2',
    ],
    [
      'precedes: holds when neither comes',
      { precedes: { first: 'tool == "a"', then: 'tool == "b"' } },
      [START],
      'holds',
    ],
    [
      'a predicate on arguments reads them',
      { never: 'tool == "pay" && args.amount > inputs.limit' },
      [call('pay', { amount: 99 }), call('pay', { amount: 101 })],
      'broken at 2',
    ],
    [
      'a comparison with what is not there is false',
      { never: 'args.amount > 5 || args.amount < 5' },
      [START, call('pay')],
      'holds',
    ],
    [
      'a predicate that names `type` and `tool` sees returns too',
      { never: 'type == "tool.returned" && tool == "pay" && result.ok == false' },
      [call('pay'), ['tool.returned', { tool: 'pay', result: { ok: false } }]],
      'broken at 2',
    ],
    [
      'a predicate that names `tool` alone sees calls only',
      { atMost: { count: 1, of: 'tool == "pay"' } },
      [call('pay'), ['tool.returned', { tool: 'pay', result: 1 }]],
      'holds',
    ],
    [
      'checks and control are no part of the trajectory',
      { never: 'type == "log" || type == "run.paused" || type == "assertion.evaluated"' },
      [START, ['log'], ['run.paused', {}, 'run'], ['assertion.evaluated', {}, 'verdict']],
      'holds',
    ],
    [
      'atLeast: holds when it happens often enough',
      { atLeast: { count: 2, of: 'tool == "look"' } },
      [call('look'), call('pay'), call('look')],
      'holds',
    ],
    [
      'atLeast: is broken by the end of a run in which it happened too seldom',
      { atLeast: { count: 2, of: 'tool == "look"' } },
      [call('look'), call('pay')],
      'broken at 2',
    ],
    [
      'responds: one answer serves all that wait for it',
      { responds: { to: 'tool == "look"', with: 'tool == "pay"' } },
      [call('look'), call('look'), call('pay')],
      'holds',
    ],
    [
      'responds: is broken by what was never answered',
      { responds: { to: 'tool == "look"', with: 'tool == "pay"' } },
      [call('look'), call('pay'), call('look'), call('other')],
      'broken at 3',
    ],
    [
      'responds within turns: an answer in the last of them is in time',
      { responds: { to: 'tool == "look"', with: 'tool == "pay"', within: { turns: 1 } } },
      [call('look'), ['model.requested'], call('pay'), ['model.requested']],
      'holds',
    ],
    [
      'responds within turns: is broken when one more begins',
      { responds: { to: 'tool == "look"', with: 'tool == "pay"', within: { turns: 1 } } },
      [call('look'), ['model.requested'], ['model.requested'], call('pay')],
      'broken at 3',
    ],
    [
      'responds within a time: is broken by the first event after it',
      { responds: { to: 'tool == "look"', with: 'tool == "pay"', within: '2s' } },
      [call('look'), call('x'), call('x'), call('pay')],
      'broken at 4',
    ],
    [
      'responds within a time: an answer at the last moment is in time',
      { responds: { to: 'tool == "look"', with: 'tool == "pay"', within: '2s' } },
      [call('look'), call('x'), call('pay'), call('x')],
      'holds',
    ],
    [
      'between: counts in each segment by itself, without the event that ends it',
      { atMost: { count: 1, of: 'tool == "pay"' }, between: { from: 'tool == "a"', until: 'tool == "b"' } },
      [call('pay'), call('pay'), call('a'), call('pay'), call('b'), call('pay'), call('a'), call('pay')],
      'holds',
    ],
    [
      'between: what has to happen in a segment is broken by the event that ends it',
      { eventually: 'tool == "pay"', between: { from: 'tool == "a"', until: 'tool == "b"' } },
      [call('a'), call('pay'), call('b'), call('a'), call('b'), call('pay')],
      'broken at 5',
    ],
    [
      'between: an open last segment ends with the run',
      { eventually: 'tool == "pay"', between: { from: 'tool == "a"', until: 'tool == "b"' } },
      [call('a'), call('x')],
      'broken at 2',
    ],
    [
      'between: without a segment nothing can break it',
      { eventually: 'tool == "pay"', between: { from: 'tool == "a"', until: 'tool == "b"' } },
      [call('x')],
      'holds',
    ],
    [
      'between: a predicate that sees calls only is not asked about other events',
      {
        always: 'tool == "a" || tool == "look"',
        between: { from: 'type == "run.started"', until: 'tool == "b"' },
      },
      [START, ['model.requested'], call('look'), call('pay')],
      'broken at 4',
    ],
    [
      'invariant: sees the calls of the nodes so far',
      { invariant: 'nodes.ask.toolCalls.size() < 2' },
      [START, call('look'), call('look')],
      'broken at 3',
    ],
    [
      'invariant: sees what a node gave, and null before',
      { invariant: '!(nodes.ask.status == "finished" && nodes.ask.output.total > 5)' },
      [START, ['node.started'], ['node.finished', { output: { total: 6 }, text: '' }]],
      'broken at 3',
    ],
    [
      'invariant: sees turns and tokens of the whole run',
      { invariant: 'turns < 3 && usage.totalTokens < 100' },
      [
        ['model.requested', { messagesAdded: [] }],
        ['model.responded', { toolCalls: [], usage: { inputTokens: 70, outputTokens: 40 } }],
      ],
      'broken at 2',
    ],
    [
      'speaks of agents by their names',
      { never: 'agent == "ask" && tool == "pay"' },
      [call('look'), call('pay')],
      'broken at 2',
    ],
    [
      'a predicate on `category` sees the calls of such tools',
      { atMost: { count: 1, of: 'category == "money"' } },
      [call('look'), call('pay'), ['tool.returned', { tool: 'pay', result: 1 }], call('pay')],
      'broken at 4',
    ],
    [
      'an error says how grave it is, by its category where it does not say so itself',
      { never: 'data.error.severity == "critical"' },
      [
        ['tool.failed', { tool: 'look', error: { code: 'x', message: 'x', category: 'tool' } }],
        ['tool.failed', { tool: 'look', error: { code: 'x', message: 'x', category: 'policy' } }],
      ],
      'broken at 2',
    ],
    [
      'a turn is a number',
      { never: 'tool == "look" && turn > 2' },
      [call('look'), call('look'), call('look')],
      'broken at 3',
    ],
  ])('%s', (_name, contract, steps, expected) => {
    expect(judge(contract, steps)).toBe(expected);
  });

  it('that waits for something cannot be told when the run ended early', () => {
    expect(judge({ eventually: 'tool == "look"' }, [START], 'the budget ended the run')).toBe(
      'errored: the budget ended the run',
    );
    expect(judge({ never: 'tool == "look"' }, [START], 'the budget ended the run')).toBe('holds');
  });

  it('whose predicate cannot be evaluated is errored, never passed', () => {
    expect(judge({ never: 'inputs.limit / 0.0 > 1' }, [START])).toMatchInlineSnapshot(
      `"errored: inputs.limit / 0.0 > 1: inputs.limit / 0.0: division by zero"`,
    );
  });
});

describe('a recording', () => {
  it('is spoken of by the name of the one agent of the graph that is lent', () => {
    const contract = { atMost: { count: 1, of: 'agent == "ask" && tool == "pay"' } };
    const steps = [call('pay'), call('pay')].map(([type, data]): Step => [type, data, 'recorded']);
    expect(judge(contract, steps)).toBe('broken at 2');
    expect(judge({ invariant: 'nodes.ask.toolCalls.size() < 2' }, steps)).toBe('broken at 2');
  });
});

describe('order', () => {
  const precedes = { precedes: { first: 'tool == "a"', then: 'tool == "b"' } };
  const nodes = (needs: string) => `  one: {type: tool, tool: a}\n  two: {type: tool, tool: b${needs}}
tools: {a: {mock: [{return: 1}]}, b: {mock: [{return: 1}]}}`;

  it('matters to what relates events of nodes that can run side by side, and to nothing else', () => {
    const sensitive = (contract: Omit<ContractSpec, 'id'>, needs: string) => {
      const graph = graphWith(contract, nodes(needs));
      return isOrderSensitive(graph, graph.contracts[0]!);
    };
    expect(sensitive(precedes, '')).toBe(true);
    expect(sensitive(precedes, ', needs: [one]')).toBe(false);
    expect(sensitive({ never: 'tool == "a"' }, '')).toBe(false);
    expect(sensitive({ responds: { to: 'tool == "a"', with: 'tool == "b"' } }, '')).toBe(true);
    expect(sensitive({ responds: { to: 'tool == "a"', with: 'tool == "b"' } }, ', needs: [one]')).toBe(false);
    const within = { never: 'tool == "a"', between: { from: 'tool == "b"', until: 'tool == "a"' } };
    expect(sensitive(within, '')).toBe(true);
    expect(sensitive({ invariant: 'nodes.one.toolCalls.size() < 2' }, '')).toBe(false);
    expect(sensitive({ invariant: 'nodes.one.status != nodes.two.status' }, '')).toBe(true);
    const beside = `, needs: [one]}\n  three: {type: transform, value: '1'`;
    expect(sensitive(precedes, beside)).toBe(false);
  });

  it('matters within a `forEach` that runs several items at once', () => {
    const each = (concurrency: number) =>
      graphWith(
        precedes,
        `  each: {type: forEach, over: '[1, 2]', concurrency: ${concurrency}, nodes: {one: {type: tool, tool: a}, two: {type: tool, tool: b, needs: [one]}}}
tools: {a: {mock: [{return: 1}]}, b: {mock: [{return: 1}]}}`,
      );
    const [many, one] = [each(2), each(1)];
    expect(isOrderSensitive(many, many.contracts[0]!)).toBe(true);
    expect(isOrderSensitive(one, one.contracts[0]!)).toBe(false);
  });
});
