import { describe, expect, it } from '@jest/globals';
import { folder } from '../testing/folder.js';
import { imported } from '../testing/promptfoo.js';
import { importPromptfoo } from './import-promptfoo.js';

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
          targets:
            - provider: openai-compatible
              model: gpt-5
              baseUrl: http://10.0.0.1/v1
              apiKey: \${secret:openai}
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
      changed promptfooconfig.yaml:8 providers[2]: promptfoo asks \`azureopenai:chat:my-deployment\` with \`temperature: 0\` and \`max_tokens: 1024\` by default; here the defaults of the model hold
      changed promptfooconfig.yaml:9 providers[3]: promptfoo asks \`openrouter:meta/llama\` with \`temperature: 0\` and \`max_tokens: 1024\` by default; here the defaults of the model hold
      changed promptfooconfig.yaml:10 providers[4]: promptfoo sends \`OPENAI_API_KEY\` to this address; here it is the secret \`\${secret:openai}\`
      lost promptfooconfig.yaml:11 providers[5]: the provider \`file://provider.py\` has no counterpart; runs that ask it are errored
      lost promptfooconfig.yaml:12 providers[6]: the provider \`openai:embedding:small\` has no counterpart; runs that ask it are errored"
    `);
  });

  it('may use merge keys, which other programs take', () => {
    const text = imported(`x-base: &base { type: contains, value: a, weight: 2 }
prompts: ['{{ question }}']
providers: [echo]
tests:
  - vars: { question: Why? }
    assert:
      - { <<: *base, value: b }
      - <<: [{ metric: m }, *base, { metric: never }]
`);
    expect(text.slice(text.indexOf('assert:'))).toMatchInlineSnapshot(`
      "assert:
            - {type: contains, value: b, weight: 2}
            - {type: contains, value: a, weight: 2, metric: m}

      lost promptfooconfig.yaml:1 x-base: \`x-base\` has no counterpart"
    `);
    expect(imported('prompts: [a]\nproviders: [echo]\ntests: [{ <<: 5 }]\n')).toBe(
      'yaml/merge-key 3 `<<` merges mappings, and here stands something else',
    );
    const lines = ['a: &a { x: 1, y: 2 }'];
    for (const [name, last] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'])
      lines.push(`${name}: &${name} { <<: { p: *${last}, q: *${last} } }`);
    expect(imported(lines.join('\n'))).toContain('yaml/too-many-aliases');
  });

  it('asks a provider and a test that name a prompt with all that its file holds', () => {
    const text = imported(
      `prompts: [{ raw: 'file://two.txt', label: two }, { id: file://one.txt, label: one }]
providers: [{ id: echo, prompts: [two] }]
tests: [{ vars: { q: a }, prompts: [two] }, { vars: { q: b }, prompts: [one] }]
`,
      { 'two.txt': 'A {{ q }}\n---\nB {{ q }}', 'one.txt': 'C {{ q }}' },
    );
    expect(text.split('\n').filter((line) => /prompt: |- \{id|lost/.test(line))).toEqual([
      "  answer: {type: llm, provider: echo, prompt: 'A {{ inputs.q }}'}",
      '  - {id: test-1, vars: {q: a}}',
      "  answer: {type: llm, provider: echo, prompt: 'B {{ inputs.q }}'}",
      '  - {id: test-1, vars: {q: a}}',
      "  answer: {type: llm, provider: answer, prompt: 'C {{ inputs.q }}'}",
      '  - {id: test-2, vars: {q: b}}',
      'lost promptfooconfig.yaml:1 : no provider came over for the prompt one',
    ]);
  });

  it('tells of a test that means no prompt', () => {
    expect(
      imported(
        "prompts: ['{{ q }}']\nproviders: [echo]\ntests:\n  - { vars: { q: a } }\n  - { vars: { q: b }, prompts: [tow] }\n",
      ),
    ).toContain('lost promptfooconfig.yaml:5 tests[1]: the test `test-2` means no prompt of the config: tow');
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
      validateStatus: status < 500
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
            url: https://bot.example/chat?a=1
            method: POST
            headers: {Authorization: '\${secret:authorization}', accept: application/json}
            format: template
            request: {text: '{{ last.content }}', hint: '{{ inputs.word }}', stream: false}
            response: {content: 'response.choices[0].text'}
      cases:
        - {id: test-1, vars: {word: tea}, assert: [{type: contains, value: tea}]}

      changed promptfooconfig.yaml:9 providers[1].config.headers: the header \`Authorization\` is the secret \`\${secret:authorization}\`, its whole value
      lost promptfooconfig.yaml:13 providers[1].config.validateStatus: \`validateStatus\` of a provider's config has no counterpart
      lost promptfooconfig.yaml:14 providers[2].config.method: the provider \`https://bot.example/get\` has no counterpart: an agent is asked by POST, PUT, PATCH
      lost promptfooconfig.yaml:14 providers[2].config.body: the provider \`https://bot.example/get\` has no counterpart: it has no body
      lost promptfooconfig.yaml:15 providers[3].config.transformResponse: the provider \`https\` has no counterpart: where the answer stands in the response is a program"
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
