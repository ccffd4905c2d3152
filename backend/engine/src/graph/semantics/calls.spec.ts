import { describe, expect, it } from '@jest/globals';
import { graphText, told } from '../testing/told.js';

const graph = (sections: string): string => told(graphText(sections));
const ASK = 'nodes: {a: {type: llm, prompt: x, provider: m}}\n';
const agent = (keys: string): string => graph(`nodes:\n  a: {type: agent, prompt: x, ${keys}}`);

describe('the targets of a route', () => {
  it('run, with each strategy', () => {
    for (const strategy of ['fallback', 'round-robin', 'lowest-latency', 'lowest-cost'])
      expect(
        graph(`${ASK}providers:
  m:
    strategy: ${strategy}
    targets:
      - {provider: openai, model: gpt-5-mini, apiKey: "\${secret:openai.key-1}"}
      - {provider: azure, deployment: mini}
      - {provider: anthropic, model: claude-haiku-4-5}
      - {provider: openai-compatible, model: llama, baseUrl: "http://localhost:11434/v1"}`),
      ).toBe('');
  });

  it('say what they cannot do without', () => {
    expect(
      graph(`${ASK}providers:
  m:
    targets:
      - {provider: openai}
      - {provider: azure}
      - {provider: anthropic, modle: x}
      - {provider: openai-compatible, model: llama}
      - {provider: openai, model: x, baseUrl: api.example.com}
      - {provider: openai, model: x, baseUrl: "https://me:pw@api.example.com"}
      - {provider: openai, model: x, apiKey: sk-123}`),
    ).toMatchInlineSnapshot(`
      "8:20-26 graph/missing-key providers.m.targets[0].provider: a target of openai needs \`model\` (add \`model\`)
      9:20-25 graph/missing-key providers.m.targets[1].provider: a target of azure needs \`deployment\` or \`model\` (add \`deployment\`)
      10:31-36 graph/unknown-key providers.m.targets[2].modle: unknown key \`modle\` (did you mean \`model\`?)
      11:20-37 graph/missing-key providers.m.targets[3].provider: a target of openai-compatible needs \`baseUrl\` (add \`baseUrl\`)
      12:47-62 graph/bad-value providers.m.targets[4].baseUrl: \`baseUrl\` is an address that begins with https:// or http:// (write the whole address, as in https://api.example.com/v1)
      13:47-78 graph/secret-in-document providers.m.targets[5].baseUrl: an address with a user and a password in it is not called (send a header: authorization: "Basic \${secret:name}")
      14:46-52 graph/secret-in-document providers.m.targets[6].apiKey: a key does not belong into a graph: whoever reads the graph could use it (name a secret: \${secret:name})"
    `);
  });
});

describe('the HTTP call of a tool', () => {
  const tool = (http: string): string =>
    graph(`nodes: {a: {type: tool, tool: t}}\ntools: {t: {http: ${http}}}`);

  it('is enough for a tool, with secrets and templates', () => {
    expect(
      tool(
        `{method: PUT, url: "https://x.example/{{ args.id }}", headers: {Authorization: "Bearer \${secret:x}", x-a: "{{ run.seed }}"}, query: {a: b}, json: [1, "{{ args.id }}"]}`,
      ),
    ).toBe('');
    expect(tool('{url: "{{ inputs.base }}/x"}')).toBe('');
  });

  it('is checked: its address, its headers, its secrets, its expressions', () => {
    expect(
      tool(
        '{url: x.example, headers: {Authorization: Bearer 123, x-key: "${secret:1x}"}, json: "{{ argz }}"}',
      ),
    ).toMatchInlineSnapshot(`
      "5:25-34 graph/bad-value tools.t.http.url: \`url\` is an address that begins with https:// or http:// (write the whole address, as in https://api.example.com/v1)
      5:61-71 graph/secret-in-document tools.t.http.headers.Authorization: the value of \`Authorization\` stands in the graph: whoever reads the graph could use it (name a secret: \${secret:name})
      5:80-94 graph/bad-value tools.t.http.headers.x-key: this names no secret (write \${secret:name}: letters, digits and _.-)
      5:107-111 expression/unknown-name tools.t.http.json: unknown name \`argz\`; known here are args, inputs, vars, run (did you mean \`args\`?)"
    `);
  });

  it('or a mock is what a tool needs', () => {
    expect(graph('nodes: {a: {type: tool, tool: t}}\ntools: {t: {description: x}}')).toMatchInlineSnapshot(
      `"5:9-10 graph/missing-key tools.t: the tool t has nothing that answers (add \`mock\` or \`http\`)"`,
    );
  });
});

