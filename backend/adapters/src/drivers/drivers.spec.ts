import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { executeRun, newCancellation, replayStrict } from '@rehearse/engine';
import {
  fakeOpenai,
  fakeServer,
  graphOf,
  temporaryFolder,
  type FakeServer,
  type TemporaryFolder,
} from '@rehearse/testkit';
import { nodePorts, type NodePortsOptions } from '../node-ports.js';
import { dataOf } from '../testing/data-of.js';
import { testSettings } from '../testing/settings.js';

async function run(sections: string, more: Partial<NodePortsOptions> & { stopAfterMs?: number } = {}) {
  const graph = graphOf(sections);
  const { offline = false, settings = testSettings(), stopAfterMs } = more;
  const ports = nodePorts({ graph, runId: 'run-1', seed: 1, offline, settings });
  const { signal, cancel } = newCancellation();
  if (stopAfterMs !== undefined) setTimeout(cancel, stopAfterMs);
  const vars = { order: 'W1' };
  const { events } = await executeRun({ graph, runId: 'run-1', vars, seed: 1, offline, ports, signal });
  return { graph, events };
}

const outputOf = (events: readonly JournalEvent[]) => dataOf(events, 'run.finished')[0]!.output;
const failureOf = (events: readonly JournalEvent[]) => dataOf(events, 'model.failed').at(-1)?.error;

const TOOLS = `
tools:
  look_up: {description: Finds an order., parameters: {type: object}, mock: [{return: {status: here}}]}
`;

