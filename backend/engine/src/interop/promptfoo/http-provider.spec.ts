import { describe, expect, it } from '@jest/globals';
import { imported } from '../testing/promptfoo.js';

/** The agent that comes of a provider, and the notes. */
const agent = (config: string, id = 'https'): string =>
  imported(`prompts: ['Say {{ word }}']
providers:
  - id: ${id}
    config:
${config.replace(/^/gm, '      ')}
tests: [{ vars: { word: tea, user: ada, n: 5 }, assert: [{ type: contains, value: tea }] }]
`)
    .split('\n')
    .filter((line) => /^ {6}|^lost|^changed|^error/.test(line))
    .join('\n');

const URL = 'url: https://bot.example/chat';
const asking = (body: string): string => agent(`${URL}\nbody: ${body}`);
const answered = (transform: string): string =>
  agent(`${URL}\nbody: { t: x }\ntransformResponse: ${JSON.stringify(transform)}`)
    .split('\n')
    .filter((line) => /response: |content: |lost|changed/.test(line))
    .map((line) => line.trim())
    .join('\n');

describe('an HTTP provider of promptfoo', () => {
  it('keeps the variables of its headers and its address what it is asked with', () => {
    expect(
      agent(`${URL}
method: put
headers: { x-user: 'u-{{ user }}', authorization: 'Bearer {{ env.KEY }}', x-env: '{{ env.PLACE }}' }
queryParams: { v: 2, q: ä b }
body: { text: '{{ prompt }}', n: '{{ n }}' }
transformResponse: json.text`),
    ).toMatchInlineSnapshot(`
      "      url: https://bot.example/chat?v=2&q=%C3%A4%20b
            method: PUT
            headers:
              x-user: u-{{ inputs.user }}
              authorization: \${secret:authorization}
              x-env: \${secret:x_env}
            format: template
            request: {text: '{{ last.content }}', n: '{{ inputs.n }}'}
            response: {content: response.text}
      changed promptfooconfig.yaml:7 providers[0].config.headers: the header \`authorization\` is the secret \`\${secret:authorization}\`, its whole value
      changed promptfooconfig.yaml:7 providers[0].config.headers: the header \`x-env\` is the secret \`\${secret:x_env}\`, its whole value"
    `);
  });

  it('may have its body as a text, with JSON that a filter makes', () => {
    expect(
      asking(`'{"text": {{ prompt | dump }}, "n": {{ n }}, "all": [{"q": "{{ word }}: \\"{{ user }}\\""}]}'`),
    ).toMatchInlineSnapshot(`
      "      url: https://bot.example/chat
            method: POST
            format: template
            request:
              text: '{{ last.content }}'
              n: '{{ inputs.n }}'
              all: [{q: '{{ inputs.word }}: "{{ inputs.user }}"'}]
            response: {content: response}"
    `);
  });

  it.each([`'{{ prompt }}'`, 'q={{ prompt }}', 'file://body.json', '{ a: "{% if n %}1{% endif %}" }'])(
    'is noted at the line of a body that is not sent as JSON: %s',
    (body) => {
      expect(asking(body)).toMatch(
        /lost promptfooconfig.yaml:6 providers\[0\].config.body: the provider `https` has no counterpart: its body (is no JSON|cannot be taken over)/,
      );
    },
  );

  it('may be written as a request goes over the wire', () => {
    expect(
      agent(`request: |
  POST /v1/chat HTTP/1.1
  Host: bot.example
  Content-Type: application/json
  Authorization: Bearer {{ token }}
  Content-Length: 20

  {"text": "{{ prompt }}"}
transformResponse: json.text`),
    ).toMatchInlineSnapshot(`
      "      url: https://bot.example/v1/chat
            method: POST
            headers: {Content-Type: application/json, Authorization: '\${secret:authorization}'}
            format: template
            request: {text: '{{ last.content }}'}
            response: {content: response.text}
      changed promptfooconfig.yaml:5 providers[0].config.request: the header \`Authorization\` is the secret \`\${secret:authorization}\`, its whole value"
    `);
    expect(agent('request: hello')).toMatchInlineSnapshot(`
      "lost promptfooconfig.yaml:1 : no provider came over for the prompt Say {{ word }}
      lost promptfooconfig.yaml:5 providers[0].config.request: the provider \`https\` has no counterpart: its request is no text of HTTP"
    `);
  });

  it.each([
    ['json.choices[0].message.content', 'response.choices[0].message.content'],
    ['json?.data?.["a b"]?.[0];', 'response.data["a b"][0]'],
    ["(json, text) => json['text']", 'response["text"]'],
    ['json => json.text', 'response.text'],
    ['({ output: json.text })', 'response.text'],
    ['json.a.b ?? json.c', 'response.?a.?b.orValue(null) != null ? response.a.b : response.c'],
    ['json.a || json', '!(response.?a.orValue(null) in [null, ""]) ? response.a : response'],
  ])('reads its answer at %s', (transform, content) => {
    expect(answered(transform).replaceAll(/^response: \{content: |^content: |\}$|^'|'$/gm, '')).toContain(
      content,
    );
  });

  it.each([
    'json.text.trim()',
    '(json) => { return json.text }',
    'file://parse.js',
    '{ output: json.a, x: 1 }',
  ])('is noted at the line of a transform that is a program: %s', (transform) => {
    expect(answered(transform)).toContain(
      'lost promptfooconfig.yaml:7 providers[0].config.transformResponse: the provider `https` has no counterpart: where the answer stands in the response is a program',
    );
  });

  it('is left out where something else would be asked without what it says', () => {
    expect(agent(`${URL}\nbody: { t: x }\ntransformRequest: '{"q": "{{ prompt }}"}'`)).toMatchInlineSnapshot(`
      "lost promptfooconfig.yaml:1 : no provider came over for the prompt Say {{ word }}
      lost promptfooconfig.yaml:7 providers[0].config.transformRequest: the provider \`https\` has no counterpart: a transform of its request cannot be taken over"
    `);
    expect(agent('body: { t: x }', "'https://{{ env.HOST }}/chat'")).toMatchInlineSnapshot(`
      "lost promptfooconfig.yaml:1 : no provider came over for the prompt Say {{ word }}
      lost promptfooconfig.yaml:3 providers[0]: the provider \`https://{{ env.HOST }}/chat\` has no counterpart: its address is not fixed"
    `);
  });

  it('is noted where it is asked with a chat', () => {
    const chat = `prompts: ['[{"role": "system", "content": "Hi"}, {"role": "user", "content": "{{ word }}"}]']`;
    expect(
      imported(`${chat}\nproviders: [{ id: https, config: { ${URL}, body: { t: '{{ prompt }}' } } }]\n`),
    ).toContain(
      'changed promptfooconfig.yaml:1 prompts[0]: `{{prompt}}` of an address is the last message of a chat here, and all of it as JSON in promptfoo',
    );
  });
});
