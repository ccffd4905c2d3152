import { describe, expect, it } from '@jest/globals';
import { casesOf, CONFIG, imported } from '../testing/promptfoo.js';

describe('the tests of a config of promptfoo', () => {
  it('come from files: CSV with __expected, YAML, JSON, JSON Lines, patterns', () => {
    expect(
      imported(
        `${CONFIG}tests: [file://a.csv, file://more/*.yaml, file://c.jsonl, file://gen.py, 'https://sheets.example/x', file://none.csv]\n`,
        {
          'a.csv': [
            'question,__expected,__expected2,__description,__metric,__threshold,__metadata:team,__config:__expected2:threshold',
            '"one, ""two""",contains-all: one,"similar: uno",First row,words,0.5,red,0.9',
            'three,three,,,,,,',
            'four,python: len(output) > 1,fn: output.length > 1,,,,,',
            '"five',
            'lines","regex(0.2): \\d+",not-is-json,,,,,',
          ].join('\n'),
          'more/b.yaml': '- {vars: {question: six}, assert: [{type: equals, value: six}]}\n',
          'c.jsonl': '{"vars": {"question": "seven"}}\nnot json\n',
        },
      ),
    ).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: promptfoo
      inputs:
        type: object
        required: [question]
        properties: {question: {type: string}}
      providers:
        echo: {targets: [{provider: mock, script: echo}]}
        embedding: {targets: [{provider: openai, model: text-embedding-3-large}]}
      mocks:
        echo: [{reply: {content: '{{ last.content }}'}}]
      nodes:
        answer: {type: llm, provider: echo, prompt: '{{ inputs.question }}'}
      cases:
        - id: first-row
          description: First row
          labels: {team: red}
          vars: {question: 'one, "two"'}
          assert:
            - type: assert-set
              threshold: 0.5
              assert:
                - {type: contains-all, value: [one], metric: words}
                - {type: similar, value: uno, threshold: 0.9, metric: words}
        - id: test-2
          vars: {question: three}
          assert: [{type: equals, value: three}]
        - id: test-3
          vars: {question: four}
          assert: [{type: javascript, value: output.length > 1}]
        - id: test-4
          vars:
            question: |-
              five
              lines
          assert: [{type: regex, value: \\d+, threshold: 0.2}, {type: not-is-json}]
        - {id: test-5, vars: {question: six}, assert: [{type: equals, value: six}]}
        - {id: test-6, vars: {question: seven}}

      lost a.csv:4 line 4: the assertion \`python\` of promptfoo has no counterpart here
      lost c.jsonl:2 line 2: the line holds no test
      changed promptfooconfig.yaml:1 : assertions that compare embeddings ask the route \`embedding\` (openai, text-embedding-3-large), as promptfoo does by default
      changed promptfooconfig.yaml:1 : a run without an assertion is inconclusive here; promptfoo lets it pass
      lost promptfooconfig.yaml:3 tests[3]: tests of gen.py have no counterpart: it is a program or a sheet
      lost promptfooconfig.yaml:3 tests[4]: tests from https://sheets.example/x are not fetched; download them first
      lost promptfooconfig.yaml:3 tests[5]: none.csv cannot be read: there is no such file"
    `);
  });

  it('multiply lists of texts, keep other lists whole, read files, fill in variables and rename what is no name', () => {
    expect(
      imported(
        `
prompts: ['{{ question }} {{ doc }} {{ tags[0] }} {{ absent }}']
providers: [echo]
tests:
  - vars:
      question: [one, 'two {{ tags }}']
      tags: [1, 2]
      doc: file://docs/*.txt
      size-class: big
      data: file://data.yaml
      loop: '{% for x in tags %}{{ x }}{% endfor %}'
    assert: [{ type: contains, value: t }]
`,
        { 'docs/a.txt': 'A\n', 'docs/b.txt': 'B {{ not a template', 'data.yaml': 'a: 1\n' },
      ),
    ).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: promptfoo
      inputs:
        type: object
        required: [question, doc, tags, absent]
        properties:
          question: {type: string}
          tags: {type: array}
          doc: {type: string}
          size_class: {type: string}
          data: {type: string}
          loop: {type: string}
          absent: {type: string}
      providers:
        echo: {targets: [{provider: mock, script: echo}]}
      mocks:
        echo: [{reply: {content: '{{ last.content }}'}}]
      nodes:
        answer:
          type: llm
          provider: echo
          prompt: '{{ inputs.question }} {{ inputs.doc }} {{ inputs.tags[0] }} {{ inputs.absent }}'
      cases:
        - id: test-1.1
          vars:
            question: one
            tags: [1, 2]
            doc: A
            size_class: big
            data: '{"a":1}'
            loop: '{% for x in tags %}{{ x }}{% endfor %}'
            absent: ''
          assert: [{type: contains, value: t}]
        - id: test-1.2
          vars:
            question: one
            tags: [1, 2]
            doc: B {{ not a template
            size_class: big
            data: '{"a":1}'
            loop: '{% for x in tags %}{{ x }}{% endfor %}'
            absent: ''
          assert: [{type: contains, value: t}]
        - id: test-1.3
          vars:
            question: two [1,2]
            tags: [1, 2]
            doc: A
            size_class: big
            data: '{"a":1}'
            loop: '{% for x in tags %}{{ x }}{% endfor %}'
            absent: ''
          assert: [{type: contains, value: t}]
        - id: test-1.4
          vars:
            question: two [1,2]
            tags: [1, 2]
            doc: B {{ not a template
            size_class: big
            data: '{"a":1}'
            loop: '{% for x in tags %}{{ x }}{% endfor %}'
            absent: ''
          assert: [{type: contains, value: t}]

      changed promptfooconfig.yaml:9 tests[0].vars.size-class: the variable \`size-class\` is called \`size_class\`
      lost promptfooconfig.yaml:11 tests[0].vars.loop: a value that is a template with more than variables stays as it is written"
    `);
  });

  it('play scenarios, and keep thresholds, default options and metadata', () => {
    expect(
      imported(`
prompts: ['{{ language }}: {{ question }}']
providers: [echo]
tags: { team: red }
evaluateOptions: { repeat: 3, maxConcurrency: 2 }
sharing: false
defaultTest:
  options: { provider: openai:gpt-5, transform: output.trim() }
  assert: [{ type: llm-rubric, value: Is polite }]
scenarios:
  - config: [{ vars: { language: [French, German] } }, { vars: { language: Dutch }, metadata: { rare: true } }]
    tests:
      - { vars: { question: Why? }, threshold: 0.6, assert: [{ type: contains, value: '{{ language }}' }] }
`),
    ).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: promptfoo
      labels: {team: red}
      inputs:
        type: object
        required: [language, question]
        properties: {language: {type: string}, question: {type: string}}
      providers:
        echo: {targets: [{provider: mock, script: echo}]}
        openai_gpt_5: {targets: [{provider: openai, model: gpt-5}]}
      mocks:
        echo: [{reply: {content: '{{ last.content }}'}}]
      nodes:
        answer: {type: llm, provider: echo, prompt: '{{ inputs.language }}: {{ inputs.question }}'}
      cases:
        - id: test-1.1
          vars: {language: French, question: Why?}
          assert:
            - type: assert-set
              threshold: 0.6
              assert:
                - type: llm-rubric
                  value: Is polite
                  transform: {javascript: output.trim()}
                  provider: openai_gpt_5
                - type: contains
                  value: '{{ inputs.language }}'
                  transform: {javascript: output.trim()}
        - id: test-1.2
          vars: {language: German, question: Why?}
          assert:
            - type: assert-set
              threshold: 0.6
              assert:
                - type: llm-rubric
                  value: Is polite
                  transform: {javascript: output.trim()}
                  provider: openai_gpt_5
                - type: contains
                  value: '{{ inputs.language }}'
                  transform: {javascript: output.trim()}
        - id: test-2
          labels: {rare: 'true'}
          vars: {language: Dutch, question: Why?}
          assert:
            - type: assert-set
              threshold: 0.6
              assert:
                - type: llm-rubric
                  value: Is polite
                  transform: {javascript: output.trim()}
                  provider: openai_gpt_5
                - type: contains
                  value: '{{ inputs.language }}'
                  transform: {javascript: output.trim()}
      repeat: {runs: 3}

      ignored promptfooconfig.yaml:5 evaluateOptions.maxConcurrency: \`maxConcurrency\` is about running promptfoo
      ignored promptfooconfig.yaml:6 sharing: \`sharing\` is about running promptfoo
      changed promptfooconfig.yaml:8 defaultTest.options.transform: \`transform\` makes what the assertions look at; the output of the run is the answer as it came"
    `);
  });

  it('put their transform before those of their assertions', () => {
    const { cases } = casesOf(`
defaultTest: { options: { transform: JSON.parse(output) }, assert: [{ type: is-json }] }
tests:
  - vars: { question: a }
    assert: [{ type: equals, value: x, transform: output.answer }, { type: cost, threshold: 1 }]
  - vars: { question: b }
    options: { transform: output.trim() }
    assert: [{ type: equals, value: y }]
  - vars: { question: c }
    options: { transform: file://own.js }
    assert: [{ type: equals, value: z }]
`);
    expect(cases).toMatchInlineSnapshot(`
      "cases:
        - id: test-1
          vars: {question: a}
          assert:
            - {type: is-json, transform: {javascript: JSON.parse(output)}}
            - type: equals
              value: x
              transform:
                javascript: |-
                  const made = ((output) => (JSON.parse(output)
                  ))(output);
                  if (made === null || made === undefined) throw new Error('the first transform gave nothing');
                  return ((output) => (output.answer
                  ))(made);
            - {type: cost, threshold: 1}
        - id: test-2
          vars: {question: b}
          assert:
            - {type: is-json, transform: {javascript: output.trim()}}
            - {type: equals, value: y, transform: {javascript: output.trim()}}
        - id: test-3
          vars: {question: c}
          assert: [{type: is-json}, {type: equals, value: z}]

      changed promptfooconfig.yaml:4 defaultTest.options.transform: \`transform\` makes what the assertions look at; the output of the run is the answer as it came
      changed promptfooconfig.yaml:9 tests[1].options.transform: \`transform\` makes what the assertions look at; the output of the run is the answer as it came
      lost promptfooconfig.yaml:12 tests[2].options.transform: \`transform\` of a test's options has no counterpart: it is a file"
    `);
  });

  it('that say who is asked become a graph of their own', () => {
    expect(
      casesOf(
        `
tests:
  - { vars: { question: all }, assert: [{ type: contains, value: a }] }
  - { vars: { question: one }, provider: 'openai:gpt-5', assert: [{ type: llm-rubric, value: b, provider: 'openai:gpt-5-mini' }] }
  - { vars: { question: some }, providers: [other], assert: [{ type: contains, value: c }] }
  - { vars: { question: more }, providers: ['openai'], assert: [{ type: contains, value: d }] }
  - { vars: { question: none }, providers: [nobody], assert: [{ type: contains, value: e }] }
`,
        "['echo', { id: echo, label: other }, 'openai:gpt-5-mini']",
      ).graphs,
    ).toMatchInlineSnapshot(`
      "name: promptfoo
      providers:
        echo: {targets: [{provider: mock, script: echo}]}
        other: {targets: [{provider: mock, script: echo}]}
        openai_gpt_5_mini: {targets: [{provider: openai, model: gpt-5-mini}]}
      mocks:
        echo: [{reply: {content: '{{ last.content }}'}}]
      nodes:
        answer: {type: llm, provider: echo, prompt: '{{ inputs.question }}'}
      cases:
        - {id: test-1, vars: {question: all}, assert: [{type: contains, value: a}]}
      matrix:
        nodes.answer.provider: [echo, other, openai_gpt_5_mini]

      name: promptfoo-openai-gpt-5
      providers:
        openai_gpt_5_mini: {targets: [{provider: openai, model: gpt-5-mini}]}
        openai_gpt_5: {targets: [{provider: openai, model: gpt-5}]}
      nodes:
        answer: {type: llm, provider: openai_gpt_5, prompt: '{{ inputs.question }}'}
      cases:
        - id: test-2
          vars: {question: one}
          assert: [{type: llm-rubric, value: b, provider: openai_gpt_5_mini}]

      name: promptfoo-other
      providers:
        other: {targets: [{provider: mock, script: echo}]}
      mocks:
        echo: [{reply: {content: '{{ last.content }}'}}]
      nodes:
        answer: {type: llm, provider: other, prompt: '{{ inputs.question }}'}
      cases:
        - {id: test-3, vars: {question: some}, assert: [{type: contains, value: c}]}

      name: promptfoo-openai-gpt-5-mini
      providers:
        openai_gpt_5_mini: {targets: [{provider: openai, model: gpt-5-mini}]}
      nodes:
        answer: {type: llm, provider: openai_gpt_5_mini, prompt: '{{ inputs.question }}'}
      cases:
        - {id: test-4, vars: {question: more}, assert: [{type: contains, value: d}]}

      changed promptfooconfig.yaml:1 : a test with a \`provider\` of its own is asked once here, in promptfoo once for each provider of the config
      ignored promptfooconfig.yaml:1 : the test \`test-5\` means no provider of the config; promptfoo does not run it"
    `);
  });
});
