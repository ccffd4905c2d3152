import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { folder } from '../testing/folder.js';
import { importAgents } from './import-agents.js';

/** What comes of files: the graphs as YAML, and a line for each note. */
function imported(files: Readonly<Record<string, string>>): string {
  const made = importAgents({ paths: Object.keys(files), files: folder(files) });
  const notes = made.notes.map(
    ({ kind, file, line, path, message }) => `${kind} ${file}:${line ?? ''} ${path}: ${message}`,
  );
  if (!made.ok)
    return [...made.problems.map(({ code, message }) => `${code} ${message}`), ...notes].join('\n');
  const errors = made.graphs.flatMap((graph) =>
    graph.errors.map(({ line, code, message }) => `error ${line} ${code} ${message}`),
  );
  return [...made.graphs.map(({ yaml }) => yaml), ...errors, ...notes].join('\n');
}

describe('the config of an agent of version 1', () => {
  it('becomes a graph with an agent, its model, a mock for offline, and its tools', () => {
    expect(
      imported({
        'agents/support.yaml': `
name: Support Agent
description: Answers questions about orders.
system_prompt: |
  You help customers. Orders look like {{ W1 }}.
model: gpt-5
capabilities: [orders, refunds]
access_level: operator
max_turns: 6
tools:
  - name: lookup-order
    description: Find an order.
    parameters: { type: object, required: [id], properties: { id: { type: string } } }
    access_level: operator
  - send_mail
  - { type: function, function: { name: refund, parameters: { type: object } }, retries: 3 }
openai_config: { temperature: 0.3, max_tokens: 500, timeout: 30, max_retries: 2, api_key: sk-abcdefgh, top_k: 4 }
memory_config: { enabled: true }
pricing: { per_call: 0.01 }
openai_api_key: sk-12345678
`,
      }),
    ).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: support-agent
      description: Answers questions about orders.
      labels: {importedFrom: agents/support.yaml, capabilities: 'orders, refunds'}
      inputs:
        type: object
        required: [message]
        properties: {message: {type: string}}
      providers:
        agent:
          targets:
            - {provider: openai, model: gpt-5, apiKey: '\${secret:openai_api_key}'}
            - {provider: mock, script: offline}
          params: {temperature: 0.3, maxOutputTokens: 500}
          timeout: 30s
          retry: {attempts: 3}
      mocks:
        offline: [{reply: {content: 'Support Agent is not connected; it was asked: {{ last.content }}'}}]
      tools:
        lookup_order:
          description: Find an order.
          parameters: {type: object, required: [id], properties: {id: {type: string}}}
          access: [operator]
          mock: [{error: this tool was imported without what it calls; give it \`http\` or a \`mock\`}]
        send_mail:
          mock: [{error: this tool was imported without what it calls; give it \`http\` or a \`mock\`}]
        refund:
          parameters: {type: object}
          mock: [{error: this tool was imported without what it calls; give it \`http\` or a \`mock\`}]
      nodes:
        Support_Agent:
          type: agent
          provider: agent
          system: |
            You help customers. Orders look like {{ "{{" }} W1 }}.
          prompt: '{{ inputs.message }}'
          tools: [lookup_order, send_mail, refund, memory_read, memory_write]
          maxTurns: 6
          scopes: [operator]
      cases:
        - {id: hello, vars: {message: Hello}}

      changed agents/support.yaml:2 name: \`Support Agent\` is called \`support-agent\`
      mapped agents/support.yaml:3 description: \`description\` is \`description\`
      mapped agents/support.yaml:4 system_prompt: \`system_prompt\` is \`system\` of the node
      mapped agents/support.yaml:6 model: \`model\` is a target of the route \`agent\`, with a mock behind it
      mapped agents/support.yaml:7 capabilities: \`capabilities\` is the label \`capabilities\`
      mapped agents/support.yaml:8 access_level: \`access_level\` is \`scopes\` of the node; a tool says in \`access\` which of them may call it
      mapped agents/support.yaml:9 max_turns: \`max_turns\` is \`maxTurns\` of the node
      changed agents/support.yaml:10 tools: \`tools\` are declared, and answer an error until they get \`http\` or a \`mock\`: lookup_order, send_mail, refund
      changed agents/support.yaml:11 tools[0]: the tool \`lookup-order\` is called \`lookup_order\`
      lost agents/support.yaml:16 tools[2]: \`retries\` of a tool has no counterpart
      mapped agents/support.yaml:17 openai_config.temperature: \`openai_config.temperature\` is \`params.temperature\` of the route \`agent\`
      mapped agents/support.yaml:17 openai_config.max_tokens: \`openai_config.max_tokens\` is \`params.maxOutputTokens\` of the route \`agent\`
      mapped agents/support.yaml:17 openai_config.timeout: \`openai_config.timeout\` is \`timeout\` of the route \`agent\`
      changed agents/support.yaml:17 openai_config.max_retries: \`openai_config.max_retries\` is \`retry.attempts\`, which counts the first attempt as well
      changed agents/support.yaml:17 openai_config.api_key: \`openai_config.api_key\` is \`\${secret:openai_api_key}\`; the key itself is left out
      lost agents/support.yaml:17 openai_config.top_k: \`openai_config.top_k\` has no counterpart
      changed agents/support.yaml:18 memory_config: \`memory_config\` is the pair of tools \`memory_read\` and \`memory_write\`; how long it is kept and how it is searched has no counterpart
      ignored agents/support.yaml:19 pricing: \`pricing\` says nothing about behaviour
      changed agents/support.yaml:20 openai_api_key: \`openai_api_key\` is \`\${secret:openai_api_key}\`; the key itself is left out"
    `);
  });

  it('is read from JSON and from lists, and a file that is none is told while the rest goes on', () => {
    expect(
      imported({
        'a.json': '{"name": "Écrivain 2", "system_prompt": "Write.", "model": "claude-sonnet-4-5"}',
        'b.yaml':
          'agents:\n  - {name: one, model: gpt-5}\n  - {colour: red}\n  - {name: one, azure_config: {deployment: my-gpt}}\n',
        'broken.json': '{"name": ',
        'other.yaml': 'kind: Graph\nname: x\n',
      }),
    ).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: ecrivain-2
      labels: {importedFrom: a.json}
      inputs:
        type: object
        required: [message]
        properties: {message: {type: string}}
      providers:
        agent:
          targets:
            - {provider: anthropic, model: claude-sonnet-4-5}
            - {provider: mock, script: offline}
      mocks:
        offline: [{reply: {content: 'Écrivain 2 is not connected; it was asked: {{ last.content }}'}}]
      nodes:
        Ecrivain_2: {type: agent, provider: agent, system: Write., prompt: '{{ inputs.message }}'}
      cases:
        - {id: hello, vars: {message: Hello}}

      apiVersion: rehearse/v1
      kind: Graph
      name: one
      labels: {importedFrom: b.yaml}
      inputs:
        type: object
        required: [message]
        properties: {message: {type: string}}
      providers:
        agent:
          targets: [{provider: openai, model: gpt-5}, {provider: mock, script: offline}]
      mocks:
        offline: [{reply: {content: 'one is not connected; it was asked: {{ last.content }}'}}]
      nodes:
        one: {type: agent, provider: agent, prompt: '{{ inputs.message }}'}
      cases:
        - {id: hello, vars: {message: Hello}}

      apiVersion: rehearse/v1
      kind: Graph
      name: one-2
      labels: {importedFrom: b.yaml}
      inputs:
        type: object
        required: [message]
        properties: {message: {type: string}}
      providers:
        agent:
          targets: [{provider: azure, deployment: my-gpt}, {provider: mock, script: offline}]
      mocks:
        offline: [{reply: {content: 'one is not connected; it was asked: {{ last.content }}'}}]
      nodes:
        one: {type: agent, provider: agent, prompt: '{{ inputs.message }}'}
      cases:
        - {id: hello, vars: {message: Hello}}

      mapped b.yaml:2 agents[0].name: \`name\` is the name of the graph and of its node
      mapped b.yaml:2 agents[0].model: \`model\` is a target of the route \`agent\`, with a mock behind it
      lost b.yaml:3 agents[1]: this entry is no config of an agent
      mapped b.yaml:4 agents[2].azure_config.deployment: \`azure_config.deployment\` is the model of the route \`agent\`
      changed b.yaml:4 agents[2].name: \`one\` is called \`one-2\`
      lost broken.json: : broken.json:1 cannot be read: unexpected end of the stream within a flow collection
      lost other.yaml: : other.yaml is no config of an agent
      changed a.json:1 name: \`Écrivain 2\` is called \`ecrivain-2\`
      mapped a.json:1 system_prompt: \`system_prompt\` is \`system\` of the node
      mapped a.json:1 model: \`model\` is a target of the route \`agent\`, with a mock behind it"
    `);
  });

  it('says so when there is none', () => {
    expect(imported({ 'x.yaml': 'a: 1' })).toMatchInlineSnapshot(`
      "import/not-usable none of the files holds the config of an agent
      lost x.yaml: : x.yaml is no config of an agent"
    `);
    expect(imported({})).toMatchInlineSnapshot(`"import/not-usable there is no .json or .yaml file"`);
  });

  it('gives no secret away, wherever it stands', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9_-]{6,40}$/).map((text) => `sk-${text}`);
    const holder = fc.constantFrom(
      'openai_api_key',
      'api_key',
      'openai_config',
      'custom_config',
      'tools',
      'metadata',
    );
    fc.assert(
      fc.property(secret, holder, (key, where) => {
        const inside =
          where.endsWith('config') || where === 'metadata' ? { api_key: key, nested: [{ token: key }] } : key;
        const agent = {
          ...{ name: 'x', system_prompt: `Use the key ${key}.`, description: key, openai_api_key: key },
          [where]: where === 'tools' ? [{ name: 'call', description: `with ${key}`, secret: key }] : inside,
        };
        const text = imported({ 'a.json': JSON.stringify(agent) });
        expect(text).not.toContain(key);
        expect(text).toContain('${secret:openai_api_key}');
      }),
    );
  });

  it('keeps each of two tools whose names come out alike', () => {
    const text = imported({
      'a.json': '{"name": "x", "model": "gpt-5", "tools": ["find order", "find-order", "find_order"]}',
    });
    expect(text).toContain('tools: [find_order, find_order_2, find_order_3]');
    expect(text.split('\n').filter((line) => line.includes('the tool `'))).toEqual([
      'changed a.json:1 tools[0]: the tool `find order` is called `find_order`',
      'changed a.json:1 tools[1]: the tool `find-order` is called `find_order_2`',
      'changed a.json:1 tools[2]: the tool `find_order` is called `find_order_3`',
    ]);
  });

  it('does not say that something came over of which nothing is written', () => {
    const text = imported({
      'a.yaml':
        'name: x\nmodel: gpt-5\ndescription: null\nmax_turns: -1\naccess_level: 3\ntags: { a: 1 }\nversion: ""\nmemory_config: { enabled: false }\n',
      'b.yaml': '[]',
      'c.yaml': 'name: y\nmodel: gpt-5\nmax_turns: six\n',
    });
    expect(text).toContain('labels: {importedFrom: a.yaml, tags: a}');
    expect(
      text.split('\n').filter((line) => /^(lost|changed|mapped|ignored) [abc].yaml:([3-9]|1? )/.test(line)),
    ).toMatchInlineSnapshot(`
      [
        "lost b.yaml: : b.yaml holds no config of an agent",
        "mapped a.yaml:1 name: \`name\` is the name of the graph and of its node",
        "ignored a.yaml:3 description: \`description\` is empty",
        "lost a.yaml:4 max_turns: \`max_turns\` has a value that cannot be used, and is left out",
        "lost a.yaml:5 access_level: \`access_level\` has a value that cannot be used, and is left out",
        "changed a.yaml:6 tags: \`tags\` is the label \`tags\`, which holds names alone: a",
        "ignored a.yaml:7 version: \`version\` is empty",
        "ignored a.yaml:8 memory_config: \`memory_config\` is off",
        "mapped c.yaml:1 name: \`name\` is the name of the graph and of its node",
        "lost c.yaml:3 max_turns: \`max_turns\` has a value that cannot be used, and is left out",
      ]
    `);
  });
});

