import { describe, expect, it } from '@jest/globals';
import { EVENT_DATA, EVENT_TYPES, type JournalEvent } from '@rehearse/contracts';
import { isAt } from './event-place.js';
import { describeEvent } from './event-text.js';
import { isProblem } from './event-tone.js';

const make = (type: string, data: object, lane = 'handle', key = lane): JournalEvent =>
  ({ seq: 1, type, data, lane, key, attempt: 1 }) as unknown as JournalEvent;
const error = { code: 'tool/error', message: 'order not found', category: 'tool' };
const mock = { provider: 'mock', script: 'refund' };

const forbidden = { code: 'tool/forbidden', message: 'guest has no scope', category: 'policy' };
const usage = { inputTokens: 0, outputTokens: 0 };
const digests = { digest: 'a'.repeat(64), verdictDigest: 'b'.repeat(64) };
const started = { vars: { id: 'W1' }, seed: 7, chaos: null, caseId: 'happy', repeat: 2, live: false };
const check = { id: 'assert[0]', severity: 'major', weight: 1, position: 4 };

const EXAMPLES: [type: string, data: object, lane?: string, key?: string][] = [
  ['run.started', { ...started, offline: true }],
  ['run.started', { ...started, vars: {}, caseId: null, chaos: 'flaky', live: true, offline: false }],
  ['run.claimed', { worker: 'w-1' }],
  ['run.paused', { by: 'ada', reason: 'lunch' }],
  ['run.resumed', {}],
  ['run.canceled', { by: 'ada', reason: 'enough' }],
  ['run.finished', { verdict: 'failed', output: 'done', reason: { kind: 'completed' }, ...digests }],
  [
    'run.finished',
    { verdict: 'errored', output: null, reason: { kind: 'budget', node: 'handle' }, ...digests },
  ],
  ['node.started', { type: 'agent' }],
  ['node.started', { type: 'llm' }, 'each/item[2]/ask', 'each/item[2]/ask'],
  ['node.started', { type: 'llm' }, 'polish/write', 'polish/iter[3]/write'],
  ['node.finished', { output: { intent: 'refund', tags: ['a', 'b'], by: { name: 'Ada' } }, text: '' }],
  ['node.skipped', { reason: 'when' }],
  ['node.skipped', { reason: 'handoff' }],
  ['node.errored', { error }],
  [
    'model.requested',
    {
      target: mock,
      model: 'mock:refund',
      params: {},
      messagesAdded: [{ role: 'user', content: 'hi\nthere' }],
    },
  ],
  [
    'model.requested',
    {
      ...{ target: mock, model: 'mock:refund', params: {} },
      messagesAdded: [{ role: 'tool', name: 'find', content: '{"status":"sent"}' }],
    },
    'handle',
    'handle/turn[2]',
  ],
  [
    'model.requested',
    {
      ...{ target: mock, model: 'mock:refund', params: {} },
      messagesAdded: [{ role: 'user', content: 'Is it polite?' }],
    },
    'verdict',
    'assert[1]/turn[2]',
  ],
  [
    'model.responded',
    {
      ...{ content: 'Hello', toolCalls: [], finishReason: 'length', ttftMs: 80 },
      usage: { inputTokens: 1200, outputTokens: 3 },
    },
  ],
  [
    'model.responded',
    {
      ...{ content: null, finishReason: 'tool_calls', usage },
      toolCalls: [{ id: '1', name: 'find', arguments: { id: 1 } }],
    },
  ],
  ['model.failed', { error, retryable: true, retryAfterMs: 2_000 }],
  ['provider.switched', { from: { provider: 'openai', model: 'm' }, to: null, reason: 'not_configured' }],
  ['tool.called', { tool: 'find', args: { id: 1 }, turn: 1 }],
  ['tool.called', { tool: 'now', args: {}, turn: 1 }],
  ['tool.called', { tool: 'memory_read', args: { key: 'name' }, turn: 1 }],
  ['tool.called', { tool: 'memory_write', args: { key: 'size', value: 42 }, turn: 1 }],
  ['tool.returned', { tool: 'find', result: [1, 2] }],
  ['tool.returned', { tool: 'find', result: 1, isUnharmed: true }],
  ['tool.failed', { tool: 'find', error }],
  ['tool.failed', { tool: 'refund', error: forbidden }],
  ['handoff', { from: 'front-desk', to: 'billing', message: 'refund W1' }],
  ['human.requested', { prompt: 'Refund 250?', approvers: ['Admin', 'ada@example.com'] }],
  ['human.requested', { prompt: 'Go on?' }],
  ['human.decided', { decision: 'approve', by: 'ada@example.com', reason: '' }],
  ['human.decided', { decision: 'modify', by: 'ada@example.com', reason: 'less', value: { amount: 5 } }],
  ['human.decided', { decision: 'reject', by: 'timeout', reason: 'nobody decided' }],
  ['timer.set', { durationMs: 7_200_000 }],
  ['timer.fired', {}],
  ['random.seeded', { seed: 5 }],
  ['branch.taken', { name: 'long' }],
  ['race.won', { winner: 'left' }],
  ['chaos.injected', { fault: 'latency', on: 'tool:find', rule: 'flaky[0]' }],
  ['assertion.evaluated', { ...check, type: 'equals', verdict: 'errored', score: 0, reason: 'no output' }],
  [
    'assertion.evaluated',
    { ...check, type: 'llm-rubric', verdict: 'passed', score: 2 / 3, reason: 'polite' },
  ],
  [
    'contract.violated',
    { id: 'verify', message: 'too early', seq: 5, key: 'handle', severity: 'critical', position: 2 },
  ],
  ['budget.exceeded', { limit: 'maxTurns', max: 3, used: 4 }],
  ['budget.exceeded', { limit: 'maxCostUsd', max: 0.1, used: 0.12 }],
  ['budget.exceeded', { limit: 'maxDuration', max: 120_000, used: 121_000 }],
  ['governance.redacted', { count: 3 }],
  ['governance.blocked', { reason: 'the answer holds a card number' }],
  ['fork.base', { parent: 'r1', fromSeq: 9, edits: [{ seq: 7, data: { content: 'no' } }] }],
  [
    'fork.base',
    {
      ...{ parent: 'r1', fromSeq: 9, edits: [] },
      fault: {
        key: 'act/turn[2]/tool#0',
        attempt: 1,
        on: 'tool:find',
        fault: { fault: 'error', status: 503 },
      },
    },
  ],
  ['log', { level: 'warn', message: 'slow' }],
];

