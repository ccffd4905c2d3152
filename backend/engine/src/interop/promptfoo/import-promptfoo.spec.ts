import { describe, expect, it } from '@jest/globals';
import { folder } from '../testing/folder.js';
import { importPromptfoo } from './import-promptfoo.js';

const MAIN = 'promptfooconfig.yaml';
const CONFIG = "prompts: ['{{ question }}']\nproviders: [echo]\n";

/** What comes of a config: its graphs as YAML, and a line for each note. */
function imported(config: string, files: Readonly<Record<string, string>> = {}): string {
  const made = importPromptfoo({ file: MAIN, files: folder({ ...files, [MAIN]: config }) });
  const notes = made.notes.map(
    ({ kind, file, line, path, message }) => `${kind} ${file}:${line} ${path}: ${message}`,
  );
  if (!made.ok)
    return [
      ...made.problems.map(({ code, line, message }) => `${code} ${line ?? ''} ${message}`),
      ...notes,
    ].join('\n');
  const errors = made.graphs.flatMap((graph) =>
    graph.errors.map(({ line, code, message }) => `error ${line} ${code} ${message}`),
  );
  return [...made.graphs.map(({ yaml }) => yaml), ...errors, ...notes].join('\n');
}

/** The same, without the lines of the graph that stand in every one of these tests. */
const assertions = (written: string, files: Readonly<Record<string, string>> = {}): string =>
  imported(`${CONFIG}tests:\n  - vars: { question: tea }\n    assert:\n${written}`, files)
    .split(/(?<=\n)(?=cases:)/)
    .at(-1)!;

/** What comes of the tests of a config: who is asked what, and the notes. */
function casesOf(tests: string, providers = '[echo]') {
  const text = imported(`prompts: ['{{ question }}']\nproviders: ${providers}\n${tests}`);
  const graphs = text
    .split(/^(?=apiVersion)/m)
    .map((graph) => graph.replace(/^(apiVersion|kind|inputs|  (type|required|properties)).*\n/gm, ''))
    .join('');
  return { graphs, cases: graphs.slice(graphs.search(/^(assert|cases):/m)) };
}

