import { describe, it, expect } from '@jest/globals';
import type { AssertionSpec, Json } from '@rehearse/contracts';
import { AssertionSpec as AssertionSchema } from '@rehearse/contracts';
import fc from 'fast-check';
import type { AssertionResult, AssertionSubject, SubjectToolCall } from './index.js';
import { compileAssertion, RUNNABLE_ASSERTION_TYPES } from './index.js';
import { compiled, settle } from './testing/told.js';

const call = (name: string, args: Json = {}): SubjectToolCall => ({
  name,
  arguments: args,
  turn: 1,
  node: 'handle',
});

const SUBJECT: AssertionSubject = {
  output: 'Your refund for W1 is on its way.',
  text: 'Your refund for W1 is on its way.',
  toolCalls: [
    call('lookup_order', { order_id: 'W1', verbose: true }),
    call('issue_refund', { order_id: 'W1', lines: [{ sku: 'a', n: 1 }] }),
  ],
  steps: 3,
  finishReason: 'stop',
  usage: { inputTokens: 100, outputTokens: 50, totalTokens: 150 },
  costUsd: 0.0123,
  latencyMs: 1_234.5,
  bindings: {
    inputs: { order_id: 'W1', pattern: '^Your', bad: '(' },
    nodes: { classify: { output: 'refund' } },
  },
};

const about = (output: Json, more: Partial<AssertionSubject> = {}): AssertionSubject => ({
  ...{ ...SUBJECT, output, text: typeof output === 'string' ? output : null },
  ...more,
});

function evaluate(spec: AssertionSpec, subject: AssertionSubject = SUBJECT): AssertionResult {
  const compiled = compileAssertion(AssertionSchema.parse(spec));
  if (Array.isArray(compiled)) throw new Error(JSON.stringify(compiled));
  return compiled.evaluate(subject);
}

/** One line: the verdict, the score and the reason. */
function line(spec: AssertionSpec, subject?: AssertionSubject): string {
  const { verdict, score, reason } = evaluate(spec, subject);
  return `${verdict} ${Math.round(score * 1_000) / 1_000}: ${reason}`;
}

const verdicts = (specs: readonly AssertionSpec[], subject?: AssertionSubject): string[] =>
  specs.map((spec) => evaluate(spec, subject).verdict);

const issues = (spec: Record<string, Json>): string[] => {
  const compiled = compileAssertion(spec as AssertionSpec);
  if (!Array.isArray(compiled)) return ['fine'];
  return compiled.map(
    ({ code, message, path }) => `${spec['type'] as string} at ${path.join('.')}: ${code} ${message}`,
  );
};

