import { describe, expect, it } from '@jest/globals';
import type { AssertionSpec, Json } from '@rehearse/contracts';
import { about, compiled, issues, settle, told, unanswered } from './testing/told.js';

const subject = about('{"n": 42}');
const answered = (answer: Json | ReturnType<typeof unanswered>) => () => answer;

describe('a program', () => {
  const js = (
    value: string,
    answer: Json | ReturnType<typeof unanswered>,
    more: Partial<AssertionSpec> = {},
  ) => told({ type: 'javascript', value, ...more }, subject, answered(answer));

  it('gives true or false, a score, or both with a reason', async () => {
    expect([
      await js('JSON.parse(output).n === 42', true),
      await js('false', false),
      await js('0.4', 0.4),
      await js('0.4', 0.4, { threshold: 0.5 }),
      await js('0', 0),
      await js('5', 5),
      await js('x', { pass: true, score: 0.5, reason: 'half' }),
      await js('x', { pass: true, score: 0.5 }, { threshold: 0.6 }),
      await js('x', { pass: false }, { type: 'not-javascript' }),
    ]).toMatchInlineSnapshot(`
      [
        "passed 1: expected "JSON.parse(output).n === 42" to hold, got true",
        "failed 0: expected "false" to hold, got false",
        "passed 0.4: expected "0.4" to hold, got 0.4",
        "failed 0.4: expected "0.4" to give at least 0.5, got 0.4",
        "failed 0: expected "0" to hold, got 0",
        "passed 1: expected "5" to hold, got 5",
        "passed 0.5: expected "x" to hold, got true, score 0.5: half",
        "failed 0.5: expected "x" to give at least 0.6, got true, score 0.5",
        "passed 1: expected "x" not to hold, got false, score 0",
      ]
    `);
  });

  it('is a verdict of its own where it gives true or false: a threshold is for scores', async () => {
    expect([
      await js('false', false, { threshold: 0 }),
      await js('0', 0, { threshold: 0 }),
      await told({ type: 'cel', value: 'false', threshold: 0 }, subject),
      await told({ type: 'cel', value: 'true', threshold: 1 }, subject),
    ]).toMatchInlineSnapshot(`
      [
        "failed 0: expected "false" to give at least 0, got false",
        "passed 0: expected "0" to give at least 0, got 0",
        "failed 0: expected false to hold, got false",
        "passed 1: expected true to hold, got true",
      ]
    `);
  });

  it('that gives anything else, or cannot be run, is errored', async () => {
    expect([
      await js('x', 'yes'),
      await js('x', { score: 1 }),
      await js('x', { pass: true, score: 'high' }),
      await js('x', null),
      await js('x', unanswered('the program took more than 250 ms')),
      await js('x', unanswered('no'), { type: 'not-javascript' }),
    ]).toMatchInlineSnapshot(`
      [
        "errored 0: the program gave "yes", not true, false, a score or {pass, score, reason}",
        "errored 0: the program gave {"score":1}, not true, false, a score or {pass, score, reason}",
        "errored 0: the \`score\` that the program gave is no number",
        "errored 0: the program gave null, not true, false, a score or {pass, score, reason}",
        "errored 0: the program took more than 250 ms",
        "errored 0: no",
      ]
    `);
  });

  it('is an expression, a body or statements, and sees the context only when it speaks of it', () => {
    const askOf = (value: string) => {
      const [first] = settle(compiled({ type: 'javascript', value }), subject, answered(true)).asked;
      const ask = first!.ask;
      if (ask.kind !== 'script' || ask.language !== 'javascript') throw new Error(ask.kind);
      return [
        ask.form,
        ask.seed,
        ask.bindings.context === null ? null : Object.keys(ask.bindings.context as object),
      ];
    };
    expect([
      askOf('output === "x"'),
      askOf('const n = 1;\nreturn n > 0'),
      askOf('const n = 1; n > 0'),
      askOf('context.vars.city === "Oslo"'),
    ]).toMatchInlineSnapshot(`
      [
        [
          "expression",
          1,
          null,
        ],
        [
          "body",
          1,
          null,
        ],
        [
          "statements",
          1,
          null,
        ],
        [
          "expression",
          1,
          [
            "inputs",
            "vars",
            "nodes",
            "run",
            "case",
            "text",
            "toolCalls",
          ],
        ],
      ]
    `);
  });
});

