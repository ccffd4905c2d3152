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
    return {
      type,
      data,
      lane,
      key,
      seq: index + 1,
      at: '2026-01-01T00:00:00.000Z',
    } as unknown as JournalEvent;
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

/** Whether a contract holds over some events, as a reader would say it. */
function judge(
  contract: Omit<ContractSpec, 'id'>,
  steps: readonly Step[],
  endedEarly: string | null = null,
): string {
  const monitor = watch({ contracts: graphWith(contract).contracts, vars: { limit: 100 } });
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

describe('order', () => {
  const precedes = { precedes: { first: 'tool == "a"', then: 'tool == "b"' } };
  const nodes = (needs: string) => `  one: {type: tool, tool: a}\n  two: {type: tool, tool: b${needs}}
tools: {a: {mock: [{return: 1}]}, b: {mock: [{return: 1}]}}`;

  it('matters to a precedence of nodes that can run side by side, and to nothing else', () => {
    const sensitive = (contract: Omit<ContractSpec, 'id'>, needs: string) => {
      const graph = graphWith(contract, nodes(needs));
      return isOrderSensitive(graph, graph.contracts[0]!);
    };
    expect(sensitive(precedes, '')).toBe(true);
    expect(sensitive(precedes, ', needs: [one]')).toBe(false);
    expect(sensitive({ never: 'tool == "a"' }, '')).toBe(false);
    const beside = `, needs: [one]}\n  three: {type: transform, value: '1'`;
    expect(sensitive(precedes, beside)).toBe(false);
  });
});