describe('the model of an agent', () => {
  const routeIn = (model: string): string =>
    imported({ 'a.yaml': `name: x\nsystem_prompt: Hi\nmodel: ${model}\n` })
      .split('\n')
      .filter((line) => /provider: (openai|anthropic|azure)|params:|model/.test(line))
      .map((line) => line.trim())
      .join('\n');

  it('may be a mapping that says who makes it', () => {
    expect(
      routeIn(
        '{ provider: anthropic, name: claude-sonnet-4-5, temperature: 0.5, region: eu, api_key: sk-12345678 }',
      ),
    ).toMatchInlineSnapshot(`
      "- {provider: anthropic, model: claude-sonnet-4-5, apiKey: '\${secret:model_api_key}'}
      params: {temperature: 0.5}
      mapped a.yaml:3 model.temperature: \`model.temperature\` is \`params.temperature\` of the route \`agent\`
      lost a.yaml:3 model.region: \`model.region\` has no counterpart
      changed a.yaml:3 model.api_key: \`model.api_key\` is \`\${secret:model_api_key}\`; the key itself is left out
      mapped a.yaml:3 model: \`model\` is a target of the route \`agent\`, with a mock behind it"
    `);
  });

  it('is noted where it says no name', () => {
    expect(routeIn('[gpt-5]')).toMatchInlineSnapshot(`
      "targets: [{provider: openai, model: gpt-5-mini}, {provider: mock, script: offline}]
      changed a.yaml:1 : no model is named; \`gpt-5-mini\` is asked
      lost a.yaml:3 model: \`model\` names no model"
    `);
    expect(routeIn('{ temperature: 0.5 }')).toMatchInlineSnapshot(`
      "targets: [{provider: openai, model: gpt-5-mini}, {provider: mock, script: offline}]
      params: {temperature: 0.5}
      changed a.yaml:1 : no model is named; \`gpt-5-mini\` is asked
      mapped a.yaml:3 model.temperature: \`model.temperature\` is \`params.temperature\` of the route \`agent\`
      lost a.yaml:3 model: \`model\` names no model"
    `);
  });
});