describe('an agent over HTTP', () => {
  let server: FakeServer;
  afterEach(() => server.close());

  const agent = (http: string, more = '') => `
${TOOLS}
nodes:
  support: {type: agent, driver: http, prompt: "Where is {{ inputs.order }}?", retry: {attempts: 1}, tools: [look_up], http: ${http}${more}}
output: nodes.support.output
`;

  it('speaks as chat completions do, calls the tools of the graph, and is journaled like a model', async () => {
    server = await fakeOpenai(({ json }) =>
      (json!['messages'] as unknown[]).length === 1
        ? { toolCalls: [{ name: 'look_up', arguments: { id: 'W1' } }] }
        : { text: 'It is here.', usage: { input: 30, output: 3 } },
    );
    const { graph, events } = await run(
      agent(
        `{url: "${server.url}/v1/chat/completions", model: support-bot, headers: {authorization: "Bearer \${secret:bot}"}}`,
      ),
      { settings: testSettings({ secrets: () => 'hunter22' }) },
    );
    expect(outputOf(events)).toBe('It is here.');
    expect(server.requests[0]!.headers.authorization).toBe('Bearer hunter22');
    expect(server.requests[0]!.json).toMatchObject({
      model: 'support-bot',
      messages: [{ role: 'user', content: 'Where is W1?' }],
      tools: [{ type: 'function', function: { name: 'look_up' } }],
    });
    expect(dataOf(events, 'model.requested')[0]).toMatchObject({
      target: { provider: 'http', url: `${server.url}/v1/chat/completions` },
    });
    expect(dataOf(events, 'model.responded')[1]).toMatchObject({
      usage: { inputTokens: 30, outputTokens: 3 },
    });
    expect(dataOf(events, 'tool.returned')).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain('hunter22');
    expect(await replayStrict({ graph, events })).toMatchObject({ identical: true });
    expect(server.requests).toHaveLength(2);
  });

  it('is asked by a template and answers where the graph says, by CEL or by a JSON pointer', async () => {
    server = await fakeServer(({ json }, response) => {
      const isFirst = json!['said'] === 'Where is W1?';
      const calls = isFirst ? { calls: [{ name: 'look_up', arguments: { id: 1 } }] } : {};
      response.end(JSON.stringify({ result: { 'a/b': [{ text: 'Here.' }], ...calls }, tokens: 7 }));
    });
    const { events } = await run(
      agent(`{
        format: template, url: "${server.url}/ask", method: PUT,
        request: {said: "{{ last.content }}", order: "{{ inputs.order }}", all: "{{ messages.size() }}", turn: "{{ turn }}"},
        response: {
          content: /result/a~1b/0/text,
          toolCalls: "has(response.result.calls) ? response.result.calls : []",
          usage: "{'inputTokens': 0, 'outputTokens': response.tokens}"}}`),
    );
    expect(outputOf(events)).toBe('Here.');
    expect(server.requests.map(({ method, path, json }) => [method, path, json])).toEqual([
      ['PUT', '/ask', { said: 'Where is W1?', order: 'W1', all: 1, turn: 1 }],
      ['PUT', '/ask', { said: '{"status":"here"}', order: 'W1', all: 3, turn: 2 }],
    ]);
    expect(dataOf(events, 'model.responded')[1]).toMatchObject({
      usage: { inputTokens: 0, outputTokens: 7 },
    });
  });

  it('is asked inside a forEach and in a conversation, too', async () => {
    server = await fakeOpenai(({ json }) => {
      const messages = json!['messages'] as { content: string }[];
      return { text: `heard ${messages.length} ${messages.at(-1)!.content}` };
    });
    const http = `driver: http, http: {url: "${server.url}"}`;
    const { graph, events } = await run(`
providers: {main: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: unused}}]}
nodes:
  each: {type: forEach, over: '["a", "b"]', as: item, nodes: {ask: {type: agent, ${http}, prompt: "{{ item }}"}}}
  support: {type: agent, ${http}}
  talk: {type: conversation, persona: {goal: to be heard}, agent: support, script: [one, two], maxTurns: 2}
output: nodes.each.output
`);
    expect(outputOf(events)).toEqual(['heard 1 a', 'heard 1 b']);
    const said = dataOf(events, 'model.responded').map(({ content }) => content);
    expect(said.toSorted()).toEqual(['heard 1 a', 'heard 1 b', 'heard 1 one', 'heard 3 two']);
    expect(await replayStrict({ graph, events })).toMatchObject({ identical: true });
  });

  it('that answers with a status, with nonsense or without the part that is meant has failed', async () => {
    const bodies: [number, string][] = [
      [404, '{"error": "no such bot"}'],
      [200, '<html>'],
      [200, '{"other": 1}'],
      [200, '{"text": {"a": 1}, "calls": "none"}'],
    ];
    server = await fakeServer((_, response) => {
      const [status, body] = bodies[server.requests.length - 1]!;
      response.writeHead(status).end(body);
    });
    const http = `{format: template, url: "${server.url}", request: {}, response: {content: response.text, toolCalls: "has(response.calls) ? response.calls : []"}}`;
    const errors = [];
    for (const _ of bodies) errors.push(failureOf((await run(agent(http))).events));
    expect(errors).toMatchInlineSnapshot(`
      [
        {
          "category": "provider",
          "code": "provider/error",
          "message": "the provider answered 404: no such bot",
          "status": 404,
        },
        {
          "category": "provider",
          "code": "provider/bad-answer",
          "message": "the answer is not JSON",
        },
        {
          "category": "provider",
          "code": "provider/bad-answer",
          "message": "response.content: response.text: no such field 'text'",
        },
        {
          "category": "provider",
          "code": "provider/bad-answer",
          "message": "the answer of the agent does not fit: toolCalls: Invalid input: expected array, received string",
        },
      ]
    `);
  });

  it('is not asked offline, nor without its secret, nor where calls may not go', async () => {
    server = await fakeServer(() => {});
    const http = `{url: "${server.url}", headers: {x-key: "\${secret:bot}"}}`;
    const egress = { loopback: false, private: false, public: 'any' } as const;
    const errors = [
      failureOf((await run(agent(http), { offline: true })).events),
      failureOf((await run(agent(http))).events),
      failureOf((await run(agent(`{url: "${server.url}"}`), { settings: testSettings({ egress }) })).events),
    ];
    expect(
      errors.map((error) => `${error!.category} ${error!.code} ${error!.message}`.replace(/:\d+/, '')),
    ).toEqual([
      'policy agent/offline the agent is not asked: the run is offline',
      'validation secret/missing there is no secret `bot`: set REHEARSE_SECRET_BOT',
      'policy egress/refused calls to 127.0.0.1 are not allowed here: it is this machine',
    ]);
    expect(server.requests).toEqual([]);
  });
});