describe('the driver of an agent', () => {
  it('needs its own key, and no route', () => {
    expect(agent('driver: http, http: {url: "https://bot.example/v1/chat/completions"}')).toBe('');
    expect(agent('driver: command, command: [node, agent.mjs]')).toBe('');
    expect(agent('driver: http')).toMatchInlineSnapshot(
      `"5:39-43 graph/missing-key nodes.a.driver: an agent with \`driver: http\` needs \`http\` (add \`http: {url: https://…}\`)"`,
    );
    expect(agent('driver: http, http: {url: 5}')).toMatchInlineSnapshot(
      `"5:57-58 graph/wrong-type nodes.a.http.url: expected text, got 5 (quote it: "5")"`,
    );
    expect(agent('driver: command, command: "ls -l"')).toMatchInlineSnapshot(
      `"5:57-64 graph/wrong-type nodes.a.command: expected a list, got the text "ls -l" (write a list here)"`,
    );
    expect(agent('driver: command, http: {url: "https://x.example"}')).toMatchInlineSnapshot(`
      "5:39-46 graph/missing-key nodes.a.driver: an agent with \`driver: command\` needs \`command\` (add \`command: [program, argument]\`)
      5:48-52 graph/bad-value nodes.a.http: \`http\` is only for an agent with \`driver: http\` (add \`driver: http\`)"
    `);
    expect(agent('command: [x]')).toMatchInlineSnapshot(`
      "5:3-4 graph/missing-key nodes.a: the node a has no route to a model (declare one under \`providers\`)
      5:31-38 graph/bad-value nodes.a.command: \`command\` is only for an agent with \`driver: command\` (add \`driver: command\`)"
    `);
    expect(agent('driver: command, command: [x], provider: m')).toMatchInlineSnapshot(
      `"5:62-70 graph/bad-value nodes.a.provider: an agent with \`driver: command\` takes no route (remove \`provider\`)"`,
    );
  });

  it('over HTTP has a format, which says what goes with it', () => {
    expect(
      agent(
        'driver: http, http: {format: template, url: "https://x.example", request: {m: "{{ messages }}", l: "{{ last.content }}"}, response: {content: /a/0, toolCalls: "[]"}}',
      ),
    ).toBe('');
    expect(agent('driver: http, http: {format: template, url: "https://x.example", model: m}'))
      .toMatchInlineSnapshot(`
      "5:60-68 graph/missing-key nodes.a.http.format: the format template needs \`request\` (add \`request\`, as in {text: "{{ last.content }}"})
      5:60-68 graph/missing-key nodes.a.http.format: the format template needs \`response\` (add \`response\`, as in {content: response.text})
      5:96-101 graph/bad-value nodes.a.http.model: \`model\` is only for \`format: openai\` (write it into \`request\`)"
    `);
    expect(
      agent('driver: http, http: {url: "https://x.example", request: {}, response: {content: response.x}}'),
    ).toMatchInlineSnapshot(`
      "5:78-85 graph/bad-value nodes.a.http.request: \`request\` is only for \`format: template\` (add \`format: template\`)
      5:91-99 graph/bad-value nodes.a.http.response: \`response\` is only for \`format: template\` (add \`format: template\`)"
    `);
  });

  it('over HTTP has templates and expressions that are checked', () => {
    expect(
      agent(
        'driver: http, http: {format: template, url: bot, headers: {cookie: abc}, request: "{{ lst.content }}", response: {content: respnse.text, usage: "/a~b"}}',
      ),
    ).toMatchInlineSnapshot(`
      "5:75-78 graph/bad-value nodes.a.http.url: \`url\` is an address that begins with https:// or http:// (write the whole address, as in https://api.example.com/v1)
      5:98-101 graph/secret-in-document nodes.a.http.headers.cookie: the value of \`cookie\` stands in the graph: whoever reads the graph could use it (name a secret: \${secret:name})
      5:117-120 expression/unknown-name nodes.a.http.request: unknown name \`lst\`; known here are node, turn, messages, last, tools, inputs, vars, run, case (did you mean \`last\`?)
      5:154-161 expression/unknown-name nodes.a.http.response.content: unknown name \`respnse\`; known here are response, status (did you mean \`response\`?)
      5:175-181 graph/bad-value nodes.a.http.response.usage: this is no JSON pointer (as in /choices/0/message/content, with ~1 for a slash and ~0 for a tilde)"
    `);
  });
});