describe('a text assertion', () => {
  it('says what was expected and what was there', () => {
    expect(
      [
        line({ type: 'contains', value: 'refund' }),
        line({ type: 'contains', value: 'REFUND' }),
        line({ type: 'icontains', value: 'REFUND' }),
        line({ type: 'not-contains', value: 'refund' }),
        line({ type: 'contains', value: '{{ inputs.order_id }}' }),
        line({ type: 'contains', value: '{{ inputs.gone }}' }),
        line({ type: 'contains-all', value: ['refund', 'W1'] }),
        line({ type: 'contains-all', value: 'refund, W2, "on, its"' }),
        line({ type: 'contains-any', value: ['no', 'W{{ 1 }}'] }),
        line({ type: 'icontains-all', value: ['REFUND', 'Way'] }),
        line({ type: 'icontains-any', value: 'NOPE,YOUR' }),
        line({ type: 'not-icontains-any', value: 'nope' }),
        line({ type: 'starts-with', value: 'Your' }),
        line({ type: 'ends-with', value: 'way' }),
        line({ type: 'equals', value: 'Your refund for {{ inputs.order_id }} is on its way.' }),
        line({ type: 'regex', value: 'W\\d+' }),
        line({ type: 'regex', value: '{{ inputs.pattern }}' }),
        line({ type: 'regex', value: '{{ inputs.bad }}' }),
        line({ type: 'word-count', value: 8 }),
        line({ type: 'word-count', value: { min: 9, max: 12 } }),
        line({ type: 'word-count', value: { max: 8 } }),
        line({ type: 'not-word-count', value: { min: 1 } }),
        line({ type: 'is-refusal' }),
        line({ type: 'not-is-refusal' }),
      ].join('\n'),
    ).toMatchInlineSnapshot(`
           "passed 1: expected the text to contain "refund", got "Your refund for W1 is on its way."
           failed 0: expected the text to contain "REFUND", got "Your refund for W1 is on its way."
           passed 1: expected the text to contain, in any case, "REFUND", got "Your refund for W1 is on its way."
           failed 0: expected the text not to contain "refund", got "Your refund for W1 is on its way."
           passed 1: expected the text to contain "W1", got "Your refund for W1 is on its way."
           errored 0: inputs.gone: no such field 'gone'
           passed 1: expected the text to contain all of "refund", "W1", got "Your refund for W1 is on its way."
           failed 0: expected the text to contain all of "refund", "W2", "on, its", got "Your refund for W1 is on its way." without "W2", "on, its"
           passed 1: expected the text to contain any of "no", "W1", got "Your refund for W1 is on its way."
           passed 1: expected the text to contain, in any case, all of "REFUND", "Way", got "Your refund for W1 is on its way."
           passed 1: expected the text to contain, in any case, any of "NOPE", "YOUR", got "Your refund for W1 is on its way."
           passed 1: expected the text not to contain, in any case, any of "nope", got "Your refund for W1 is on its way."
           passed 1: expected the text to start with "Your", got "Your refund for W1 is on its way."
           failed 0: expected the text to end with "way", got "Your refund for W1 is on its way."
           passed 1: expected the text to equal "Your refund for W1 is on its way.", got "Your refund for W1 is on its way."
           passed 1: expected the text to match "W\\d+", got "Your refund for W1 is on its way."
           passed 1: expected the text to match "^Your", got "Your refund for W1 is on its way."
           errored 0: "(" cannot be used: missing closing ): \`(\`
           passed 1: expected the text to have exactly 8 words, got 8
           failed 0: expected the text to have 9 to 12 words, got 8
           passed 1: expected the text to have at most 8 words, got 8
           failed 0: expected the text not to have at least 1 word, got 8
           failed 0: expected the text to be a refusal, got "Your refund for W1 is on its way."
           passed 1: expected the text not to be a refusal, got "Your refund for W1 is on its way.""
        `);
  });

  it('sees the canonical JSON of what is no text, and compares objects as such', () => {
    const order = about({ total: 5, id: 'W1' });
    expect(
      verdicts(
        [
          ...[
            { type: 'contains', value: '"id":"W1"' },
            { type: 'equals', value: { id: '{{ inputs.order_id }}', total: 5 } },
          ],
          ...[
            { type: 'equals', value: { id: 'W1' } },
            { type: 'starts-with', value: '{"id"' },
          ],
        ],
        order,
      ),
    ).toEqual(['passed', 'passed', 'failed', 'passed']);
    expect(verdicts([{ type: 'equals', value: { a: [1] } }], about(' {"a": [1]} '))).toEqual(['passed']);
    expect(
      verdicts(
        [
          { type: 'equals', value: { a: 1 } },
          { type: 'not-equals', value: { a: 1 } },
        ],
        about('no'),
      ),
    ).toEqual(['failed', 'passed']);
    expect(
      verdicts(
        [
          { type: 'equals', value: 5 },
          { type: 'equals', value: '5' },
        ],
        about(5),
      ),
    ).toEqual(['passed', 'passed']);
  });

  it('cannot tell anything when there is no output, with `not-` as without', () => {
    for (const spec of [
      ...[
        { type: 'contains', value: 'a' },
        { type: 'not-contains', value: 'a' },
        { type: 'is-json' },
        { type: 'not-is-refusal' },
      ],
      ...[
        { type: 'bleu', value: 'a' },
        { type: 'contains-json' },
        { type: 'cel', value: 'true', transform: 'output' },
      ],
    ]) {
      expect(evaluate(spec, about(null))).toMatchObject({
        verdict: 'errored',
        score: 0,
        reason: 'the run has no output',
      });
    }
  });

  it('looks at the output after its transform', () => {
    const order = about({ message: 'All is well', list: [1, 2] });
    expect(line({ type: 'equals', value: 'All is well', transform: 'output.message' }, order)).toMatch(
      /^passed/,
    );
    expect(line({ type: 'cel', value: 'output == 2', transform: 'output.list.size()' }, order)).toMatch(
      /^passed/,
    );
    expect(line({ type: 'equals', value: 'x', transform: 'output.gone' }, order)).toMatchInlineSnapshot(
      `"errored 0: the transform failed: output.gone: no such field 'gone'"`,
    );
  });

  it('looks at what a program makes of the output, and asks itself behind it', () => {
    const spec: AssertionSpec = {
      type: 'javascript',
      value: 'output > 1',
      transform: { javascript: 'output.n' },
    };
    const answers: Record<string, Json> = { '/turn[1]': 2, '/turn[2]': true };
    const { result, asked } = settle(compiled(spec), about({ n: 2 }), (_, at) => answers[at]!);
    expect(asked.map(({ at, ask }) => [at, 'bindings' in ask && ask.bindings.output])).toEqual([
      ['/turn[1]', { n: 2 }],
      ['/turn[2]', 2],
    ]);
    expect(result.verdict).toBe('passed');
    const nothing = settle(compiled(spec), about({ n: 2 }), () => ({ ok: true, value: null }));
    expect(nothing.result).toMatchObject({
      ...{ verdict: 'errored', reason: 'the transform failed: the program gave null' },
    });
    expect(settle(compiled(spec), about(null)).result.reason).toBe('the run has no output');
  });
});

