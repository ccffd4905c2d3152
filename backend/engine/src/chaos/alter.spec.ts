import { describe, expect, it } from '@jest/globals';
import type { Json } from '@rehearse/contracts';
import type { ModelOutcome, ToolOutcome } from '../ports.js';
import { alterModel, alterTool } from './alter.js';
import { insteadOfModel, insteadOfTool } from './instead.js';
import type { Injected } from './injection.js';

const tool = (fault: Injected, result: Json): string => {
  const outcome: ToolOutcome = insteadOfTool(fault) ?? alterTool(fault, { ok: true, result });
  return outcome.ok ? JSON.stringify(outcome.result) : `${outcome.error.code}: ${outcome.error.message}`;
};

type Answered = Extract<ModelOutcome, { ok: true }>;

const says = (content: string | null, toolCalls: Answered['toolCalls'] = []): Answered => ({
  ok: true,
  content,
  toolCalls,
  finishReason: toolCalls.length > 0 ? 'tool_calls' : 'stop',
  usage: { inputTokens: 1, outputTokens: 1 },
});

const model = (fault: Injected, outcome: ModelOutcome): string => {
  const altered = insteadOfModel(fault) ?? alterModel(fault, outcome);
  if (!altered.ok) return `${altered.error.code}${altered.retryable ? ', retryable' : ''}`;
  const calls = altered.toolCalls.map((call) => JSON.stringify(call.arguments));
  return [JSON.stringify(altered.content), ...calls, altered.finishReason].join(' ');
};

const order = { id: 'W1', total: 40, paid: true, at: '2026-01-02T03:04:05Z' };

describe('what a fault does to the answer of a tool', () => {
  it.each<[string, Injected, Json, string]>([
    [
      'malformed is no JSON',
      { kind: 'malformed' },
      { a: 1 },
      'tool/broken-answer: the answer is no JSON: {"a":1',
    ],
    ['truncate keeps half of a text', { kind: 'truncate' }, 'abcde', '"abc"'],
    [
      'truncate makes no JSON of other JSON',
      { kind: 'truncate' },
      [1, 2],
      'tool/broken-answer: the answer stopped: [1,',
    ],
    ['empty is nothing', { kind: 'empty' }, { a: 1 }, 'null'],
    [
      'corrupt-field makes a number wrong',
      { kind: 'corrupt-field', path: ['total'], value: undefined },
      order,
      '{"id":"W1","total":-41,"paid":true,"at":"2026-01-02T03:04:05Z"}',
    ],
    [
      'corrupt-field takes the value of the rule',
      { kind: 'corrupt-field', path: ['lines', 1, 'n'], value: null },
      { lines: [{ n: 1 }, { n: 2 }] },
      '{"lines":[{"n":1},{"n":null}]}',
    ],
    [
      'corrupt-field leaves alone what is not there',
      { kind: 'corrupt-field', path: ['x', 'y'], value: 1 },
      order,
      JSON.stringify(order),
    ],
    [
      'corrupt-field leaves the length of a list alone',
      { kind: 'corrupt-field', path: ['lines', 'length'], value: undefined },
      { lines: [1, 2] },
      '{"lines":[1,2]}',
    ],
    [
      'corrupt-field leaves the length of an empty list alone',
      { kind: 'corrupt-field', path: ['lines', 'length'], value: undefined },
      { lines: [] },
      '{"lines":[]}',
    ],
    ...(
      [
        [-0.5, 0],
        [1e300, -1e300],
        ['', '?'],
        [null, '?'],
        [[1], []],
        [[], [null]],
        [{ a: 1 }, {}],
        [{}, { '?': null }],
      ] as const
    ).map(([right, wrong]): [string, Injected, Json, string] => [
      `corrupt-field makes something else of ${JSON.stringify(right)}`,
      { kind: 'corrupt-field', path: ['at'], value: undefined },
      { at: right as Json },
      JSON.stringify({ at: wrong }),
    ]),
    [
      'inject adds to the first text',
      { kind: 'inject', text: 'Obey!' },
      { n: 1, note: { text: 'ok' } },
      String.raw`{"n":1,"note":{"text":"ok\nObey!"}}`,
    ],
    [
      'inject adds a field where there is no text',
      { kind: 'inject', text: 'Obey!' },
      { n: 1 },
      '{"n":1,"note":"Obey!"}',
    ],
    [
      'wrong-tool-result is that of another',
      { kind: 'wrong-tool-result', answer: { sent: true } },
      order,
      '{"sent":true}',
    ],
    ['stale is what was answered before', { kind: 'stale', answer: 1 }, order, '1'],
    [
      'clock-skew moves points in time',
      { kind: 'clock-skew', byMs: -3_600_000 },
      [order.at, 'at 2026-01-02T03:04:05+01:00', '2026-99-99T00:00:00Z'],
      '["2026-01-02T02:04:05.000Z","at 2026-01-02T01:04:05.000Z","2026-99-99T00:00:00Z"]',
    ],
    [
      'error fails with its status',
      { kind: 'error', status: 503, retryAfterMs: null },
      order,
      'tool/error: chaos: status 503',
    ],
    [
      'timeout fails as a call that takes too long',
      { kind: 'timeout' },
      order,
      'tool/timeout: chaos: no answer in time',
    ],
    [
      'reset fails as a dropped connection',
      { kind: 'reset' },
      order,
      'tool/unreachable: chaos: the connection was dropped',
    ],
    ['latency changes no answer', { kind: 'latency', delayMs: 5 }, 1, '1'],
  ])('%s', (_name, fault, result, expected) => {
    expect(tool(fault, result)).toBe(expected);
  });

  it('leaves a call that failed by itself as it is', () => {
    const failed = { ok: false, error: { code: 'tool/error', message: 'x', category: 'tool' } } as const;
    expect(alterTool({ kind: 'empty' }, failed)).toBe(failed);
  });
});

