import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commandLine,
  fakeOpenai,
  graphText,
  temporaryFolder,
  type FakeServer,
  type TemporaryFolder,
} from '@rehearse/testkit';
import type { CassetteHeader } from '@rehearse/contracts';
import { main } from '../main.js';

let folder: TemporaryFolder;
let server: FakeServer | undefined;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder.remove());
afterEach(() => server?.close());

const rehearse = (argv: readonly string[], env: Record<string, string> = {}) =>
  commandLine(main, { cwd: folder.path, env })(argv);

const ASK = graphText(
  `providers:
  main: {targets: [{provider: openai, model: gpt-5-mini}, {provider: mock, script: s}], retry: {initialDelay: 1ms}}
mocks: {s: [{reply: {content: mocked}}]}
tools:
  look: {description: Looks., parameters: {type: object}, mock: [{return: found}]}
nodes:
  ask: {type: agent, prompt: "{{ inputs.q }}", tools: [look]}
assert: [{type: contains, value: Paris}]
cases: [{id: one, vars: {q: Where?}}, {id: two, vars: {q: When?}}]
`,
  'ask',
);

describe('rehearse run against a provider', () => {
  it('asks the model that the key is for, calls the tools of the graph, and records what replays without both', async () => {
    let calls = 0;
    server = await fakeOpenai(({ json }) => {
      if (++calls === 1) return { status: 503, error: 'overloaded' };
      return (json!['messages'] as unknown[]).length === 1
        ? { toolCalls: [{ name: 'look', arguments: {} }] }
        : { text: 'It is Paris.' };
    });
    folder.write('ask.yaml', ASK);
    const env = { OPENAI_API_KEY: 'sk-never-shown', OPENAI_BASE_URL: `${server.url}/v1` };
    const run = await rehearse(['run', 'ask.yaml', '--cassette', 'ask.jsonl', '--mode', 'record'], env);
    expect(run).toMatchObject({ code: 0 });
    // Two turns of two cases, and one that was tried again.
    expect(server.requests).toHaveLength(5);
    expect(server.requests[0]!.headers.authorization).toBe('Bearer sk-never-shown');
    const recorded = folder.read('ask.jsonl');
    expect(recorded).toContain('"costUsd"');
    expect(recorded + run.out + run.err).not.toContain('sk-never-shown');
    await server.close();
    expect(await rehearse(['replay', 'ask.jsonl'])).toMatchObject({ code: 0 });
  });

  it('tries as often as the environment says, and replays identically under another configuration', async () => {
    server = await fakeOpenai(() => ({ status: 503, error: 'overloaded' }));
    folder.write('ask.yaml', ASK.replace('contains, value: Paris', 'contains, value: mocked'));
    const env = { OPENAI_API_KEY: 'sk-test-key', OPENAI_BASE_URL: `${server.url}/v1` };
    const record = ['run', 'ask.yaml', '--case', 'one', '--cassette', 'defaults.jsonl', '--mode', 'record'];
    expect(await rehearse(record, { ...env, LLM_MAX_RETRIES: '1' })).toMatchObject({ code: 0 });
    expect(server.requests).toHaveLength(2);
    expect(folder.read('defaults.jsonl')).toContain('"defaults":{"attempts":2}');
    const others: Record<string, string>[] = [
      {},
      { LLM_MAX_RETRIES: '0' },
      { DEFAULT_PROVIDER_STRATEGY: 'round-robin' },
    ];
    for (const other of others)
      expect(await rehearse(['replay', 'defaults.jsonl'], other)).toMatchObject({ code: 0 });
  });

  it('leaves a model alone that failed five times in a row: the next target answers, and the recording replays', async () => {
    server = await fakeOpenai(() => ({ status: 503, error: 'overloaded' }));
    folder.write('ask.yaml', ASK.replace('contains, value: Paris', 'contains, value: mocked'));
    const env = { OPENAI_API_KEY: 'sk-test-key', OPENAI_BASE_URL: `${server.url}/v1` };
    const record = ['--cassette', 'open.jsonl', '--mode', 'record', '--concurrency', '1'];
    expect(await rehearse(['run', 'ask.yaml', ...record], env)).toMatchObject({ code: 0 });
    // Four tries of the first case; the first of the second case was the fifth failure.
    expect(server.requests).toHaveLength(5);
    const recorded = folder.read('open.jsonl');
    expect(recorded).toContain('"code":"provider/circuit-open"');
    expect(recorded).toContain('"reason":"provider/circuit-open"');
    await server.close();
    expect(await rehearse(['replay', 'open.jsonl'])).toMatchObject({ code: 0 });
  });

  it('says that it does not know what a model costs that has no price, and counts what PRICES_FILE says', async () => {
    server = await fakeOpenai(() => ({ text: 'Paris' }));
    const target = `{provider: openai-compatible, model: mine, baseUrl: "${server.url}/v1"}`;
    const graph = `providers: {main: {targets: [${target}]}}
nodes: {ask: {type: llm, prompt: x}, sum: {type: transform, value: nodes.ask.costUsd}}
contracts: [{id: cheap, invariant: costUsd < 10.0}]
assert: [{type: cost, threshold: 1}]
`;
    folder.write('mine.yaml', graphText(graph, 'mine'));
    const unknown = await rehearse(['run', 'mine.yaml', '--reporter', 'json']);
    const run = JSON.parse(unknown.out.split('\n')[1]!);
    expect(run).toMatchObject({
      costUsd: null,
      verdict: 'errored',
      assertions: [{ type: 'cost', verdict: 'errored' }],
      contracts: [{ id: 'cheap', verdict: 'errored' }],
    });
    const told = await rehearse(['run', 'mine.yaml', '--reporter', 'spec', '--reporter', 'junit=j.xml']);
    expect(told.out).toContain('unknown price');
    expect(folder.read('j.xml')).toContain('<property name="costUsd" value="unknown price"/>');
    folder.write('prices.yaml', 'mine: {input: 1000000, output: 0}\n');
    const env = { PRICES_FILE: 'prices.yaml' };
    const known = await rehearse(['run', 'mine.yaml', '--reporter', 'json'], env);
    expect(JSON.parse(known.out.split('\n')[1]!)).toMatchObject({
      verdict: 'failed',
      assertions: [{ verdict: 'failed' }],
    });
    folder.write('prices.yaml', 'mine: {input: -1}\nother: 3\n');
    const wrong = await rehearse(['run', 'mine.yaml'], env);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('PRICES_FILE: prices.yaml, mine.input:');
    expect(wrong.err).toContain('PRICES_FILE: prices.yaml, other:');
  });

  it('says everything that is wrong with the settings of the environment, and runs nothing', async () => {
    folder.write('ask.yaml', ASK);
    const env = { LLM_TIMEOUT: 'soon', LLM_MAX_RETRIES: '1.5', DEFAULT_PROVIDER_STRATEGY: 'cheapest' };
    const { code, out, err } = await rehearse(['run', 'ask.yaml'], env);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('cli/invalid-setting');
    expect(err).toContain('LLM_TIMEOUT must be a number from 0.1 to 3600, got "soon"');
    expect(err).toContain('LLM_MAX_RETRIES must be a whole number from 0 to 20, got "1.5"');
    expect(err).toContain('DEFAULT_PROVIDER_STRATEGY must be one of fallback, round-robin');
  });

  it('runs on the mocks without a key, and offline also with one', async () => {
    server = await fakeOpenai(() => ({ text: 'Paris' }));
    folder.write('ask.yaml', ASK);
    const env = { OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: server.url };
    for (const [argv, environment] of [
      [['run', 'ask.yaml'], {}],
      [['run', 'ask.yaml', '--offline'], env],
    ] as const)
      expect(await rehearse(argv, environment)).toMatchObject({
        code: 100,
        out: expect.stringContaining('mocked'),
      });
    expect(server.requests).toEqual([]);
  });

  it('asks for plain JSON with LLM_STREAM_RESPONSES=false', async () => {
    server = await fakeOpenai(() => ({ text: 'Paris' }));
    folder.write('ask.yaml', ASK);
    const env = { OPENAI_BASE_URL: server.url, LLM_STREAM_RESPONSES: 'false' };
    expect(await rehearse(['run', 'ask.yaml'], env)).toMatchObject({ code: 0 });
    expect(server.requests[0]!.json).not.toHaveProperty('stream');
  });

  it('makes the real call of a tool that has a mock with --live alone', async () => {
    server = await fakeOpenai(() => ({ raw: '"real"', contentType: 'application/json' }));
    folder.write(
      'tool.yaml',
      graphText(
        `tools: {t: {http: {url: "${server.url}/x", headers: {x-key: "\${secret:shop}"}}, mock: [{return: mocked}]}}
nodes: {call: {type: tool, tool: t}}
assert: [{type: contains, value: real}]
`,
        'tool',
      ),
    );
    const env = { REHEARSE_SECRET_SHOP: 'hunter22' };
    expect((await rehearse(['run', 'tool.yaml'], env)).code).toBe(100);
    expect(server.requests).toEqual([]);
    expect((await rehearse(['run', 'tool.yaml', '--live'], env)).code).toBe(0);
    expect(server.requests[0]!.headers['x-key']).toBe('hunter22');
    const missing = await rehearse(['run', 'tool.yaml', '--live']);
    expect(missing).toMatchObject({ code: 101, out: expect.stringContaining('REHEARSE_SECRET_SHOP') });
  });
});