describe('describeEvent', () => {
  it('says in one line what happened', () => {
    const lines = EXAMPLES.map(([type, data, lane, key]) => {
      const { tone, text } = describeEvent(make(type, data, lane, key));
      return `${tone.padEnd(5)} ${type}: ${text}`;
    });
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "quiet run.started: seed 7 · case happy #2 · id: W1
      quiet run.started: seed 7 · chaos flaky · live
      quiet run.claimed: worker w-1
      warn  run.paused: paused by ada: lunch
      quiet run.resumed: goes on
      warn  run.canceled: canceled by ada: enough
      bad   run.finished: failed · done
      odd   run.finished: errored · nothing · ended by the budget at handle
      quiet node.started: agent
      quiet node.started: llm · item 2
      quiet node.started: llm · iteration 3
      quiet node.finished: intent: refund, tags: [a, b], by: {name: Ada}
      quiet node.skipped: its condition does not hold
      quiet node.skipped: nobody handed work to it
      odd   node.errored: tool/error: order not found
      quiet model.requested: mock refund · user: hi there
      quiet model.requested: turn 2 · mock refund · find: status: sent
      quiet model.requested: judge of assert[1] · mock refund · user: Is it polite?
      quiet model.responded: Hello · ended by length · 1,200 → 3 tokens · first after 80 ms
      quiet model.responded: find(id: 1)
      odd   model.failed: tool/error: order not found · may be tried again after 2.00 s
      warn  provider.switched: openai m → nothing: it is not configured
      quiet tool.called: find(id: 1)
      quiet tool.called: now()
      quiet tool.called: reads name from memory
      quiet tool.called: remembers size: 42
      quiet tool.returned: find → [1, 2]
      quiet tool.returned: find → 1 · the fault found nothing to change
      odd   tool.failed: find fails · tool/error: order not found
      bad   tool.failed: refund is refused · tool/forbidden: guest has no scope
      quiet handoff: front-desk → billing: refund W1
      quiet human.requested: asks Admin, ada@example.com: Refund 250?
      quiet human.requested: asks whoever may decide: Go on?
      good  human.decided: ada@example.com approves
      good  human.decided: ada@example.com modifies: less · amount: 5
      warn  human.decided: timeout rejects: nobody decided
      quiet timer.set: for 2 h 00 m
      quiet timer.fired: the time is up
      quiet random.seeded: seed 5
      quiet branch.taken: goes to long
      quiet race.won: left was first
      warn  chaos.injected: latency on tool:find (flaky[0])
      odd   assertion.evaluated: equals errored (assert[0]): no output
      good  assertion.evaluated: llm-rubric passed with 0.667 (assert[0]): polite
      bad   contract.violated: verify: too early · critical · broken at seq 5
      warn  budget.exceeded: maxTurns: 4 of 3
      warn  budget.exceeded: maxCostUsd: $0.12 of $0.10
      warn  budget.exceeded: maxDuration: 2 m 01 s of 2 m 00 s
      quiet governance.redacted: 3 values redacted
      bad   governance.blocked: the answer holds a card number
      quiet fork.base: from seq 9 of run r1 · 1 edit
      quiet fork.base: from seq 9 of run r1 · error at tool:find, act/turn[2]/tool#0
      warn  log: slow"
    `);
  });

  it('has an example here for every type that a journal may hold, each as the schema has it', () => {
    expect(new Set(EXAMPLES.map(([type]) => type))).toEqual(new Set(EVENT_TYPES));
    for (const [type, data] of EXAMPLES)
      expect([type, EVENT_DATA[type as (typeof EVENT_TYPES)[number]].safeParse(data).error]).toEqual([
        type,
        undefined,
      ]);
  });

  it('shows no JSON where a payload can be said in words', () => {
    for (const [type, data, lane, key] of EXAMPLES)
      expect(describeEvent(make(type, data, lane, key)).text).not.toMatch(/[{[]"|":/);
    const { text } = describeEvent(
      make('node.finished', { output: { a: { b: { c: { d: 1 } } }, e: [], reason: '' }, text: '' }),
    );
    expect(text).toBe('a: {b: {c: …}}, e: an empty list, reason: an empty text');
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

describe('isAt', () => {
  it('finds a node by its name wherever it stands, and one execution of it by its key', () => {
    const event = make('log', {}, 'each/item[2]/ask', 'each/item[2]/ask/turn[1]');
    const found = ['each', 'ask', 'each/item[2]/ask', 'each/item[2]', 'each/item[1]/ask', 'other'];
    expect(found.filter((place) => isAt(event, place))).toEqual(found.slice(0, 4));
    expect(isAt(make('log', {}, 'run'), 'run')).toBe(false);
    expect(isAt(make('assertion.evaluated', { node: 'greet' }, 'verdict'), 'greet')).toBe(true);
  });
});