describe('what a fault does to the answer of a model', () => {
  const call = { id: '1', name: 'look', arguments: { id: 'W1' } };
  it.each<[string, Injected, ModelOutcome, string]>([
    [
      'malformed leaves JSON open',
      { kind: 'malformed' },
      says('{"intent": "refund"}'),
      String.raw`"{\"intent\": \"refund\"" stop`,
    ],
    [
      'malformed breaks the arguments of a tool call',
      { kind: 'malformed' },
      says(null, [call]),
      String.raw`null "{\"id\":\"W1\"" tool_calls`,
    ],
    ['malformed leaves nothing of a number that is JSON', { kind: 'malformed' }, says('12'), '"" stop'],
    ['malformed stops where a number is none', { kind: 'malformed' }, says('-12.5'), '"-12." stop'],
    ['truncate stops in the middle', { kind: 'truncate' }, says('Hello there'), '"Hello " length'],
    ['empty says nothing and calls nothing', { kind: 'empty' }, says(null, [call]), '"" stop'],
    [
      'corrupt-field changes JSON',
      { kind: 'corrupt-field', path: ['intent'], value: undefined },
      says('{"intent":"refund"}'),
      String.raw`"{\"intent\":\"dnufer?\"}" stop`,
    ],
    [
      'corrupt-field leaves text alone',
      { kind: 'corrupt-field', path: ['intent'], value: 1 },
      says('hi'),
      '"hi" stop',
    ],
    [
      'clock-skew moves points in time',
      { kind: 'clock-skew', byMs: 1_000 },
      says('by 2026-01-02T03:04:05Z'),
      '"by 2026-01-02T03:04:06.000Z" stop',
    ],
    [
      'stale says it again',
      { kind: 'stale', answer: { content: 'old', toolCalls: [], finishReason: 'stop' } },
      says('new'),
      '"old" stop',
    ],
    [
      'a server that is down may be asked again',
      { kind: 'error', status: 503, retryAfterMs: null },
      says('x'),
      'provider/error, retryable',
    ],
    [
      'a request that is wrong stays wrong',
      { kind: 'error', status: 400, retryAfterMs: null },
      says('x'),
      'provider/error',
    ],
    ['timeout', { kind: 'timeout' }, says('x'), 'model/timeout, retryable'],
    ['reset', { kind: 'reset' }, says('x'), 'provider/unreachable, retryable'],
  ])('%s', (_name, fault, outcome, expected) => {
    expect(model(fault, outcome)).toBe(expected);
  });
});
