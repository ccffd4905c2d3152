import { describe, expect, it } from '@jest/globals';
import type { EventType, JournalEvent } from '@rehearse/contracts';
import { graphOf } from '@rehearse/testkit';
import { foldRun } from '../journal/fold.js';
import { complianceOf, expectations, timelineOf } from './index.js';

type Told = [
  ms: number,
  type: EventType,
  key: string,
  data?: object,
  more?: { lane?: string; attempt?: number },
];

const START = Date.parse('2026-11-26T08:00:00.000Z');
const journal = (told: Told[]): JournalEvent[] =>
  told.map(([ms, type, key, data = {}, { lane = key.split('/')[0]!, attempt = 1 } = {}], index) => ({
    ...{ v: 1, runId: 'r', seq: index + 1, lane, key, type, attempt, data, epoch: 1, prev: '', digest: '' },
    at: new Date(START + ms).toISOString(),
  })) as unknown as JournalEvent[];

const started: Told = [0, 'run.started', 'run', { vars: {}, seed: 1, chaos: null, caseId: null, repeat: 0 }];
const ask = { target: { provider: 'openai', model: 'gpt' }, model: 'gpt', messagesAdded: [], params: {} };
const failure = {
  error: { code: 'provider/overloaded', message: 'busy', category: 'provider' },
  retryable: true,
};
const answer = {
  content: 'x',
  toolCalls: [],
  finishReason: 'stop',
  usage: { inputTokens: 3, outputTokens: 2 },
};
const refusal = { code: 'tool/out-of-scope', message: 'billing may not call it', category: 'policy' };

describe('a run in time', () => {
  const timeline = timelineOf(
    journal([
      started,
      [10, 'node.started', 'ask', { type: 'llm' }],
      [10, 'model.requested', 'ask/turn[1]', ask],
      [20, 'chaos.injected', 'ask/turn[1]', { rule: 'x', fault: 'error', on: 'model' }],
      [40, 'model.failed', 'ask/turn[1]', failure],
      [140, 'model.requested', 'ask/turn[1]', ask, { attempt: 2 }],
      [200, 'model.responded', 'ask/turn[1]', answer, { attempt: 2 }],
      [200, 'node.finished', 'ask', { output: 'x', text: 'x' }],
      [210, 'node.skipped', 'other', { reason: 'when' }],
      [300, 'human.requested', 'sure', { prompt: 'Sure?' }],
      [400, 'run.paused', 'run', {}],
      [500, 'run.resumed', 'run', {}],
      [900, 'human.decided', 'sure', { decision: 'approve', by: 'ada', reason: 'fine' }],
    ]),
  );

  it('has a lane for each execution of a node, with the attempts of its calls', () => {
    expect(
      timeline.lanes.map(({ lane, bars }) => [lane, ...bars.map(({ kind, status }) => `${kind} ${status}`)]),
    ).toEqual([
      ['ask', 'node finished', 'model finished'],
      ['other', 'node skipped'],
      ['sure', 'human finished'],
    ]);
    const [, model] = timeline.lanes[0]!.bars;
    expect(model).toMatchObject({
      startMs: 10,
      endMs: 200,
      startSeq: 3,
      endSeq: 7,
      fault: 'error',
      label: 'gpt',
    });
    expect(model!.attempts).toMatchObject([
      { attempt: 1, startMs: 10, endMs: 40, provider: 'openai', error: { code: 'provider/overloaded' } },
      { attempt: 2, startMs: 140, endMs: 200 },
    ]);
  });

  it('tells what was waited for, and when nothing was called', () => {
    expect(timeline.waits).toEqual([
      { kind: 'retry', key: 'ask/turn[1]', startMs: 40, endMs: 140 },
      { kind: 'human', key: 'sure', startMs: 300, endMs: 900 },
      { kind: 'paused', key: 'run', startMs: 400, endMs: 500 },
    ]);
    expect(timeline.gaps).toEqual([
      { startMs: 40, endMs: 140 },
      { startMs: 200, endMs: 900 },
    ]);
  });

  it('leaves open what goes on, and ends as canceled what a stop cut off', () => {
    const running: Told[] = [started, [5, 'tool.called', 'act', { tool: 'find', args: {}, turn: 1 }]];
    expect(timelineOf(journal(running)).lanes[0]!.bars[0]).toMatchObject({ status: 'running', endMs: null });
    const stopped = timelineOf(journal([...running, [9, 'run.canceled', 'run', { by: 'ada' }]]));
    expect(stopped.lanes[0]!.bars[0]!.status).toBe('canceled');
    expect(timelineOf([])).toEqual({ durationMs: 0, lanes: [], waits: [], gaps: [] });
  });
});

describe('the compliance of a run', () => {
  const events = journal([
    started,
    [1, 'node.started', 'act', { type: 'agent' }],
    [2, 'tool.failed', 'act/turn[1]/tool#0', { tool: 'refund', error: refusal }],
    [3, 'node.errored', 'act', { error: refusal }],
    [4, 'governance.redacted', 'act', { count: 3 }],
    [5, 'human.requested', 'sure', { prompt: 'Sure?', approvers: ['Admin'] }],
    [6, 'human.decided', 'sure', { decision: 'reject', by: 'ada', reason: 'too much' }],
    [7, 'human.requested', 'late', { prompt: 'Now?' }],
    [8, 'budget.exceeded', 'run', { limit: 'maxTurns', max: 2, used: 3 }],
    [9, 'run.canceled', 'run', { by: 'ada', reason: 'enough' }],
  ]);
  const report = complianceOf({ events, fold: foldRun(events), budget: { maxTurns: 2, maxDuration: '5s' } });

  it('names who decided what, and what nobody has decided', () => {
    expect(report.approvals.map(({ key, decision, by, reason }) => [key, decision, by, reason])).toEqual([
      ['sure', 'reject', 'ada', 'too much'],
      ['late', null, null, null],
    ]);
    expect(report.controls).toMatchObject([{ action: 'stop', by: 'ada', reason: 'enough' }]);
  });

  it('counts a refusal once, where it happened', () => {
    expect(report.policyHits).toMatchObject([
      { key: 'act/turn[1]/tool#0', code: 'tool/out-of-scope', severity: 'critical', seq: 3 },
    ]);
    expect(report.redactions).toMatchObject({ count: 3, events: [{ key: 'act' }] });
  });

  it('tells what of the budget was used, and what passed it', () => {
    expect(report.budget.map(({ limit, max, isExceeded }) => [limit, max, isExceeded])).toEqual([
      ['maxCostUsd', null, false],
      ['maxTokens', null, false],
      ['maxDuration', 5_000, false],
      ['maxTurns', 2, true],
    ]);
  });
});

describe('what an assertion expects', () => {
  const graph = graphOf(`
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: hi}}]}
nodes:
  each:
    type: forEach
    over: '[1, 2]'
    as: item
    nodes:
      ask: {type: llm, prompt: hi, assert: [{type: contains, value: hi, metric: kind}]}
assert: [{type: latency, threshold: 5s}]
cases: [{id: a, vars: {}, assert: [{type: equals, value: {a: 1}}]}]
`);

  it('is what the graph says, with its line, in every item and in cases', () => {
    const expected = expectations(graph, 'a');
    expect(expected('each/item[2]/ask.assert[0]')).toEqual({ value: 'hi', line: 12 });
    expect(expected('case.assert[0]')).toMatchObject({ value: { a: 1 } });
    expect(expected('assert[0]')).toMatchObject({ value: { threshold: '5s' } });
    expect(expected('nobody.assert[0]')).toBeNull();
  });
});