describe('a structure assertion', () => {
  const schema = { type: 'object', required: ['status'], properties: { status: { type: 'string' } } };

  it('reads JSON and checks it against a schema', () => {
    expect(
      [
        line({ type: 'is-json' }, about('{"a": 1}')),
        line({ type: 'is-json' }, about('Here: {"a": 1}')),
        line({ type: 'is-json', value: schema }, about('{"a": 1}')),
        line({ type: 'is-json', value: schema }, about({ status: 'ok' })),
        line(
          { type: 'contains-json', value: schema },
          about('Here: {"a": [1]} and ```{"status": "ok {"}``` done'),
        ),
        line({ type: 'contains-json', value: schema }, about('Here: {"status": 1}')),
        line({ type: 'contains-json' }, about('a [b] {c} "{"')),
        line({ type: 'not-contains-json' }, about('[note] {"x": [1, {"y": 2}]}')),
        line({ type: 'contains-json' }, about('['.repeat(100_000))),
      ].join('\n'),
    ).toMatchInlineSnapshot(`
           "passed 1: expected the output to be JSON, got "{"a": 1}"
           failed 0: expected the output to be JSON, got "Here: {"a": 1}"
           failed 0: expected the output to be JSON that fits its schema, got must have the field \`status\`
           passed 1: expected the output to be JSON that fits its schema, got "{"status":"ok"}"
           passed 1: expected the text to contain JSON that fits its schema, got "Here: {"a": [1]} and \`\`\`{"status": "ok {"}\`\`\` done"
           failed 0: expected the text to contain JSON that fits its schema, got /status: must be a string, not a number
           failed 0: expected the text to contain JSON, got "a [b] {c} "{""
           failed 0: expected the text not to contain JSON, got "[note] {"x": [1, {"y": 2}]}"
           errored 0: the text has too many brackets to find JSON in it"
        `);
  });
});