describe('a cassette', () => {
  it('says how its runs were redacted, and which secrets came back and were masked', async () => {
    // It tells whoever asks what its key is.
    server = await fakeOpenai(({ headers }) => ({
      raw: JSON.stringify({ key: headers['x-key'], found: 'Paris' }),
      contentType: 'application/json',
    }));
    folder.write(
      'echo.yaml',
      graphText(
        `tools: {t: {http: {url: "${server.url}/x", headers: {x-key: "\${secret:shop}"}}}}
nodes: {call: {type: tool, tool: t}}
assert: [{type: contains, value: Paris}]
`,
        'echo',
      ),
    );
    const env = { REHEARSE_SECRET_SHOP: 'hunter22' };
    const argv = ['run', 'echo.yaml', '--cassette', 'echo.jsonl', '--mode', 'record'];
    expect((await rehearse(argv, env)).code).toBe(0);
    const text = folder.read('echo.jsonl');
    expect(text).not.toContain('hunter22');
    const header = JSON.parse(text.split('\n')[0]!) as CassetteHeader;
    expect(header).toMatchObject({ redaction: 'secrets/v1', redacted: { rules: ['secret-values'] } });
    const masks = text
      .split('\n')
      .slice(1)
      .join('')
      .match(/\[secret shop\]/g)!;
    expect(header.redacted!.masked).toEqual({ shop: masks.length });
    const inspected = await rehearse(['cassette', 'inspect', 'echo.jsonl']);
    expect(inspected.out).toContain(`echo.jsonl  1 run, secrets/v1, masked: shop (${masks.length})\n`);
    expect((await rehearse(['replay', 'echo.jsonl'])).code).toBe(0);
  });
});

