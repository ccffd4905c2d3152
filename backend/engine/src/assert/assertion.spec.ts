import { describe, expect, it } from '@jest/globals';
import type { AssertionSpec, Json } from '@rehearse/contracts';
import fc from 'fast-check';
import { compileAssertion, RUNNABLE_ASSERTION_TYPES } from './index.js';
import { about, evaluate, issues, line, SUBJECT } from './testing/evaluated.js';

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
          { type: 'trajectory:tool-args-match', value: { name: 'a', args: {}, arguments: {} } },
          { type: 'trajectory:tool-used', value: { name: 'a', pattern: 'b*' } },
          { type: 'trajectory:tool-sequence', value: ['a', { name: 'a', pattern: 'b*' }] },
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
        "trajectory:tool-args-match at value.arguments: assertion/bad-value \`arguments\` is another name of \`args\`",
        "trajectory:tool-used at value.pattern: assertion/bad-value \`name\` and \`pattern\` both say which tool is meant",
        "trajectory:tool-sequence at value.1.pattern: assertion/bad-value \`name\` and \`pattern\` both say which tool is meant",
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

  it('warns of keys that change nothing', () => {
    const warned = (spec: Partial<AssertionSpec> & { type: string }) => {
      const compiled = compileAssertion(spec);
      if (Array.isArray(compiled)) return compiled.map(({ message }) => message);
      return compiled.warnings.map(({ code, path, message }) => `${path.join('.')}: ${code} ${message}`);
    };
    expect([
      warned({ type: 'contains', value: 'x', threshold: 'abc' }),
      warned({ type: 'not-pii', threshold: 0.5 }),
      warned({ type: 'is-refusal', value: 'x' }),
      warned({ type: 'latency', threshold: '1s', value: 5 }),
      warned({ type: 'tokens', threshold: 5, value: 5 }),
      warned({ type: 'tokens', threshold: 5 }),
      warned({ type: 'levenshtein', value: 'x', threshold: 5 }),
    ]).toMatchInlineSnapshot(`
      [
        [
          "threshold: assertion/unused-key \`contains\` takes no threshold: it changes nothing",
        ],
        [
          "threshold: assertion/unused-key \`pii\` takes no threshold: it changes nothing",
        ],
        [
          "value: assertion/unused-key \`is-refusal\` takes no value: it changes nothing",
        ],
        [
          "value: assertion/unused-key \`latency\` takes no value: it changes nothing",
        ],
        [
          "value: assertion/unused-key beside a threshold \`tokens\` takes no value: it changes nothing",
        ],
        [],
        [],
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
