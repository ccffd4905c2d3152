import { describe, expect, it } from '@jest/globals';
import { imported } from '../testing/promptfoo.js';

describe('what promptfoo does otherwise', () => {
  it('takes nothing over in which a variable of the environment stands', () => {
    expect(
      imported(`
prompts: ['hi']
providers:
  - 'openai:{{ env.MODEL }}'
  - { id: openai:gpt-4o, config: { apiBaseUrl: '{{ env.URL }}' } }
  - id: openai:gpt-4.1
    config: { temperature: 0, max_tokens: 9, apiKey: '{{ env.KEY }}', stop: ['{{ env.STOP }}'] }
`)
        .split('\n')
        .filter((line) => /openai|changed|lost/.test(line))
        .join('\n'),
    ).toMatchInlineSnapshot(`
      "  openai_env_MODEL_: {targets: [{provider: mock, script: not_imported}]}
        openai_gpt_4o: {targets: [{provider: mock, script: not_imported}]}
        openai_gpt_4_1:
          targets: [{provider: openai, model: gpt-4.1, apiKey: '\${secret:openai}'}]
        answer: {type: llm, provider: openai_env_MODEL_, prompt: hi}
        nodes.answer.provider: [openai_env_MODEL_, openai_gpt_4o, openai_gpt_4_1]
      changed promptfooconfig.yaml:2 : a run without an assertion is inconclusive here; promptfoo lets it pass
      lost promptfooconfig.yaml:4 providers[0]: the provider \`openai:{{ env.MODEL }}\` with a variable in its id or address has no counterpart; runs that ask it are errored
      lost promptfooconfig.yaml:5 providers[1]: the provider \`openai:gpt-4o\` with a variable in its id or address has no counterpart; runs that ask it are errored
      changed promptfooconfig.yaml:7 providers[2].config.apiKey: the key is a secret here: \`\${secret:…}\`
      lost promptfooconfig.yaml:7 providers[2].config.stop: a variable in \`stop\` of a provider's config has no counterpart"
    `);
  });

  it('asks with the key of OpenAI where it names another address, and says what promptfoo adds', () => {
    const text = imported(`
prompts: ['hi']
providers: [{ id: openai:chat:gpt-4o, config: { apiBaseUrl: 'https://models.example/v1', temperature: 0.2 } }]
`);
    expect(text).toContain('apiKey: ${secret:openai}');
    expect(text.slice(text.search(/^(changed|lost)/m))).toMatchInlineSnapshot(`
      "changed promptfooconfig.yaml:2 : a run without an assertion is inconclusive here; promptfoo lets it pass
      changed promptfooconfig.yaml:3 providers[0]: promptfoo sends \`OPENAI_API_KEY\` to this address; here it is the secret \`\${secret:openai}\`
      changed promptfooconfig.yaml:3 providers[0]: promptfoo asks \`openai:chat:gpt-4o\` with \`max_tokens: 1024\` by default; here the defaults of the model hold"
    `);
  });

  it('is repeated as its options of the command line say, which go before the others', () => {
    const text = imported(`
prompts: ['hi']
providers: [echo]
commandLineOptions: { repeat: 3, verbose: true }
evaluateOptions: { repeat: 2, cache: false }
`);
    expect(text).toContain('repeat: {runs: 3}');
    expect(text.split('\n').filter((line) => line.startsWith('ignored'))).toEqual([
      'ignored promptfooconfig.yaml:4 commandLineOptions.verbose: `verbose` is about running promptfoo',
      'ignored promptfooconfig.yaml:5 evaluateOptions.cache: `cache` is about running promptfoo',
    ]);
  });

  it('says where a list or a mapping is put into a text', () => {
    const text = imported(`
prompts: ['{{ user }} {{ user.name }} {{ user.tags }} {{ list | safe }} {{ raw | dump }}']
providers: [echo]
tests:
  - vars: { user: { name: Ada, tags: [1, 2] }, list: [1, 2], raw: { a: 1 } }
    assert: [{ type: contains, value: Ada }]
  - vars: { user: x, list: [a, b] }
    assert: [{ type: contains, value: Ada }]
`);
    expect(text.split('\n').filter((line) => line.includes('in a text'))).toEqual([
      'changed promptfooconfig.yaml:5 tests[0]: in a text `user` is JSON here, and `[object Object]` in promptfoo',
      'changed promptfooconfig.yaml:5 tests[0]: in a text `user.tags` is JSON here, and its members with commas between them in promptfoo',
      'changed promptfooconfig.yaml:5 tests[0]: in a text `list` is JSON here, and its members with commas between them in promptfoo',
    ]);
  });
});