describe('rehearse run without anything that could be called', () => {
  it('says of each target what it lacks', async () => {
    folder.write(
      'none.yaml',
      graphText(
        `providers:
  main:
    targets:
      - {provider: openai, model: gpt-5-mini}
      - {provider: anthropic, model: claude-haiku-4-5}
      - {provider: openai, model: gpt-5-mini, apiKey: "\${secret:spare}"}
nodes: {ask: {type: llm, prompt: hi}}
assert: [{type: contains, value: x}]
`,
        'none',
      ),
    );
    const { code, out } = await rehearse(['run', 'none.yaml', '--reporter', 'json']);
    expect(code).toBe(101);
    expect((JSON.parse(out.split('\n')[1]!) as { error: unknown }).error).toMatchInlineSnapshot(`
      {
        "code": "provider/none-available",
        "message": "no target of the route \`main\` can be called: openai has no key (set OPENAI_API_KEY, or add a \`mock\` target); anthropic has no key (set ANTHROPIC_API_KEY, or add a \`mock\` target); openai has no key (set REHEARSE_SECRET_SPARE, or add a \`mock\` target)",
        "node": "ask",
      }
    `);
    const offline = await rehearse(['run', 'none.yaml', '--offline', '--reporter', 'json']);
    expect(offline.out).toContain('openai is not asked, the run is offline (a `mock` target would answer)');
  });
});

describe('rehearse run with an agent that is a program', () => {
  const cwd = `${import.meta.dirname}/../../examples/calls`;
  const inExamples = (argv: readonly string[], env: Record<string, string | undefined> = {}) =>
    commandLine(main, { cwd, env: { PATH: process.env['PATH'], ...env } })(argv);

  it('needs the leave of the person, by a flag or by the environment', async () => {
    const refused = await inExamples(['run', 'agent-command.yaml']);
    expect(refused).toMatchObject({ code: 101, out: expect.stringContaining('--allow-command node') });
    expect(await inExamples(['run', '--allow-command', 'node', 'agent-command.yaml'])).toMatchObject({
      code: 0,
    });
    const env = { REHEARSE_ALLOW_COMMANDS: 'python3, node' };
    expect(await inExamples(['run', 'agent-command.yaml'], env)).toMatchObject({ code: 0 });
  });
});
