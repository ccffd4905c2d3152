import { describe, expect, it } from '@jest/globals';
import { assertions } from '../testing/promptfoo.js';

describe('an assertion of promptfoo', () => {
  it('keeps its name, value, threshold, weight and metric', () => {
    expect(
      assertions(
        `      - { type: contains-all, value: [a, '{{ question }}'] }
      - { type: not-regex, value: '\\d+', weight: 0.5, metric: digits }
      - { type: is-json, value: { type: object } }
      - { type: similar:cosine, value: tea, threshold: 0.8 }
      - { type: similar, value: tea, provider: openai:embedding:text-embedding-3-small }
      - { type: llm-rubric, value: 'Is about {{ question }}' }
      - { type: model-graded-factuality, value: It is tea, provider: openai:gpt-5 }
      - { type: javascript, value: 'output.length > 3' }
      - { type: latency, threshold: 500 }
      - { type: contains, value: file://expected.txt }
      - type: assert-set
        threshold: 0.5
        assert: [{ type: contains, value: a }, { type: contains, value: b }]`,
        { 'expected.txt': 'tea\n' },
      ),
    ).toMatchInlineSnapshot(`
      "cases:
        - id: test-1
          vars: {question: tea}
          assert:
            - {type: contains-all, value: [a, '{{ inputs.question }}']}
            - {type: not-regex, value: \\d+, weight: 0.5, metric: digits}
            - {type: is-json, value: {type: object}}
            - {type: similar, value: tea, threshold: 0.8}
            - {type: similar, value: tea, provider: openai_text_embedding_3_small}
            - {type: llm-rubric, value: 'Is about {{ inputs.question }}'}
            - {type: factuality, value: It is tea, provider: openai_gpt_5}
            - {type: javascript, value: output.length > 3}
            - {type: latency, threshold: 500}
            - {type: contains, value: tea}
            - type: assert-set
              threshold: 0.5
              assert: [{type: contains, value: a}, {type: contains, value: b}]

      changed promptfooconfig.yaml:1 : assertions that a model grades ask the route \`judge\` (openai, gpt-5.6-sol), as promptfoo does by default
      changed promptfooconfig.yaml:1 : assertions that compare embeddings ask the route \`embedding\` (openai, text-embedding-3-large), as promptfoo does by default"
    `);
  });

  it('is noted, with its line, where it has no counterpart or could not mean the same', () => {
    expect(
      assertions(`      - { type: python, value: len(output) }
      - { type: contains, value: a, transform: 'output + new Date()' }
      - { type: regex, value: '(?=a)b' }
      - { type: javascript, value: file://check.js }
      - { type: is-json, value: { const: '{{ question }}' } }
      - { type: contains, value: '{{ question | title }}' }
      - { type: contains, value: a, weight: 0, metric: 'm {{ question }}' }
      - { type: cost, threshold: 0 }
      - { type: nothing-known }
      - { $ref: '#/assertionTemplates/absent' }
      - type: assert-set
        assert: [{ type: ruby, value: x }]
      - text`),
    ).toMatchInlineSnapshot(`
      "cases:
        - id: test-1
          vars: {question: tea}
          assert: [{type: contains, value: a, weight: 0}, {type: cost, threshold: 0}]

      lost promptfooconfig.yaml:6 tests[0].assert[0]: the assertion \`python\` has no counterpart
      lost promptfooconfig.yaml:7 tests[0].assert[1]: \`transform\` of an assertion has no counterpart, and without it \`contains\` would check something else: it uses \`Date\`, which the sandbox does not have
      lost promptfooconfig.yaml:8 tests[0].assert[2]: \`regex\` cannot be taken over: "(?=a)b" is no regular expression that can be used: look-around is not supported (invalid or unsupported Perl syntax: \`(?=\`)
      lost promptfooconfig.yaml:9 tests[0].assert[3]: an assertion that is a program (check.js) has no counterpart
      lost promptfooconfig.yaml:10 tests[0].assert[4]: variables in the value of \`is-json\` have no counterpart
      lost promptfooconfig.yaml:11 tests[0].assert[5]: the filter \`title\` has no counterpart in a template
      changed promptfooconfig.yaml:12 tests[0].assert[6]: \`weight: 0\` is checked and reported here, and counts for nothing; promptfoo lets it pass unchecked
      lost promptfooconfig.yaml:12 tests[0].assert[6]: a metric with variables in its name has no counterpart
      changed promptfooconfig.yaml:13 tests[0].assert[7]: \`threshold: 0\` is a threshold like any other here
      lost promptfooconfig.yaml:14 tests[0].assert[8]: the assertion \`nothing-known\` has no counterpart
      lost promptfooconfig.yaml:15 tests[0].assert[9].$ref: \`#/assertionTemplates/absent\` names no assertion template
      lost promptfooconfig.yaml:17 tests[0].assert[10].assert[0]: the assertion \`ruby\` has no counterpart
      lost promptfooconfig.yaml:18 tests[0].assert[11]: an assertion is a mapping"
    `);
  });

  it('keeps a transform that the sandbox can run with the same meaning', () => {
    expect(
      assertions(`      - { type: contains, value: a, transform: output.trim() }
      - { type: latency, threshold: 9, transform: output.length }
      - { type: contains, value: a, transform: 'await ask(output)' }
      - { type: contains, value: a, transform: context.prompt.label }
      - { type: contains, value: a, transform: '(output) => output.trim()' }
      - { type: contains, value: a, transform: file://tidy.js }
      - { type: contains, value: a, transform: '{{ question }}' }
      - { type: contains, value: a, transform: "const x = 1;\\nx" }
      - { type: is-valid-openai-tools-call, transform: output.calls }`),
    ).toMatchInlineSnapshot(`
      "cases:
        - id: test-1
          vars: {question: tea}
          assert:
            - {type: contains, value: a, transform: {javascript: output.trim()}}
            - {type: latency, threshold: 9}

      lost promptfooconfig.yaml:8 tests[0].assert[2]: \`transform\` of an assertion has no counterpart, and without it \`contains\` would check something else: it uses \`await\`, which the sandbox does not have
      lost promptfooconfig.yaml:9 tests[0].assert[3]: \`transform\` of an assertion has no counterpart, and without it \`contains\` would check something else: of the \`context\` there is only \`context.vars\`
      lost promptfooconfig.yaml:10 tests[0].assert[4]: \`transform\` of an assertion has no counterpart, and without it \`contains\` would check something else: it gives a function, and calls none
      lost promptfooconfig.yaml:11 tests[0].assert[5]: \`transform\` of an assertion has no counterpart, and without it \`contains\` would check something else: it is a file
      lost promptfooconfig.yaml:12 tests[0].assert[6]: \`transform\` of an assertion has no counterpart, and without it \`contains\` would check something else: it holds a template
      lost promptfooconfig.yaml:13 tests[0].assert[7]: \`transform\` of an assertion has no counterpart, and without it \`contains\` would check something else: over several lines it needs a \`return\`
      lost promptfooconfig.yaml:14 tests[0].assert[8]: a transform before \`is-valid-openai-tools-call\` has no counterpart"
    `);
  });

  it('takes a template with what stands beside its $ref', () => {
    expect(
      assertions(`      - { $ref: '#/assertionTemplates/tea', weight: 2 }
assertionTemplates: { tea: { type: contains, value: tea, weight: 1 } }`),
    ).toMatchInlineSnapshot(`
      "cases:
        - id: test-1
          vars: {question: tea}
          assert: [{type: contains, value: tea, weight: 2}]
      "
    `);
  });

  it('that is a program is noted where it would say something else here', () => {
    expect(
      assertions(`      - { type: javascript, value: "// at least three\\noutput.length > 3" }
      - { type: javascript, value: "output.split(',').every((one) => {\\n  return one;\\n})" }
      - { type: javascript, value: 'output = output.trim(); output === "a"' }
      - { type: javascript, value: 'const x = 1; return x' }
      - { type: javascript, value: context.prompt.length > 1 }
      - { type: not-javascript, value: 'process.env.HOME === output' }
      - { type: javascript, value: '(output) => output.length > 3' }
      - type: javascript
        value: |
          output.includes("process") // fetch
      - { type: javascript, value: 'const x = output.trim(); x === "a"' }
      - { type: javascript, value: "const x = output.trim();\\nreturn x === 'a';" }`),
    ).toMatchInlineSnapshot(`
      "cases:
        - id: test-1
          vars: {question: tea}
          assert:
            - type: javascript
              value: |
                output.includes("process") // fetch
            - {type: javascript, value: const x = output.trim(); x === "a"}
            - type: javascript
              value: |-
                const x = output.trim();
                return x === 'a';

      lost promptfooconfig.yaml:6 tests[0].assert[0]: \`javascript\` cannot be taken over: over several lines it needs a \`return\`
      lost promptfooconfig.yaml:7 tests[0].assert[1]: \`javascript\` cannot be taken over: over several lines it needs a \`return\`
      lost promptfooconfig.yaml:8 tests[0].assert[2]: \`javascript\` cannot be taken over: on one line promptfoo takes it for an expression
      lost promptfooconfig.yaml:9 tests[0].assert[3]: \`javascript\` cannot be taken over: on one line promptfoo takes it for an expression
      lost promptfooconfig.yaml:10 tests[0].assert[4]: \`javascript\` cannot be taken over: of the \`context\` there is only \`context.vars\`
      lost promptfooconfig.yaml:11 tests[0].assert[5]: \`not-javascript\` cannot be taken over: it uses \`process\`, which the sandbox does not have
      lost promptfooconfig.yaml:12 tests[0].assert[6]: \`javascript\` cannot be taken over: it gives a function, and calls none"
    `);
  });

  it('loses a limit upon SQL that limits nothing', () => {
    expect(
      assertions(
        `      - { type: is-sql, value: { databaseType: SQLite, allowedTables: [], allowedColumns: [select::null::a] } }`,
      ),
    ).toMatchInlineSnapshot(`
      "cases:
        - id: test-1
          vars: {question: tea}
          assert:
            - type: is-sql
              value: {databaseType: SQLite, allowedColumns: [select::null::a]}

      changed promptfooconfig.yaml:6 tests[0].assert[0]: \`allowedTables: []\` limits nothing in promptfoo and is left out"
    `);
  });

  it('that scores otherwise here is noted where a threshold is held against it', () => {
    expect(
      assertions(`      - { type: levenshtein, value: tea }
      - type: assert-set
        threshold: 0.5
        assert: [{ type: levenshtein, value: tea }, { type: contains, value: b }]
  - vars: { question: tea }
    threshold: 0.5
    assert: [{ type: levenshtein, value: tea }]`),
    ).toMatchInlineSnapshot(`
      "cases:
        - id: test-1
          vars: {question: tea}
          assert:
            - {type: levenshtein, value: tea}
            - type: assert-set
              threshold: 0.5
              assert: [{type: levenshtein, value: tea}, {type: contains, value: b}]
        - id: test-2
          vars: {question: tea}
          assert:
            - type: assert-set
              threshold: 0.5
              assert: [{type: levenshtein, value: tea}]

      changed promptfooconfig.yaml:9 tests[0].assert[1].assert[0]: \`levenshtein\` scores 1 or 0 in promptfoo, and here the more the closer the texts are; the threshold over it may say something else
      changed promptfooconfig.yaml:12 tests[1].assert[0]: \`levenshtein\` scores 1 or 0 in promptfoo, and here the more the closer the texts are; the threshold over it may say something else"
    `);
  });
});
