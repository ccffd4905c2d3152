import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecuteRequest, JournalEvent, RunView } from '@rehearse/contracts';
import { fakeOpenai, graphText, type FakeServer } from '@rehearse/testkit';
import { startTestApp, type TestApp } from './harness.js';
import { execute, upload } from './samples.js';

let provider: FakeServer;
beforeAll(async () => {
  provider = await fakeOpenai(({ path }) =>
    path === '/tool'
      ? { raw: '{"found": "Paris"}', contentType: 'application/json' }
      : { text: 'It is Paris.' },
  );
});
afterAll(() => provider.close());

let app: TestApp;
afterEach(() => app.close());

const SECRETS = { OPENAI_API_KEY: 'sk-never-shown', REHEARSE_SECRET_SHOP: 'hunter22' };

const graphs = () => ({
  ask: graphText(
    `providers: {main: {targets: [{provider: openai, model: gpt-5-mini}]}}
nodes: {ask: {type: llm, prompt: Where is it?}}
assert: [{type: contains, value: Paris}]
`,
    'ask',
  ),
  look: graphText(
    `tools: {t: {http: {url: "${provider.url}/tool", headers: {x-key: "\${secret:shop}"}}, mock: [{return: mocked}]}}
nodes: {look: {type: tool, tool: t}}
assert: [{type: contains, value: Paris}]
`,
    'look',
  ),
  program: graphText(
    `nodes: {answer: {type: agent, driver: command, command: [node, -e, "console.log(JSON.stringify({content: 'Paris ' + Object.keys(process.env).filter((name) => name !== 'NODE_V8_COVERAGE').length}))"], prompt: x}}
assert: [{type: contains, value: Paris}]
`,
    'program',
  ),
});

async function made(graph: keyof ReturnType<typeof graphs>, request: ExecuteRequest = {}) {
  await upload(app.one.operator, graphs()[graph]);
  const { run } = (await execute(app.one.operator, graph, request)).body;
  const path = `/api/v1/runs/${run.id}/events`;
  const { items } = (await app.one.viewer.get<{ items: JournalEvent[] }>(path)).body;
  return { run: run as RunView, journal: JSON.stringify(items) };
}

describe('the runs of a server', () => {
  it('ask a model at the address and with the key of the operator, who may name this machine', async () => {
    app = await startTestApp({ env: { ...SECRETS, OPENAI_BASE_URL: `${provider.url}/v1` } });
    const { run, journal } = await made('ask');
    expect(run).toMatchObject({ verdict: 'passed', output: 'It is Paris.' });
    expect(run.costUsd).toBeGreaterThan(0);
    expect(provider.requests.at(-1)!.headers.authorization).toBe('Bearer sk-never-shown');
    expect(journal).not.toContain('sk-never-shown');
    const offline = await made('ask', { offline: true });
    expect(offline.run).toMatchObject({ verdict: 'errored', error: { code: 'provider/none-available' } });
  });

  it('leave a model alone that failed as often as the operator says, each tenant for itself, and show it in the metrics', async () => {
    const broken = await fakeOpenai(() => ({ status: 503, error: 'overloaded' }));
    const { OPENAI_API_KEY } = SECRETS;
    const calm = {
      LLM_MAX_RETRIES: '1',
      LLM_RETRY_INITIAL_DELAY: '0.01',
      LLM_CIRCUIT_BREAKER_THRESHOLD: '2',
    };
    app = await startTestApp({ env: { OPENAI_API_KEY, OPENAI_BASE_URL: `${broken.url}/v1`, ...calm } });
    try {
      expect((await made('ask')).run).toMatchObject({ error: { code: 'provider/error', status: 503 } });
      expect((await made('ask')).run).toMatchObject({
        verdict: 'errored',
        error: { code: 'provider/circuit-open', category: 'provider' },
      });
      expect(broken.requests).toHaveLength(2);
      const metrics = (await app.anonymous.get<string>('/metrics')).body;
      expect(metrics).toMatch(/^circuit_breaker_state\{provider="openai",state="open"\} [1-9]/m);
      await upload(app.two.operator, graphs().ask);
      await execute(app.two.operator, 'ask', {});
      expect(broken.requests).toHaveLength(4);
    } finally {
      await broken.close();
    }
  });

  it('call no address of this machine that a graph names, and start no program', async () => {
    app = await startTestApp({ env: SECRETS });
    const before = provider.requests.length;
    const refused = await made('look', { live: true });
    expect(refused.run).toMatchObject({ live: true, verdict: 'errored', error: { code: 'egress/refused' } });
    expect(provider.requests).toHaveLength(before);
    const program = await made('program');
    expect(program.run).toMatchObject({ verdict: 'errored', error: { code: 'command/not-allowed' } });
  });

  it('do both where the operator allows it, without showing a secret', async () => {
    app = await startTestApp({
      env: {
        ...SECRETS,
        PATH: process.env['PATH']!,
        REHEARSE_EGRESS_ALLOW_LOOPBACK: 'true',
        REHEARSE_ALLOW_COMMANDS: 'node',
      },
    });
    const mocked = await made('look');
    expect(mocked.run).toMatchObject({ verdict: 'failed', output: 'mocked' });
    const looked = await made('look', { live: true });
    expect(looked.run).toMatchObject({ verdict: 'passed', output: { found: 'Paris' } });
    expect(provider.requests.at(-1)!.headers['x-key']).toBe('hunter22');
    expect(looked.journal).not.toContain('hunter22');
    // The program sees where to find programs, and none of the settings; Node itself tells it where its coverage goes.
    expect((await made('program')).run).toMatchObject({ verdict: 'passed', output: 'Paris 1' });
  });
});