describe('an agent that is a program', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const READ_LINES = `import { createInterface } from 'node:readline';\nfor await (const line of createInterface({ input: process.stdin })) {\n  const asked = JSON.parse(line);\n`;
  const agent = (more = '') => `
${TOOLS}
nodes:
  support: {type: agent, driver: command, command: [node, agent.mjs, --flag], prompt: "Where is {{ inputs.order }}?", tools: [look_up]${more}}
output: nodes.support.output
`;
  const settings = () =>
    testSettings({
      commands: ['node'],
      commandSurroundings: { cwd: folder.path, env: { PATH: process.env['PATH'], VISIBLE: 'yes' } },
    });

  it('gets a line for each turn, calls the tools of the graph, and is journaled like a model', async () => {
    // Node itself tells a child where its coverage goes.
    folder.write(
      'agent.mjs',
      `${READ_LINES}  const last = asked.messages.at(-1);
  console.log(JSON.stringify(last.role === 'user'
    ? { toolCalls: [{ name: 'look_up', arguments: { id: asked.vars.order } }] }
    : { content: [process.argv[2], process.env.VISIBLE, Object.keys(process.env).filter((name) => name !== 'NODE_V8_COVERAGE').length, asked.turn, asked.node, asked.tools[0].name, last.content].join(' '), usage: { inputTokens: 1, outputTokens: 2 } }));
}`,
    );
    const { graph, events } = await run(agent(), { settings: settings() });
    expect(outputOf(events)).toBe('--flag yes 2 2 support look_up {"status":"here"}');
    expect(dataOf(events, 'model.requested')[0]!.target).toEqual({
      provider: 'command',
      command: ['node', 'agent.mjs', '--flag'],
    });
    expect(dataOf(events, 'model.responded')[1]).toMatchObject({
      finishReason: 'stop',
      usage: { inputTokens: 1, outputTokens: 2 },
    });
    expect(await replayStrict({ graph, events })).toMatchObject({ identical: true });
  });

  it('is not started unless the operator allows its name, and never through a shell', async () => {
    const refused = await run(agent(), { settings: testSettings() });
    expect(failureOf(refused.events)).toEqual({
      code: 'command/not-allowed',
      category: 'policy',
      message:
        'the program `node` may not be started here: allow it by --allow-command node, or in REHEARSE_ALLOW_COMMANDS',
    });
    const shell = agent().replace('[node, agent.mjs, --flag]', '["node; touch pwned"]');
    const missing = await run(shell, { settings: { ...settings(), commands: ['node; touch pwned'] } });
    expect(failureOf(missing.events)!.message).toBe('node; touch pwned is not there');
    expect(folder.list()).toEqual([]);
  });

  it('that ends without an answer tells why in the words of its standard error', async () => {
    folder.write('agent.mjs', `console.error('no model today'); process.exit(3);`);
    const { events } = await run(agent(), { settings: settings() });
    expect(failureOf(events)).toEqual({
      code: 'command/failed',
      category: 'provider',
      message: 'node ended without an answer (exit code 3): no model today',
    });
  });

  it('that answers with something else than an answer has failed', async () => {
    const messages: unknown[] = [];
    for (const line of ['hello', '[]', '{"toolCalls": [{"arguments": {}}]}', '{"content": {"a": 1}}']) {
      folder.write('agent.mjs', `${READ_LINES}  console.log(${JSON.stringify(line)});\n}`);
      const { events } = await run(agent(), { settings: settings() });
      messages.push(failureOf(events)?.message ?? outputOf(events));
    }
    expect(messages).toMatchInlineSnapshot(`
      [
        "the answer is not JSON",
        "the answer of the agent does not fit: the whole: it is no mapping, as in {"content": "…"}",
        "the answer of the agent does not fit: toolCalls.0: it is no call of a tool, as in {"name": "…", "arguments": {}}",
        "{"a":1}",
      ]
    `);
  });

  it('that writes without end, or not at all, is killed with all that it started', async () => {
    folder.write('agent.mjs', `setInterval(() => process.stdout.write('x'.repeat(65536)), 0);`);
    const { events } = await run(agent(), { settings: settings() });
    expect(failureOf(events)!.message).toBe('node wrote more than 4194304 bytes without the end of a line');
    folder.write(
      'agent.mjs',
      `import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
writeFileSync('pids', process.pid + ' ' + child.pid); setInterval(() => {}, 1000);`,
    );
    await run(agent(', timeout: 2s, retry: {attempts: 1}'), { settings: settings() });
    const pids = folder.read('pids').split(' ').map(Number);
    while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('is killed when the run is stopped', async () => {
    folder.write(
      'agent.mjs',
      `import { writeFileSync } from 'node:fs'; writeFileSync('pids', String(process.pid)); setInterval(() => {}, 1000);`,
    );
    const { events } = await run(agent(), { settings: settings(), stopAfterMs: 1_000 });
    expect(dataOf(events, 'run.finished')).toEqual([]);
    const pid = Number(folder.read('pids'));
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
