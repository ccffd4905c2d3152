import { describe, expect, it } from '@jest/globals';
import type { ChaosFault, JournalEvent } from '@rehearse/contracts';
import { callAt, callsIn, FAULTS, readFault } from './chaos-draft.js';

const event = (seq: number, type: string, key: string, more: object = {}) =>
  ({ seq, type, key, attempt: 1, lane: 'handle', data: {}, ...more }) as unknown as JournalEvent;
const target = { provider: 'mock', script: 's' };
const EVENTS = [
  event(1, 'run.started', 'run', { data: { vars: {}, seed: 1 } }),
  event(2, 'model.requested', 'handle/turn[1]', { data: { target, messagesAdded: [] } }),
  event(3, 'model.responded', 'handle/turn[1]', {}),
  event(4, 'tool.called', 'handle/turn[1]/tool#0', { data: { tool: 'look', args: {} } }),
  event(5, 'tool.returned', 'handle/turn[1]/tool#0', {}),
  event(6, 'model.requested', 'assert[0]', { lane: 'verdict', data: { target, messagesAdded: [] } }),
];

describe('the calls of a run', () => {
  it('are its requests, but for those of judges', () => {
    expect(callsIn(EVENTS).map(({ seq, kind, words }) => [seq, kind, words])).toMatchInlineSnapshot(`
[
  [
    2,
    "model",
    "seq 2 · handle/turn[1] · mock s",
  ],
  [
    4,
    "tool",
    "seq 4 · handle/turn[1]/tool#0 · look()",
  ],
]
`);
  });

  it.each([
    [3, 2],
    [5, 4],
    [1, 2],
    [6, 2],
    [undefined, 2],
  ])('seq %j is of the call at %i', (at, seq) => {
    expect(callAt(EVENTS, at)).toBe(seq);
  });
});

describe('the draft of a fault', () => {
  it('is read by the fields that the fault has', () => {
    expect(readFault('error', { status: '503', delay: '2s' })).toEqual({
      ok: true,
      fault: { fault: 'error', status: 503 },
    });
    expect(readFault('wrong-tool-result', { value: '{"a":1}' })).toEqual({
      ok: true,
      fault: { fault: 'wrong-tool-result', value: { a: 1 } },
    });
  });

  it.each<[ChaosFault, object, object]>([
    ['latency', {}, { delay: 'Is needed, such as 2s' }],
    ['error', { status: '200' }, { status: 'A status from 400 to 599' }],
    ['corrupt-field', { path: 'a', value: '{' }, { value: expect.stringContaining('Must be JSON') }],
  ])('of %s says what is wrong with %j', (fault, draft, problems) => {
    expect(readFault(fault, draft)).toEqual({ ok: false, problems });
  });

  it('knows all fourteen faults', () => {
    expect(Object.keys(FAULTS)).toHaveLength(14);
  });
});