describe('a cel assertion', () => {
  it('holds, or gives a score', () => {
    expect(
      [
        line({ type: 'cel', value: 'output.contains(inputs.order_id) && toolCalls.size() == 2' }),
        line({ type: 'cel', value: 'nodes.classify.output == "other"' }),
        line({ type: 'cel', value: 'toolCalls.filter(c, c.name == "issue_refund").size() / 4.0' }),
        line({ type: 'cel', value: '0.25', threshold: 0.5 }),
        line({ type: 'cel', value: '0.0', threshold: 0 }),
        line({ type: 'cel', value: '0.0' }),
        line({ type: 'not-cel', value: '0.25', threshold: 0.5 }),
        line({ type: 'cel', value: 'inputs.gone == 1' }),
        line({ type: 'cel', value: 'inputs.order_id' }),
        line({ type: 'cel', value: 'toolCalls.size()' }),
      ].join('\n'),
    ).toMatchInlineSnapshot(`
           "passed 1: expected output.contains(inputs.order_id) && toolCalls.size() == 2 to hold, got true
           failed 0: expected nodes.classify.output == "other" to hold, got false
           passed 0.25: expected toolCalls.filter(c, c.name == "issue_refund").size() / 4.0 to hold, got 0.25
           failed 0.25: expected 0.25 to be at least 0.5, got 0.25
           passed 0: expected 0.0 to be at least 0, got 0
           failed 0: expected 0.0 to hold, got 0
           passed 0.75: expected 0.25 not to be at least 0.5, got 0.25
           errored 0: inputs.gone: no such field 'gone'
           errored 0: the expression gave "W1", not a bool or a score from 0 to 1
           errored 0: the expression gave 2, not a bool or a score from 0 to 1"
        `);
  });

  it('tells which nodes it names', () => {
    const compiled = compileAssertion({
      type: 'cel',
      value: 'nodes.a.text == "x"',
      transform: 'nodes.b.output',
    });
    expect(compiled).toMatchObject({ nodeReferences: ['a', 'b'] });
    expect(compileAssertion({ type: 'contains', value: '{{ nodes.c.text }}' })).toMatchObject({
      nodeReferences: ['c'],
    });
  });
});

describe('a trajectory assertion', () => {
  it('looks at the tools that were called', () => {
    const args = { name: 'issue_refund', args: { order_id: '{{ inputs.order_id }}' } };
    const lines = { order_id: 'W1', lines: [{ sku: 'a' }] };
    expect(
      [
        line({ type: 'trajectory:tool-used', value: 'issue_refund' }),
        line({ type: 'trajectory:tool-used', value: ['lookup_order', 'cancel'] }),
        line({ type: 'not-trajectory:tool-used', value: ['cancel', 'issue_refund'] }),
        line({ type: 'not-trajectory:tool-used', value: ['cancel', 'delete'] }),
        line({ type: 'trajectory:tool-used', value: { pattern: '*_order', max: 1 } }),
        line({ type: 'trajectory:tool-used', value: { name: 'lookup_order', min: 2 } }),
        line({ type: 'trajectory:tool-used', value: { pattern: '*', max: 0 } }),
        line({ type: 'trajectory:tool-args-match', value: args }),
        line({ type: 'trajectory:tool-args-match', value: { ...args, mode: 'exact' } }),
        line({ type: 'trajectory:tool-args-match', value: { ...args, mode: 'exact', ignore: 'li*' } }),
        line({ type: 'trajectory:tool-args-match', value: { name: 'issue_refund', args: lines } }),
        line({ type: 'trajectory:tool-args-match', value: { name: 'cancel', args: {} } }),
        line({ type: 'trajectory:step-count', value: { max: 3 } }),
        line({ type: 'trajectory:step-count', value: { exact: 2 } }),
        line({ type: 'tool-call-f1', value: ['lookup_order', 'cancel'], threshold: 0.5 }),
        line({ type: 'tool-call-f1', value: 'lookup_order, issue_refund' }),
        line({ type: 'tool-call-f1', value: 'cancel' }, about('x', { toolCalls: [] })),
        line({ type: 'finish-reason', value: 'STOP' }),
        line({ type: 'finish-reason', value: 'length' }),
        line({ type: 'finish-reason', value: 'stop' }, {
          ...SUBJECT,
          finishReason: undefined,
        } as unknown as AssertionSubject),
      ].join('\n'),
    ).toMatchInlineSnapshot(`
           "passed 1: expected the run to use issue_refund, got lookup_order, issue_refund
           failed 0: expected the run to use lookup_order, cancel, got lookup_order, issue_refund
           failed 0: expected the run not to use any of cancel, issue_refund, got lookup_order, issue_refund
           passed 1: expected the run not to use any of cancel, delete, got lookup_order, issue_refund
           passed 1: expected the run to use *_order exactly 1 time, got 1 of lookup_order, issue_refund
           failed 0: expected the run to use lookup_order at least 2 times, got 1 of lookup_order, issue_refund
           failed 0: expected the run to use * exactly 0 times, got 2 of lookup_order, issue_refund
           passed 1: expected the run to call issue_refund with {"order_id":"W1"}, got {"lines":[{"n":1,"sku":"a"}],"order_id":"W1"}
           failed 0: expected the run to call issue_refund with exactly {"order_id":"W1"}, got {"lines":[{"n":1,"sku":"a"}],"order_id":"W1"}
           passed 1: expected the run to call issue_refund with exactly {"order_id":"W1"}, got {"order_id":"W1"}
           passed 1: expected the run to call issue_refund with {"lines":[{"sku":"a"}],"order_id":"W1"}, got {"lines":[{"n":1,"sku":"a"}],"order_id":"W1"}
           failed 0: expected the run to call cancel with {}, got lookup_order, issue_refund
           passed 1: expected the run to take at most 3 steps, got 3
           failed 0: expected the run to take exactly 2 steps, got 3
           passed 0.5: expected the F1 score of the tools against lookup_order, cancel to be at least 0.5, got 0.5 for lookup_order, issue_refund
           passed 1: expected the F1 score of the tools against lookup_order, issue_refund to be at least 1, got 1 for lookup_order, issue_refund
           failed 0: expected the F1 score of the tools against cancel to be at least 1, got 0 for no tool call
           passed 1: expected the finish reason to be "STOP", got "stop"
           failed 0: expected the finish reason to be "length", got "stop"
           errored 0: no model told why it finished"
        `);
  });

  it('compares sequences in five ways', () => {
    const MODES = ['exact', 'in_order', 'unordered', 'subset', 'superset'];
    const table = (calls: string, steps: string): string => {
      const subject = about('x', { toolCalls: Array.from(calls, (name) => call(name)) });
      const holding = MODES.filter((mode) => {
        const value = { mode, steps: Array.from(steps, (name) => (name === '*' ? { pattern: '*' } : name)) };
        return evaluate({ type: 'trajectory:tool-sequence', value }, subject).verdict === 'passed';
      });
      return `${calls || '(none)'} against ${steps}: ${holding.join(' ')}`;
    };
    expect(
      [
        ...[
          table('ab', 'ab'),
          table('ba', 'ab'),
          table('acb', 'ab'),
          table('a', 'ab'),
          table('', 'ab'),
          table('aab', 'ab'),
        ],

        ...[table('ab', 'aab'), table('c', 'ab'), table('ab', '*a'), table('ba', '*a'), table('aa', 'a*')],
      ].join('\n'),
    ).toMatchInlineSnapshot(`
           "ab against ab: exact in_order unordered subset superset
           ba against ab: unordered subset superset
           acb against ab: in_order superset
           a against ab: subset
           (none) against ab: subset
           aab against ab: in_order superset
           ab against aab: subset
           c against ab: 
           ab against *a: unordered subset superset
           ba against *a: exact in_order unordered subset superset
           aa against a*: exact in_order unordered subset superset"
        `);
    expect(
      evaluate({ type: 'trajectory:tool-sequence', value: ['lookup_order', 'issue_refund'] }).verdict,
    ).toBe('passed');
    const nothing = { type: 'trajectory:tool-sequence', value: { mode: 'exact', steps: [] } };
    expect(verdicts([nothing], about('x', { toolCalls: [] }))).toEqual(['passed']);
  });
});

