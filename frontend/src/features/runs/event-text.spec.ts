import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { describeEvent, isProblem, nodeOf } from './event-text.js';

const make = (type: string, data: object, lane = 'handle'): JournalEvent =>
  ({ seq: 1, type, data, lane, key: lane, attempt: 1 }) as unknown as JournalEvent;
const error = { code: 'tool/error', message: 'order not found', category: 'tool' };
const mock = { provider: 'mock', script: 'refund' };

const EXAMPLES: [string, object][] = [
  ['run.started', { vars: { id: 'W1' }, seed: 7, caseId: 'happy', repeat: 2 }],
  ['run.finished', { verdict: 'failed', output: 'done' }],
  ['run.canceled', { by: 'ada', reason: 'enough' }],
  ['node.started', { type: 'agent' }],
  ['node.finished', { output: { intent: 'refund' }, text: '' }],
  ['node.skipped', { reason: 'when' }],
  ['node.errored', { error }],
  ['model.requested', { target: mock, messagesAdded: [{ role: 'user', content: 'hi\nthere' }] }],
  [
    'model.responded',
    { content: 'Hello', toolCalls: [], usage: { inputTokens: 1200, outputTokens: 3 }, ttftMs: 80 },
  ],
  [
    'model.responded',
    {
      content: null,
      toolCalls: [{ name: 'find', arguments: { id: 1 } }],
      usage: { inputTokens: 0, outputTokens: 0 },
    },
  ],
  ['provider.switched', { from: { provider: 'openai', model: 'm' }, to: null, reason: 'not_configured' }],
  ['tool.called', { tool: 'find', args: { id: 1 }, turn: 1 }],
  ['tool.returned', { tool: 'find', result: [1, 2] }],
  ['branch.taken', { name: 'long' }],
  ['assertion.evaluated', { id: 'assert[0]', type: 'equals', verdict: 'errored', reason: 'no output' }],
  ['contract.violated', { id: 'verify', message: 'too early' }],
  ['budget.exceeded', { limit: 'maxTurns', max: 3, used: 4 }],
  ['chaos.injected', { fault: 'latency', on: 'tool:find', rule: 'flaky[0]' }],
  ['log', { level: 'warn', message: 'slow' }],
  ['timer.set', { durationMs: 20 }],
  ['timer.fired', {}],
];

describe('describeEvent', () => {
  it('says in one line what happened', () => {
    const lines = EXAMPLES.map(([type, data]) => {
      const { tone, text } = describeEvent(make(type, data));
      return `${tone.padEnd(5)} ${type}: ${text}`;
    });
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "quiet run.started: seed 7 · case happy #2 · {"id":"W1"}
      bad   run.finished: failed · done
      warn  run.canceled: ada: enough
      quiet node.started: agent
      quiet node.finished: {"intent":"refund"}
      quiet node.skipped: its condition does not hold
      odd   node.errored: tool/error: order not found
      quiet model.requested: mock refund · user: hi there
      quiet model.responded: Hello · 1,200 → 3 tokens · first after 80 ms
      quiet model.responded: find({"id":1})
      warn  provider.switched: openai m → nothing: not_configured
      quiet tool.called: find({"id":1})
      quiet tool.returned: find → [1,2]
      quiet branch.taken: long
      odd   assertion.evaluated: equals errored (assert[0]): no output
      bad   contract.violated: verify: too early
      warn  budget.exceeded: maxTurns: 4 of 3
      warn  chaos.injected: latency on tool:find (flaky[0])
      warn  log: slow
      quiet timer.set: {"durationMs":20}
      quiet timer.fired: "
    `);
  });

  it('cuts what would not fit a line and never passes terminal sequences on', () => {
    const { text } = describeEvent(
      make('log', { level: 'info', message: `\u001b[31m${'x'.repeat(100_000)}` }),
    );
    expect(text).toBe(`${'x'.repeat(400)}…`);
  });
});

describe('isProblem', () => {
  it('agrees with the tone of the line', () => {
    for (const [type, data] of EXAMPLES) {
      const { tone } = describeEvent(make(type, data));
      expect([type, isProblem(make(type, data))]).toEqual([type, tone !== 'quiet' && tone !== 'good']);
    }
  });
});

describe('nodeOf', () => {
  it('is the node of a lane, also inside a forEach, and none for the run', () => {
    expect(nodeOf(make('log', {}, 'each/item[2]'))).toBe('each');
    expect(nodeOf(make('log', {}, 'run'))).toBeUndefined();
    expect(nodeOf(make('assertion.evaluated', { node: 'greet' }, 'verdict'))).toBe('greet');
  });
});