describe('a config of promptfoo', () => {
  it('becomes a graph with its prompt, route, cases and assertions', () => {
    expect(
      imported(`
description: Greets people
prompts: ['Say hello to {{ name }}.']
providers: [echo]
defaultTest: { assert: [{ type: icontains, value: hello }] }
tests:
  - description: By name
    vars: { name: Ada }
    assert: [{ type: contains, value: '{{ name }}', weight: 2, metric: names }]
  - vars: { name: [Grace, Edsger] }
`),
    ).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: greets-people
      description: Greets people
      inputs:
        type: object
        required: [name]
        properties: {name: {type: string}}
      providers:
        echo: {targets: [{provider: mock, script: echo}]}
      mocks:
        echo: [{reply: {content: '{{ last.content }}'}}]
      nodes:
        answer: {type: llm, provider: echo, prompt: 'Say hello to {{ inputs.name }}.'}
      assert:
        - {type: icontains, value: hello}
      cases:
        - id: by-name
          description: By name
          vars: {name: Ada}
          assert: [{type: contains, value: '{{ inputs.name }}', weight: 2, metric: names}]
        - {id: test-2.1, vars: {name: Grace}}
        - {id: test-2.2, vars: {name: Edsger}}
      "
    `);
  });

  it('becomes a graph for each prompt: texts, files, chats, labels', () => {
    expect(
      imported(
        `
prompts:
  - file://prompts/both.txt
  - { id: file://prompts/chat.json, label: chat }
  - { raw: 'Short: {{ question }}', label: short }
  - file://prompts/more-*.md
providers: [{ id: echo, prompts: [chat, short] }, openai:gpt-5-mini]
tests: [{ vars: { question: Why? }, assert: [{ type: contains, value: y }], prompts: [short] }]
`,
        {
          'prompts/both.txt': 'First: {{ question }}\n---\nSecond: {{ question }}\n',
          'prompts/chat.json':
            '[{"role": "developer", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "{{ question }}"}]}]',
          'prompts/more-a.md': 'Third: {{ question }}',
        },
      ),
    ).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: promptfoo-both-1
      description: prompts/both.txt-1
      providers:
        openai_gpt_5_mini: {targets: [{provider: openai, model: gpt-5-mini}]}
      nodes:
        answer: {type: llm, provider: openai_gpt_5_mini, prompt: 'First: {{ inputs.question }}'}

      apiVersion: rehearse/v1
      kind: Graph
      name: promptfoo-both-2
      description: prompts/both.txt-2
      providers:
        openai_gpt_5_mini: {targets: [{provider: openai, model: gpt-5-mini}]}
      nodes:
        answer: {type: llm, provider: openai_gpt_5_mini, prompt: 'Second: {{ inputs.question }}'}

      apiVersion: rehearse/v1
      kind: Graph
      name: promptfoo-chat
      description: chat
      providers:
        echo: {targets: [{provider: mock, script: echo}]}
        openai_gpt_5_mini: {targets: [{provider: openai, model: gpt-5-mini}]}
      mocks:
        echo: [{reply: {content: '{{ last.content }}'}}]
      nodes:
        answer:
          type: llm
          provider: echo
          messages:
            - {role: system, content: Be brief.}
            - {role: user, content: '{{ inputs.question }}'}
      matrix:
        nodes.answer.provider: [echo, openai_gpt_5_mini]

      apiVersion: rehearse/v1
      kind: Graph
      name: promptfoo-short
      description: short
      inputs:
        type: object
        required: [question]
        properties: {question: {type: string}}
      providers:
        echo: {targets: [{provider: mock, script: echo}]}
        openai_gpt_5_mini: {targets: [{provider: openai, model: gpt-5-mini}]}
      mocks:
        echo: [{reply: {content: '{{ last.content }}'}}]
      nodes:
        answer: {type: llm, provider: echo, prompt: 'Short: {{ inputs.question }}'}
      cases:
        - {id: test-1, vars: {question: Why?}, assert: [{type: contains, value: y}]}
      matrix:
        nodes.answer.provider: [echo, openai_gpt_5_mini]

      apiVersion: rehearse/v1
      kind: Graph
      name: promptfoo-more-a
      description: prompts/more-a.md
      providers:
        openai_gpt_5_mini: {targets: [{provider: openai, model: gpt-5-mini}]}
      nodes:
        answer: {type: llm, provider: openai_gpt_5_mini, prompt: 'Third: {{ inputs.question }}'}

      changed promptfooconfig.yaml:2 : a run without an assertion is inconclusive here; promptfoo lets it pass
      changed promptfooconfig.yaml:4 prompts[1]: asked with a chat, \`echo\` answers its last message here, and all of it as JSON in promptfoo"
    `);
  });

  it('asks several providers by a matrix, and names the ones that have no counterpart', () => {
    expect(
      imported(`
prompts: ['{{ question }}']
providers:
  - openai:chat:gpt-5-mini
  - id: anthropic:messages:claude-sonnet-4-5
    label: claude
    config: { temperature: 0.2, max_tokens: 100, apiKey: sk-very-secret, thinking: { type: enabled } }
  - azureopenai:chat:my-deployment
  - openrouter:meta/llama
  - { id: openai:gpt-5, config: { apiBaseUrl: 'http://10.0.0.1/v1' } }
  - file://provider.py
  - openai:embedding:small
tests: [{ vars: { question: Why? }, assert: [{ type: contains, value: y }] }]
`),
    ).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: promptfoo
      inputs:
        type: object
        required: [question]
        properties: {question: {type: string}}
      providers:
        openai_chat_gpt_5_mini: {targets: [{provider: openai, model: gpt-5-mini}]}
        claude:
          targets: [{provider: anthropic, model: claude-sonnet-4-5, apiKey: '\${secret:anthropic}'}]
          params: {temperature: 0.2, maxOutputTokens: 100}
        azureopenai_chat_my_deployment: {targets: [{provider: azure, deployment: my-deployment}]}
        openrouter_meta_llama:
          targets:
            - provider: openai-compatible
              model: meta/llama
              baseUrl: https://openrouter.ai/api/v1
              apiKey: \${secret:openrouter}
        openai_gpt_5:
          targets: [{provider: openai-compatible, model: gpt-5, baseUrl: http://10.0.0.1/v1}]
        file_provider_py: {targets: [{provider: mock, script: not_imported}]}
        openai_embedding_small: {targets: [{provider: mock, script: not_imported}]}
      mocks:
        not_imported: [{error: the provider of promptfoo has no counterpart here}]
      nodes:
        answer: {type: llm, provider: openai_chat_gpt_5_mini, prompt: '{{ inputs.question }}'}
      cases:
        - {id: test-1, vars: {question: Why?}, assert: [{type: contains, value: y}]}
      matrix:
        nodes.answer.provider:
          - openai_chat_gpt_5_mini
          - claude
          - azureopenai_chat_my_deployment
          - openrouter_meta_llama
          - openai_gpt_5
          - file_provider_py
          - openai_embedding_small

      changed promptfooconfig.yaml:7 providers[1].config.apiKey: the key is a secret here: \`\${secret:…}\`
      lost promptfooconfig.yaml:7 providers[1].config.thinking: \`thinking\` of a provider's config has no counterpart
      lost promptfooconfig.yaml:11 providers[5]: the provider \`file://provider.py\` has no counterpart; runs that ask it are errored
      lost promptfooconfig.yaml:12 providers[6]: the provider \`openai:embedding:small\` has no counterpart; runs that ask it are errored"
    `);
  });

  it('asks an endpoint as an agent, in a graph of its own; what may be a secret is one', () => {
    expect(
      imported(`
prompts: ['Say {{ word }}']
providers:
  - echo
  - id: https
    label: our bot
    config:
      url: https://bot.example/chat
      headers: { Authorization: Bearer abc123, accept: application/json }
      body: { text: '{{ prompt }}', hint: '{{ word }}', stream: false }
      transformResponse: json.choices[0].text
      queryParams: { a: 1 }
  - { id: 'https://bot.example/get', config: { method: GET } }
  - { id: https, config: { url: 'https://bot.example/x', body: { t: '{{ prompt }}' }, transformResponse: 'json.x.trim()' } }
tests: [{ vars: { word: tea }, assert: [{ type: contains, value: tea }] }]
`),
    ).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: promptfoo
      inputs:
        type: object
        required: [word]
        properties: {word: {type: string}}
      providers:
        echo: {targets: [{provider: mock, script: echo}]}
      mocks:
        echo: [{reply: {content: '{{ last.content }}'}}]
      nodes:
        answer: {type: llm, provider: echo, prompt: 'Say {{ inputs.word }}'}
      cases:
        - {id: test-1, vars: {word: tea}, assert: [{type: contains, value: tea}]}

      apiVersion: rehearse/v1
      kind: Graph
      name: promptfoo-our-bot
      inputs:
        type: object
        required: [word]
        properties: {word: {type: string}}
      nodes:
        answer:
          type: agent
          prompt: Say {{ inputs.word }}
          driver: http
          http:
            url: https://bot.example/chat
            method: POST
            headers: {Authorization: '\${secret:authorization}', accept: application/json}
            format: template
            request: {text: '{{ last.content }}', hint: '{{ inputs.word }}', stream: false}
            response: {content: 'response.choices[0].text'}
      cases:
        - {id: test-1, vars: {word: tea}, assert: [{type: contains, value: tea}]}

      changed promptfooconfig.yaml:9 providers[1].config.headers: the header \`Authorization\` is the secret \`\${secret:authorization}\`, its whole value
      lost promptfooconfig.yaml:12 providers[1].config.queryParams: \`queryParams\` of a provider's config has no counterpart
      lost promptfooconfig.yaml:13 providers[2]: the provider \`https://bot.example/get\` has no counterpart: an agent is asked by POST, PUT, PATCH
      lost promptfooconfig.yaml:14 providers[3]: the provider \`https\` has no counterpart: where the answer stands in the response is a program"
    `);
  });

  it('takes tests from files: CSV with __expected, YAML, JSON, JSON Lines, patterns', () => {
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

  it('multiplies lists of texts, keeps other lists whole, reads files, fills in variables and renames what is no name', () => {
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

  it('plays scenarios, and keeps thresholds, default options and metadata', () => {
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

  it('puts the transform of a test before those of its assertions', () => {
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

  it('makes a graph of its own of the tests that say who is asked', () => {
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

  it('puts filters into CEL, escapes what only looks like a template, and names what it cannot say', () => {
    const prompt = (text: string) =>
      imported(`prompts: [${JSON.stringify(text)}]\nproviders: [echo]\n`)
        .split('\n')
        .filter((line) => /^ {4}prompt|^lost|^changed|^ {6}/.test(line))
        .join('\n');
    expect(prompt('{{ a | upper }} {{ b.c | trim | lower }} {{ d["e f"] | length }} {{ g | join(", ") }}'))
      .toMatchInlineSnapshot(`
      "    prompt: '{{ inputs.a.upperAscii() }} {{ inputs.b.c.trim().lowerAscii() }} {{ size(inputs.d["e f"]) }} {{ inputs.g.join(", ") }}'
      changed promptfooconfig.yaml:1 : a run without an assertion is inconclusive here; promptfoo lets it pass"
    `);
    expect(prompt('{{ a | replace("x", "y") }}{# gone #} {% raw %}{{ kept }}{% endraw %} {{- b -}} !'))
      .toMatchInlineSnapshot(`
      "    prompt: '{{ inputs.a.replace("x", "y") }} {{ "{{" }} kept }}{{ inputs.b }}!'
      changed promptfooconfig.yaml:1 : a run without an assertion is inconclusive here; promptfoo lets it pass"
    `);
    expect(prompt('{{ a | wordcount }}')).toMatchInlineSnapshot(`
      "lost promptfooconfig.yaml:1 prompts[0]: the filter \`wordcount\` has no counterpart in a template
      changed promptfooconfig.yaml:1 : a run without an assertion is inconclusive here; promptfoo lets it pass"
    `);
    expect(prompt('{% if a %}x{% endif %}')).toMatchInlineSnapshot(`
      "lost promptfooconfig.yaml:1 prompts[0]: \`{% if a %}\` has no counterpart in a template
      lost promptfooconfig.yaml:1 prompts[0]: \`{% endif %}\` has no counterpart in a template
      changed promptfooconfig.yaml:1 : a run without an assertion is inconclusive here; promptfoo lets it pass"
    `);
    expect(prompt('{{ env.KEY }} {{ a | dump }}')).toMatchInlineSnapshot(`
      "lost promptfooconfig.yaml:1 prompts[0]: the variable \`env\` of promptfoo has no counterpart
      changed promptfooconfig.yaml:1 prompts[0]: \`dump\` puts a text into quotes; here a text is put in without them
      changed promptfooconfig.yaml:1 : a run without an assertion is inconclusive here; promptfoo lets it pass"
    `);
  });
});

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
});

describe('a file that is no config of promptfoo', () => {
  it('says so, and what is wrong with YAML that cannot be read', () => {
    expect(imported('a: [1')).toMatchInlineSnapshot(
      `"yaml/syntax 1 unexpected end of the stream within a flow collection"`,
    );
    expect(imported('apiVersion: rehearse/v1\nkind: Graph\n')).toMatchInlineSnapshot(
      `"import/not-usable  promptfooconfig.yaml is no config of promptfoo"`,
    );
    expect(imported('- a\n- b\n')).toMatchInlineSnapshot(
      `"import/not-usable  promptfooconfig.yaml is no config of promptfoo"`,
    );
    expect(imported("prompts: [file://none.txt, 'exec:run.sh', {label: x}]\nproviders: [echo]\n"))
      .toMatchInlineSnapshot(`
      "import/not-usable  nothing of promptfooconfig.yaml can be used: no prompt came over
      lost promptfooconfig.yaml:1 prompts[0]: none.txt cannot be read: there is no such file
      lost promptfooconfig.yaml:1 prompts[1]: a prompt of \`exec:\` has no counterpart
      lost promptfooconfig.yaml:1 prompts[2]: the prompt has neither \`raw\` nor \`id\`"
    `);
    const absent = importPromptfoo({ file: 'x.yaml', files: folder({}) });
    expect(absent.ok ? [] : absent.problems.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "x.yaml cannot be read: there is no such file",
      ]
    `);
  });
});