describe('an operation assertion', () => {
  it('compares with what is allowed; a threshold of 0 is an ordinary one', () => {
    expect(
      [
        line({ type: 'latency', threshold: '20s' }),
        line({ type: 'latency', threshold: 1_000 }),
        line({ type: 'latency', threshold: 0 }),
        line({ type: 'cost', threshold: 0.02 }),
        line({ type: 'cost', threshold: 0 }),
        line({ type: 'cost', threshold: 0 }, { ...SUBJECT, costUsd: 0 }),
        line({ type: 'tokens', threshold: 150 }),
        line({ type: 'tokens', value: { min: 200 } }),
        line({ type: 'not-latency', threshold: 1_000 }),
      ].join('\n'),
    ).toMatchInlineSnapshot(`
           "passed 1: expected the latency to be at most 20000 ms, got 1235 ms
           failed 0: expected the latency to be at most 1000 ms, got 1235 ms
           failed 0: expected the latency to be at most 0 ms, got 1235 ms
           passed 1: expected the cost to be at most $0.02, got $0.0123
           failed 0: expected the cost to be at most $0, got $0.0123
           passed 1: expected the cost to be at most $0, got $0
           passed 1: expected the token count to be at most 150, got 150
           failed 0: expected the run to take at least 200 tokens, got 150
           passed 1: expected the latency not to be at most 1000 ms, got 1235 ms"
        `);
  });
});

