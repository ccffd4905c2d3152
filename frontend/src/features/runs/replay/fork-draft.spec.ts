import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import {
  answerTo,
  costBehind,
  draftAs,
  draftOfAnswer,
  readEdit,
  readVars,
  seqToForkStep,
} from './fork-draft.js';

const event = (seq: number, type: string, data: object, key = 'handle/turn[1]') =>
  ({ seq, type, key, attempt: 1, lane: 'handle', data }) as unknown as JournalEvent;
const usage = { inputTokens: 1, outputTokens: 1 };
const SAID = event(4, 'model.responded', {
  ...{ content: 'No.', toolCalls: [], finishReason: 'stop', usage, costUsd: 0.5 },
});
const CALLS = event(4, 'model.responded', {
  ...{ content: null, toolCalls: [{ id: 'a', name: 'look', arguments: {} }], finishReason: 'tool_calls' },
  usage,
});
const RETURNED = event(6, 'tool.returned', { tool: 'look', result: { status: 'delivered' } });

describe('the draft of an answer', () => {
  it('is text where the answer is one, and JSON without what was measured otherwise', () => {
    expect(draftOfAnswer(SAID)).toEqual({ format: 'text', text: 'No.' });
    expect(JSON.parse(draftOfAnswer(CALLS).text)).toEqual({
      ...{ content: null, finishReason: 'tool_calls' },
      toolCalls: [{ id: 'a', name: 'look', arguments: {} }],
    });
    expect(JSON.parse(draftOfAnswer(RETURNED).text)).toEqual({ status: 'delivered' });
    expect(draftAs(CALLS, 'text')).toEqual({ format: 'text', text: '' });
  });

  it('comes to no edit while it says what was recorded', () => {
    for (const one of [SAID, CALLS, RETURNED])
      expect(readEdit(one, draftOfAnswer(one))).toEqual({ ok: true, edit: null });
    const swapped = {
      format: 'json' as const,
      text: '{"finishReason":"stop","toolCalls":[],"content":"No."}',
    };
    expect(readEdit(SAID, swapped)).toEqual({ ok: true, edit: null });
  });

  it('comes to the text, or to the members that are other', () => {
    expect(readEdit(SAID, { format: 'text', text: 'Yes.' })).toEqual({
      ok: true,
      edit: { seq: 4, content: 'Yes.' },
    });
    expect(
      readEdit(SAID, { format: 'json', text: '{"content":"Yes.","toolCalls":[],"finishReason":"stop"}' }),
    ).toEqual({ ok: true, edit: { seq: 4, data: { content: 'Yes.' } } });
    expect(readEdit(RETURNED, { format: 'json', text: '[1]' })).toEqual({
      ok: true,
      edit: { seq: 6, data: { result: [1] } },
    });
  });

  it.each([
    ['{', 'Must be JSON'],
    ['[]', 'Must be an object'],
    ['{"content":"x","toolCalls":[]}', 'The member finishReason is missing'],
    ['{"content":"x","toolCalls":[],"finishReason":"stop","usage":{}}', 'Has no member usage'],
  ])('says what is wrong with %s', (text, problem) => {
    expect(readEdit(SAID, { format: 'json', text })).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    });
  });
});

it('other vars are an object, and none where they are the same', () => {
  expect(readVars('{"b":1,"a":2}', { a: 2, b: 1 })).toEqual({ ok: true, vars: undefined });
  expect(readVars('{"a":3}', { a: 2 })).toEqual({ ok: true, vars: { a: 3 } });
  expect(readVars('3', {})).toEqual({ ok: false, problem: 'Must be an object: { … }' });
});

it('a step is forked at its last answer, a request leads to its answer, and what comes behind has a price', () => {
  const events = [
    event(1, 'run.started', {}, 'run'),
    event(2, 'node.started', {}, 'handle'),
    event(3, 'model.requested', {}),
    SAID,
    event(5, 'node.finished', {}, 'handle'),
  ];
  expect(seqToForkStep(events, { key: 'handle', firstSeq: 2, lastSeq: 5 })).toBe(4);
  expect(seqToForkStep(events, { key: 'other', firstSeq: 2, lastSeq: 5 })).toBe(5);
  expect(answerTo(events, events[2]!)).toBe(SAID);
  expect([costBehind(events, 3), costBehind(events, 4)]).toEqual([0.5, 0]);
});
