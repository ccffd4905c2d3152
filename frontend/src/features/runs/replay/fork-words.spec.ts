import { expect, it } from '@jest/globals';
import type { JsonObject } from '@rehearse/contracts';
import { changeText, editText } from './fork-words.js';

const parent = { runId: 'p', fromSeq: 7 };

it('a fork says where it begins and what is other there', () => {
  const fault = { key: 'a/turn[1]/tool#0', attempt: 1, on: 'tool:look', fault: { fault: 'error' as const } };
  expect([
    changeText({ parent, edits: [] }),
    changeText({ parent, edits: [{ seq: 7, data: { content: 'x' } }] }),
    changeText({ parent, edits: [], fault }),
    changeText({ parent, edits: [], hold: { model: true, tools: false, sideEffects: [], seed: 1 } }),
  ]).toMatchInlineSnapshot(`
    [
      "from seq 7, nothing edited",
      "from seq 7, edited",
      "error on tool:look, at a/turn[1]/tool#0",
      "rerun, models held by the tape",
    ]
  `);
});

it('an edit is a line, whatever kind of answer it stands for', () => {
  const payloads: JsonObject[] = [
    { content: 'No.', toolCalls: [] },
    { content: null, toolCalls: [{ id: 'a', name: 'look', arguments: {} }] },
    { tool: 'look', result: { status: 'lost' } },
    { decision: 'reject', reason: 'no' },
    { error: { code: 'provider/timeout', message: 'late' } },
    { vars: { n: 2 }, seed: 1 },
  ];
  expect(payloads.map((data) => editText({ seq: 7, data }))).toMatchInlineSnapshot(`
    [
      "seq 7 answers No.",
      "seq 7 asks for [{id: a, name: look, arguments: an empty object}]",
      "seq 7 returns status: lost",
      "seq 7 decides reject",
      "seq 7 fails: code: provider/timeout, message: late",
      "vars: n: 2",
    ]
  `);
});