describe('any assertion', () => {
  it('carries its metric, severity and weight, and evidence as JSON', () => {
    expect(evaluate({ type: 'not-contains', value: 'x', metric: 'tone', severity: 'critical', weight: 0 }))
      .toMatchInlineSnapshot(`
           {
             "evidence": {
               "actual": "Your refund for W1 is on its way.",
               "expected": "x",
             },
             "metric": "tone",
             "reason": "expected the text not to contain "x", got "Your refund for W1 is on its way."",
             "score": 1,
             "severity": "critical",
             "type": "not-contains",
             "verdict": "passed",
             "weight": 0,
           }
        `);
    expect(evaluate({ type: 'cost', threshold: 1 })).toMatchObject({ severity: 'major', weight: 1 });
  });

  it('of a run that ended early keeps only what a longer run could not have changed', () => {
    const ended = { ...SUBJECT, endedEarly: { reason: 'the budget was exceeded' } };
    const kept = (specs: readonly AssertionSpec[]) =>
      specs.map(
        (spec) =>
          `${spec.type} ${JSON.stringify(spec.value ?? spec.threshold)}: ${evaluate(spec, ended).verdict}`,
      );
    expect(
      kept([
        ...[
          { type: 'latency', threshold: '1s' },
          { type: 'latency', threshold: '2s' },
          { type: 'not-latency', threshold: '1s' },
        ],

        ...[
          { type: 'cost', threshold: 0.01 },
          { type: 'cost', threshold: 1 },
          { type: 'tokens', threshold: 1 },
          { type: 'tokens', threshold: 999 },
        ],

        ...[
          { type: 'trajectory:step-count', value: { max: 2 } },
          { type: 'trajectory:step-count', value: { max: 3 } },
        ],

        ...[
          { type: 'trajectory:step-count', value: { min: 2 } },
          { type: 'trajectory:step-count', value: 3 },
        ],

        ...[
          { type: 'trajectory:tool-used', value: 'issue_refund' },
          { type: 'trajectory:tool-used', value: 'cancel' },
        ],

        ...[
          { type: 'not-trajectory:tool-used', value: 'issue_refund' },
          { type: 'not-trajectory:tool-used', value: 'cancel' },
        ],

        ...[
          { type: 'trajectory:tool-sequence', value: ['lookup_order', 'issue_refund'] },
          { type: 'trajectory:tool-sequence', value: ['issue_refund', 'lookup_order'] },
        ],

        ...[
          {
            type: 'trajectory:tool-sequence',
            value: { mode: 'exact', steps: ['lookup_order', 'issue_refund'] },
          },
          { type: 'trajectory:tool-sequence', value: { mode: 'subset', steps: ['lookup_order'] } },
        ],

        ...[
          { type: 'contains', value: 'refund' },
          { type: 'not-contains', value: 'refund' },
          { type: 'cel', value: 'true' },
          { type: 'tool-call-f1', value: 'cancel' },
        ],
      ]),
    ).toMatchInlineSnapshot(`
           [
             "latency "1s": failed",
             "latency "2s": errored",
             "not-latency "1s": passed",
             "cost 0.01: failed",
             "cost 1: errored",
             "tokens 1: failed",
             "tokens 999: errored",
             "trajectory:step-count {"max":2}: failed",
             "trajectory:step-count {"max":3}: errored",
             "trajectory:step-count {"min":2}: passed",
             "trajectory:step-count 3: errored",
             "trajectory:tool-used "issue_refund": passed",
             "trajectory:tool-used "cancel": errored",
             "not-trajectory:tool-used "issue_refund": failed",
             "not-trajectory:tool-used "cancel": errored",
             "trajectory:tool-sequence ["lookup_order","issue_refund"]: passed",
             "trajectory:tool-sequence ["issue_refund","lookup_order"]: errored",
             "trajectory:tool-sequence {"mode":"exact","steps":["lookup_order","issue_refund"]}: errored",
             "trajectory:tool-sequence {"mode":"subset","steps":["lookup_order"]}: failed",
             "contains "refund": errored",
             "not-contains "refund": errored",
             "cel "true": errored",
             "tool-call-f1 "cancel": errored",
           ]
        `);
    expect(evaluate({ type: 'contains', value: 'x' }, ended).reason).toMatchInlineSnapshot(
      `"cannot be told, the run ended early: the budget was exceeded; expected the text to contain "x", got "Your refund for W1 is on its way.""`,
    );
  });

  it('that is wrong is answered with what and where, before it runs', () => {
    expect(
      [
        ...[
          { type: 'llm-rubric', value: 'x' },
          { type: 'contains' },
          { type: 'contains', value: '' },
          { type: 'contains', value: '{{ inptus.x }}' },
        ],

        ...[
          { type: 'contains-all', value: [] },
          { type: 'contains-any', value: ['a', {}] },
          { type: 'equals' },
          { type: 'regex', value: '(?<=a)b' },
        ],

        ...[
          { type: 'word-count', value: -1 },
          { type: 'word-count', value: { min: 3, max: 1 } },
          { type: 'word-count', value: { mx: 1 } },
          { type: 'word-count', value: {} },
        ],

        ...[
          { type: 'levenshtein', value: 1 },
          { type: 'levenshtein', value: 'a', threshold: 'x' },
          { type: 'bleu', value: [] },
          { type: 'rouge-n', value: { n: 9 } },
        ],

        ...[
          { type: 'gleu', value: 'a', threshold: 2 },
          { type: 'is-json', value: { type: 'x' } },
          { type: 'is-json', value: { $ref: 'http://a' } },
          { type: 'is-json', value: 'x' },
        ],

        ...[
          { type: 'cel', value: 1 },
          { type: 'cel', value: 'outptu == 1' },
          { type: 'cel', value: '"text"' },
          { type: 'cel', value: 'true', transform: '1 +' },
        ],

        ...[
          { type: 'trajectory:tool-used', value: 1 },
          { type: 'trajectory:tool-used', value: ['a', ''] },
          { type: 'trajectory:tool-used', value: { name: 'a', min: 2, max: 1 } },
        ],

        ...[
          { type: 'trajectory:tool-sequence', value: { mode: 'inorder', steps: ['a'] } },
          { type: 'trajectory:tool-sequence', value: { steps: [] } },
          { type: 'trajectory:tool-sequence', value: [{}] },
        ],

        ...[
          { type: 'trajectory:tool-args-match', value: { name: 'a' } },
          { type: 'trajectory:tool-args-match', value: { name: 'a', args: {}, mode: 'x' } },
        ],

        ...[
          { type: 'trajectory:step-count' },
          { type: 'tool-call-f1', value: [] },
          { type: 'finish-reason' },
          { type: 'latency' },
          { type: 'latency', threshold: '5 apples' },
        ],

        ...[
          { type: 'cost', threshold: '1' },
          { type: 'cost', threshold: -1 },
          { type: 'tokens' },
          { type: 'cost', threshold: 1, transform: 'output' },
        ],
      ].flatMap((spec) => issues(spec as unknown as Record<string, Json>)),
    ).toMatchInlineSnapshot(`
      [
        "llm-rubric at type: assertion/bad-value \`llm-rubric\` asks a judge, and no route is named \`judge\`",
        "contains at value: assertion/bad-value the value must be a text",
        "contains at value: assertion/bad-value the value must be a text",
        "contains at value: expression/unknown-name unknown name \`inptus\`; known here are inputs, vars, nodes, run, case, output, text, last, toolCalls, memory",
        "contains-all at value: assertion/bad-value the value must be a list of texts, or texts with commas between them",
        "contains-any at value.1: assertion/bad-value must be a text",
        "equals at value: assertion/bad-value the value must say what the output has to be",
        "regex at value: assertion/regex "(?<=a)b" is no regular expression that can be used: look-around is not supported (invalid named capture: \`(?<=a)b\`)",
        "word-count at value: assertion/bad-value must be a whole number, 0 or more",
        "word-count at value: assertion/bad-value min must not be more than max",
        "word-count at value.mx: assertion/bad-value unknown key \`mx\`; there are min, max, exact",
        "word-count at value: assertion/bad-value the value must have min, max or exact",
        "levenshtein at value: assertion/bad-value the value must be a text",
        "levenshtein at threshold: assertion/bad-value the threshold must be a number",
        "bleu at value: assertion/bad-value the value must be a reference text, or a list of them",
        "rouge-n at value.n: assertion/bad-value n must be 1, 2, 3 or 4",
        "gleu at threshold: assertion/bad-value the threshold must lie between 0 and 1",
        "is-json at value.type: schema/invalid must be one of "array", "boolean", "integer", "null", "number", "object", "string", not "x"",
        "is-json at value.$ref: schema/reference \`http://a\` leads out of the schema; nothing is ever fetched",
        "is-json at value: assertion/bad-value must be a JSON Schema",
        "cel at value: assertion/bad-value the value must be a CEL expression",
        "cel at value: expression/unknown-name unknown name \`outptu\`; known here are inputs, vars, nodes, run, case, output, text, last, toolCalls, memory",
        "cel at value: assertion/bad-value the expression must give a bool or a score, not a string",
        "cel at transform: expression/syntax unexpected token: the end",
        "trajectory:tool-used at value: assertion/bad-value must be the name of a tool, {name} or {pattern}",
        "trajectory:tool-used at value.1: assertion/bad-value must be the name of a tool, {name} or {pattern}",
        "trajectory:tool-used at value: assertion/bad-value min must not be more than max",
        "trajectory:tool-sequence at value.mode: assertion/bad-value the mode must be one of exact, in_order, unordered, subset, superset",
        "trajectory:tool-sequence at value.steps: assertion/bad-value must be a list of 1 to 100 tools",
        "trajectory:tool-sequence at value.0: assertion/bad-value must be the name of a tool, {name} or {pattern}",
        "trajectory:tool-args-match at value.args: assertion/bad-value args must say which arguments are expected",
        "trajectory:tool-args-match at value.mode: assertion/bad-value the mode must be partial or exact",
        "trajectory:step-count at value: assertion/bad-value the value must be a number of steps, or {min, max}",
        "tool-call-f1 at value: assertion/bad-value the value must be a list of tools",
        "finish-reason at value: assertion/bad-value the value must be a finish reason, as in stop",
        "latency at threshold: assertion/bad-value a threshold is needed, as in threshold: 20s",
        "latency at threshold: assertion/bad-value the threshold must be milliseconds, or a duration such as 20s",
        "cost at threshold: assertion/bad-value the threshold must be a number",
        "cost at threshold: assertion/bad-value the threshold must not be negative",
        "tokens at threshold: assertion/bad-value a threshold is needed, as in threshold: 2000",
        "cost at transform: assertion/bad-value \`cost\` does not look at the output, so there is nothing to transform",
      ]
    `);
  });

  it('never throws, whatever its value and the output', () => {
    const json = fc.jsonValue() as fc.Arbitrary<Json>;
    const value = fc.oneof(
      json,
      fc.constantFrom<Json>(
        'a',
        'a, b',
        ['a'],
        1,
        { min: 1 },
        { name: 'a', args: {} },
        { steps: ['a'] },
        '{{ output }}',
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...RUNNABLE_ASSERTION_TYPES), value, json, (type, anyValue, output) => {
        const compiled = compileAssertion({ type: `not-${type}`, value: anyValue, threshold: 1 });
        if (Array.isArray(compiled)) return expect(compiled.length).toBeGreaterThan(0);
        const { verdict, score, reason } = compiled.evaluate(about(output));
        expect(['passed', 'failed', 'errored']).toContain(verdict);
        expect(score >= 0 && score <= 1 && reason.length > 0).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('runs for exactly these types', () => {
    expect(RUNNABLE_ASSERTION_TYPES.join(' ')).toMatchInlineSnapshot(
      `"equals contains icontains contains-all contains-any icontains-all icontains-any starts-with ends-with regex word-count levenshtein rouge-n bleu gleu is-refusal is-json contains-json is-xml contains-xml is-html contains-html is-sql json-path is-valid-openai-tools-call cel javascript similar llm-rubric g-eval factuality model-graded-closedqa answer-relevance context-faithfulness context-recall context-relevance select-best classifier moderation trajectory:tool-used trajectory:tool-args-match trajectory:tool-sequence trajectory:step-count trajectory:handoff-sequence trajectory:goal-success tool-call-f1 finish-reason latency cost tokens pii safety-score prompt-leak guardrails contract replay:identical chaos:recovered metamorphic"`,
    );
  });
});