describe('what only this product asserts', () => {
  it('is that a contract holds', async () => {
    const contracts = new Map([
      ['refund-once', { verdict: 'failed' as const, message: 'two refunds' }],
      ['odd', { verdict: 'errored' as const, message: 'no field' }],
    ]);
    const of = (value: string, more: Partial<AssertionSpec> = {}) =>
      told({ type: 'contract', value, ...more }, { ...subject, contracts });
    expect([
      await of('verify-first'),
      await of('refund-once'),
      await of('refund-once', { type: 'not-contract' }),
      await of('odd'),
      await told({ type: 'contract', value: 'x' }, subject),
    ]).toMatchInlineSnapshot(`
      [
        "passed 1: expected the contract verify-first to hold, got no violation",
        "failed 0: expected the contract refund-once to hold, got two refunds",
        "passed 1: expected the contract refund-once not to hold, got two refunds",
        "errored 0: no field",
        "errored 0: contracts are told of when the run has ended: assert this of the run",
      ]
    `);
  });

  it('is told of a contract that is settled, also where the run ended early', async () => {
    const endedEarly = { reason: 'a contract ended the run' };
    const contracts = new Map([
      ['stop', { verdict: 'failed' as const, message: 'b was called' }],
      ['waits', { verdict: 'errored' as const, message: 'a contract ended the run' }],
    ]);
    const of = (value: string) => told({ type: 'contract', value }, { ...subject, contracts, endedEarly });
    expect([await of('stop'), await of('waits'), await of('done')]).toMatchInlineSnapshot(`
      [
        "failed 0: expected the contract stop to hold, got b was called",
        "errored 0: a contract ended the run",
        "passed 1: expected the contract done to hold, got no violation",
      ]
    `);
  });

  it('is that a replay of the run is identical', async () => {
    expect([
      await told({ type: 'replay:identical' }, subject, answered(null)),
      await told({ type: 'replay:identical' }, subject, answered('node.finished at a came out differently')),
      await told({ type: 'replay:identical' }, subject, answered(unanswered('x'))),
    ]).toMatchInlineSnapshot(`
      [
        "passed 1: expected a replay of the run to be identical, got the same events",
        "failed 0: expected a replay of the run to be identical, got node.finished at a came out differently",
        "errored 0: x",
      ]
    `);
  });

  it('is that the run came through the faults', async () => {
    const fault = (key: string, recovered: boolean) => ({ fault: 'error', on: 'tool:find', key, recovered });
    const of = (recovered: boolean[], more: Partial<AssertionSpec> = {}) =>
      told(
        { type: 'chaos:recovered', ...more },
        { ...subject, faults: recovered.map((came, at) => fault(`a/turn[${at + 1}]`, came)) },
      );
    expect([
      await of([true, true]),
      await of([true, false]),
      await of([true, false], { threshold: 0.5 }),
      await of([false], { type: 'not-chaos:recovered' }),
      await of([]),
    ]).toMatchInlineSnapshot(`
      [
        "passed 1: expected the run to recover from every fault, got 2 of 2",
        "failed 0.5: expected the run to recover from every fault, got 1 of 2; not from error at a/turn[2]",
        "passed 0.5: expected the run to recover from 50 % of the faults, got 1 of 2; not from error at a/turn[2]",
        "passed 1: expected the run not to recover from every fault, got 0 of 1; not from error at a/turn[1]",
        "errored 0: no fault was injected",
      ]
    `);
  });

  it('is who hands work to whom', async () => {
    const handoffs = [
      { from: 'desk', to: 'billing' },
      { from: 'billing', to: 'desk' },
    ];
    const of = (value: Json, more: Partial<AssertionSpec> = {}) =>
      told({ type: 'trajectory:handoff-sequence', value, ...more }, { ...subject, handoffs });
    expect([
      await of(['billing', 'desk']),
      await of([{ from: 'billing', to: 'desk' }, 'billing']),
      await of({ mode: 'exact', steps: ['billing'] }),
      await of(['legal'], { type: 'not-trajectory:handoff-sequence' }),
      await told({ type: 'trajectory:handoff-sequence', value: ['a'] }, subject),
    ]).toMatchInlineSnapshot(`
      [
        "passed 1: expected the run to hand over to, in this order, billing, desk, got desk → billing, billing → desk",
        "failed 0: expected the run to hand over to, in this order, billing → desk, billing, got desk → billing, billing → desk",
        "failed 0: expected the run to hand over to exactly billing, got desk → billing, billing → desk",
        "passed 1: expected the run not to hand over to, in this order, legal, got desk → billing, billing → desk",
        "failed 0: expected the run to hand over to, in this order, a, got no hand-over",
      ]
    `);
  });

  it('is that tool calls fit their tools', async () => {
    const tools = new Map<string, Json>([
      ['find', { type: 'object', required: ['id'], properties: { id: { type: 'string' } } }],
      ['ping', true],
    ]);
    const call = (name: string, args: Json) => ({ name, arguments: args, turn: 1, node: 'a' });
    const of = (calls: ReturnType<typeof call>[], more: Partial<AssertionSpec> = {}) =>
      told({ type: 'is-valid-openai-tools-call', ...more }, about('done', { tools, toolCalls: calls }));
    const openai = [{ type: 'function', function: { name: 'find', arguments: '{"id": 5}' } }];
    expect([
      await of([call('find', { id: 'W1' }), call('ping', {})]),
      await of([call('find', {})]),
      await of([call('fnd', {}), call('ping', 'broken')]),
      await of([]),
      await of([], { type: 'not-is-valid-openai-tools-call' }),
      await told({ type: 'is-valid-openai-tools-call' }, about(openai, { tools })),
      await told(
        { type: 'is-valid-openai-tools-call', value: [{ type: 'function', function: { name: 'find' } }] },
        about(JSON.stringify(openai)),
      ),
      await told({ type: 'is-valid-openai-tools-call' }, about('x')),
      await told(
        { type: 'is-valid-openai-tools-call' },
        about([...openai, { type: 'function', function: {} }], { tools, toolCalls: [call('ping', {})] }),
      ),
      await told(
        { type: 'is-valid-openai-tools-call' },
        about({ tool_calls: [{ id: 'x' }] }, { tools, toolCalls: [call('ping', {})] }),
      ),
      await told(
        { type: 'is-valid-openai-tools-call' },
        about([1, 2], { tools, toolCalls: [call('ping', {})] }),
      ),
    ]).toMatchInlineSnapshot(`
      [
        "passed 1: expected the output to be valid tool calls, got 2 that fit",
        "failed 0: expected the output to be valid tool calls, got find: must have the field \`id\`",
        "failed 0: expected the output to be valid tool calls, got there is no tool fnd; the arguments of ping are no object: "broken"",
        "failed 0: expected the output to be valid tool calls, got no tool call",
        "passed 1: expected the output not to be valid tool calls, got no tool call",
        "failed 0: expected the output to be valid tool calls, got find/id: must be a string, not a number",
        "passed 1: expected the output to be valid tool calls, got 1 that fit",
        "errored 0: no tools are known: give them as \`value\`",
        "failed 0: expected the output to be valid tool calls, got find/id: must be a string, not a number; no tool call: {"type":"function","function":{}}",
        "failed 0: expected the output to be valid tool calls, got no tool call: {"id":"x"}",
        "passed 1: expected the output to be valid tool calls, got 1 that fit",
      ]
    `);
  });

  it('is told when it is asked for wrongly', () => {
    expect(
      [
        { type: 'javascript' },
        { type: 'javascript', value: 'return ((' },
        { type: 'javascript', value: 'file://check.js' },
        { type: 'javascript', value: '1}); process.exit(); (() => {' },
        { type: 'contract' },
        { type: 'replay:identical', value: 1 },
        { type: 'chaos:recovered', threshold: 2 },
        { type: 'trajectory:handoff-sequence', value: [{ from: 'a' }] },
        { type: 'is-valid-openai-tools-call', value: [{}] },
        { type: 'is-valid-openai-tools-call', value: [{ name: 'a', parameters: { type: 'x' } }] },
        { type: 'nonsense' },
      ].flatMap(issues),
    ).toMatchInlineSnapshot(`
      [
        "javascript at value: assertion/bad-value the value must be JavaScript",
        "javascript at value: assertion/javascript Unexpected token '}'",
        "javascript at value: assertion/bad-value programs are not read from files",
        "javascript at value: assertion/javascript Single function literal required",
        "contract at value: assertion/bad-value the value must be the id of a contract",
        "replay:identical at value: assertion/bad-value takes no value",
        "chaos:recovered at threshold: assertion/bad-value the threshold must lie between 0 and 1",
        "trajectory:handoff-sequence at value.0: assertion/bad-value must be an agent, or {from, to}",
        "is-valid-openai-tools-call at value.0: assertion/bad-value must be a tool, as in {name, parameters}",
        "is-valid-openai-tools-call at value.0: assertion/bad-value the parameters must be a JSON Schema",
        "nonsense at type: assertion/unknown-type there is no assertion type \`nonsense\`",
      ]
    `);
  });
});
