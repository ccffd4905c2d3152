import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecuteRequest, JournalEvent, Problem, ReplayAnswer, RunView } from '@rehearse/contracts';
import { graphText } from '@rehearse/testkit';
import { codeOf, startTestApp, until, type TestApp } from './harness.js';
import { execute, upload } from './samples.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await upload(
    app.one.operator,
    graphText(
      `providers:
  main: {targets: [{provider: mock, script: polite}], params: {temperature: 0, maxOutputTokens: 50}}
mocks: {polite: [{reply: {content: hello}}], rude: [{reply: {content: what}}]}
nodes: {ask: {type: llm, prompt: Greet}}
assert: [{type: equals, value: hello}]
matrix: {providers.main.params.temperature: [0, 1]}
`,
      'greeter',
    ),
  );
});
afterAll(() => app.close());

const RUDE: ExecuteRequest['providers'] = {
  main: { targets: [{ provider: 'mock', script: 'rude' }], params: { temperature: 0.5 } },
};

async function requested({ id }: RunView) {
  const path = `/api/v1/runs/${id}/events?types=model.requested`;
  const { items } = (await app.one.viewer.get<{ items: JournalEvent[] }>(path)).body;
  return items[0]!.data;
}

describe('a run whose routes are overridden', () => {
  it('asks what it is told to, key by key over what the graph says, and replays strictly', async () => {
    const plain = (await execute(app.one.operator, 'greeter')).body.run;
    const { run } = (await execute(app.one.operator, 'greeter', { providers: RUDE })).body;
    expect([plain.output, plain.verdict, run.output, run.verdict]).toEqual([
      ...['hello', 'passed'],
      ...['what', 'failed'],
    ]);
    expect(await requested(run)).toMatchObject({
      target: { provider: 'mock', script: 'rude' },
      params: { temperature: 0.5, maxOutputTokens: 50 },
    });
    expect(run.matrix).toEqual({
      'providers.main.targets': [{ provider: 'mock', script: 'rude' }],
      'providers.main.params.temperature': 0.5,
    });
    expect(run.graphDigest).not.toBe(plain.graphDigest);
    const path = `/api/v1/user-testing/runs/${run.id}/replay`;
    expect((await app.one.viewer.post<ReplayAnswer>(path, {})).body.identical).toBe(true);
  });

  it('can be queued as well', async () => {
    const path = '/api/v1/runs/greeter/execute/async';
    const { status, body } = await app.one.operator.post<{ run: RunView }>(path, { providers: RUDE });
    expect(status).toBe(202);
    const view = async () => (await app.one.viewer.get<RunView>(`/api/v1/runs/${body.run.id}`)).body;
    await until(async () => (await view()).status === 'finished');
    expect((await view()).output).toBe('what');
  });

  it.each<[string, unknown, number, string, string]>([
    ['names no route', { mian: {} }, 422, 'run/unknown-provider', 'did you mean main?'],
    [
      'names no script',
      { main: { targets: [{ provider: 'mock', script: 'rood' }] } },
      422,
      'run/invalid-providers',
      'providers.main.targets[0].script',
    ],
    [
      'brings a key in plain text',
      { main: { targets: [{ provider: 'openai', model: 'x', apiKey: 'sk-123' }] } },
      422,
      'run/invalid-providers',
      'a key does not belong into a graph',
    ],
    ['has a key that no route has', { main: { speed: 1 } }, 400, 'request/invalid', 'speed'],
    ['has no target left', { main: { targets: [] } }, 400, 'request/invalid', 'targets'],
  ])('is refused when the override %s', async (_, providers, status, code, detail) => {
    const answer = await execute(app.one.operator, 'greeter', { providers } as ExecuteRequest);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect((answer.body as unknown as Problem).detail).toContain(detail);
    expect(JSON.stringify(answer.body)).not.toContain('sk-123');
  });
});
