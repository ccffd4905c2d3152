import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  ExperimentView,
  JournalEvent,
  Problem,
  RunPage,
  SimulationAnswer,
  SimulationPage,
  SimulationView,
} from '@rehearse/contracts';
import { fakeOpenai, graphText, type FakeServer } from '@rehearse/testkit';
import { type Client, codeOf, startTestApp, type TestApp, until } from './harness.js';
import { upload } from './samples.js';

const SIMULATIONS = '/api/v1/user-testing/simulations';

let provider: FakeServer;
let app: TestApp;
beforeAll(async () => {
  // Persons ask for what they are told to want; the agent promises all.
  provider = await fakeOpenai(({ text }) => {
    if (text.includes('You play a person') || text.includes('You are a customer'))
      return { text: text.includes('Surely') ? '[END]' : 'I want my money back.' };
    return { text: 'Surely, at once.' };
  });
  app = await startTestApp({
    env: {
      OPENAI_API_KEY: 'sk-x',
      OPENAI_BASE_URL: `${provider.url}/v1`,
      REHEARSE_EGRESS_ALLOW_LOOPBACK: 'true',
    },
  });
  await upload(app.one.operator, graphText(TALK, 'support'));
  await upload(app.one.operator, graphText(ALONE, 'bot-alone'));
  await upload(
    app.one.operator,
    graphText(`${MOCKED}nodes: {ask: {type: llm, provider: bot, prompt: Hi}}\n`, 'no-bot'),
  );
});
afterAll(async () => {
  await app.close();
  await provider.close();
});

const MOCKED = `providers:
  bot: {targets: [{provider: mock, script: bot}]}
  person: {targets: [{provider: mock, script: person}]}
mocks:
  bot: [{reply: {content: "I have refunded it."}}]
  person: [{when: turn > 2, reply: {content: "[END]"}}, {reply: {content: "Refund me."}}]
`;
const AGENT = 'bot: {type: agent, provider: bot, system: You help.}';
const TALK = `${MOCKED}nodes:
  ${AGENT}
  chat: {type: conversation, agent: bot, persona: confused-customer, provider: person, maxTurns: 5}
assert: [{type: contains, value: refunded}]
`;
const ALONE = `${MOCKED}nodes: {bot: {type: agent, provider: bot, system: You help., prompt: Never said.}}\nassert: [{type: contains, value: refunded}]\ncases: [{id: one}, {id: two}]\n`;

const start = (
  body: object,
  { client = app.one.operator, headers = {} }: { client?: Client; headers?: Record<string, string> } = {},
) => client.post<SimulationAnswer & Problem>(SIMULATIONS, body, headers);

const view = async (id: string): Promise<SimulationView> =>
  (await app.one.viewer.get<SimulationView>(`${SIMULATIONS}/${id}`)).body;

async function ended(id: string): Promise<SimulationView> {
  await until(async () => (await view(id)).status === 'finished');
  return view(id);
}

const eventsOf = async (id: string) =>
  (await app.one.viewer.get<{ items: JournalEvent[] }>(`/api/v1/runs/${id}/events?limit=1000`)).body.items;

describe('a simulation', () => {
  it('lets personas talk with the agent of a conversation, each as often as is asked, as one experiment', async () => {
    const personas = [
      'impatient-customer',
      'Somebody who wants a refund for a broken lamp',
      { name: 'eve', goal: 'Get data of others' },
    ];
    const { status, body, headers } = await start({
      agent: { graph: 'support' },
      personas,
      n: 2,
      label: 'Friday',
    });
    expect([status, headers.get('location')]).toEqual([202, `${SIMULATIONS}/${body.simulation.id}`]);
    expect(body.experiment).toMatchObject({
      id: body.simulation.id,
      label: 'Friday',
      progress: { total: 6 },
    });
    expect(body.runs).toHaveLength(6);
    const ran = await ended(body.simulation.id);
    expect(ran).toMatchObject({ graph: 'support', node: 'chat', agent: 'graph', n: 2, passRate: { n: 6 } });
    expect(
      ran.personas.map(({ name, source, goal, passed, total, runs }) => [
        name,
        source,
        goal,
        passed,
        total,
        runs.length,
      ]),
    ).toEqual([
      ['impatient-customer', 'library', 'Get the matter settled in as few messages as possible.', 2, 2, 2],
      ['persona-2', 'given', 'Somebody who wants a refund for a broken lamp', 2, 2, 2],
      ['eve', 'given', 'Get data of others', 2, 2, 2],
    ]);
    const [asked] = (await eventsOf(ran.personas[1]!.runs[0]!.id)).filter(
      ({ type }) => type === 'model.requested',
    );
    expect(JSON.stringify(asked!.data)).toContain('Somebody who wants a refund for a broken lamp');
    const watched = await app.one.viewer.get<ExperimentView>(`/api/v1/experiments/${ran.id}`);
    expect(watched.body).toMatchObject({ status: 'finished', progress: { passed: 6 } });
  });

  it('makes the conversation where a graph has an agent alone, for each of its cases', async () => {
    const { status, body } = await start({
      agent: { graph: 'bot-alone' },
      personas: ['confused-customer'],
      simulator: 'person',
      maxTurns: 3,
    });
    expect(status).toBe(202);
    const ran = await ended(body.simulation.id);
    expect(ran).toMatchObject({
      graph: 'bot-alone-simulation',
      node: 'simulation',
      progress: { total: 2, passed: 2 },
    });
    const one = await start({
      agent: { graph: 'bot-alone', node: 'bot' },
      personas: ['confused-customer'],
      simulator: 'person',
      cases: ['two'],
    });
    expect(one.body.simulation).toMatchObject({ graphVersion: 1, progress: { total: 1 } });
    await ended(one.body.simulation.id);
  });

  it('takes an agent that is a model with a prompt, and asks it as any other', async () => {
    const { body } = await start({
      agent: {
        model: { provider: 'openai', model: 'gpt-5-mini' },
        system: 'You help.',
        assert: [{ type: 'contains', value: 'Surely' }],
      },
      personas: ['A person with a broken lamp'],
      n: 2,
    });
    const ran = await ended(body.simulation.id);
    expect(ran).toMatchObject({
      agent: 'model',
      graph: 'simulated-agent',
      progress: { total: 2, passed: 2 },
    });
  });

  it('takes an agent behind an address, with somebody who speaks for the personas', async () => {
    const http = { url: `${provider.url}/v1/chat/completions`, model: 'any' };
    const simulator = { provider: 'openai', model: 'gpt-5-mini' };
    const { body } = await start({
      agent: { http, assert: [{ type: 'contains', value: 'Surely' }] },
      personas: ['A person'],
      simulator,
    });
    expect(await ended(body.simulation.id)).toMatchObject({
      agent: 'http',
      progress: { total: 1, passed: 1 },
    });
  });

  it('knows the personas of the tenant', async () => {
    await upload(
      app.one.operator,
      'apiVersion: rehearse/v1\nkind: Persona\nname: regular\ngoal: Say hello\n',
    );
    const { body } = await start({ agent: { graph: 'support' }, personas: ['regular'] });
    expect((await ended(body.simulation.id)).personas).toMatchObject([
      { name: 'regular', source: 'own', goal: 'Say hello', passed: 1 },
    ]);
  });

  it('is listed with its state, newest first, page by page, and in its tenant alone', async () => {
    const all = (await app.one.viewer.get<SimulationPage>(SIMULATIONS)).body.items;
    expect(all.length).toBeGreaterThan(4);
    expect(all.map(({ createdAt }) => createdAt)).toEqual(
      all
        .map(({ createdAt }) => createdAt)
        .toSorted()
        .toReversed(),
    );
    expect(all[0]).toMatchObject({ status: 'finished', personas: [{ name: 'regular' }] });
    const first = (await app.one.viewer.get<SimulationPage>(`${SIMULATIONS}?limit=2`)).body;
    const second = (
      await app.one.viewer.get<SimulationPage>(`${SIMULATIONS}?limit=2&cursor=${first.nextCursor}`)
    ).body;
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(
      all.slice(0, 4).map(({ id }) => id),
    );
    expect((await app.two.viewer.get<SimulationPage>(SIMULATIONS)).body.items).toEqual([]);
    expect(codeOf(await app.two.viewer.get(`${SIMULATIONS}/${all[0]!.id}`))).toBe('simulation/not-found');
    const theirs = await start(
      { agent: { graph: 'support' }, personas: ['confused-customer'] },
      { client: app.two.operator },
    );
    expect(codeOf(theirs)).toBe('graph/not-found');
  });

  it('has no more conversations at once than it may', async () => {
    const { body } = await start({
      agent: { graph: 'support' },
      personas: ['confused-customer'],
      n: 5,
      concurrency: 2,
    });
    expect(body.simulation.concurrency).toBe(2);
    const underWay: number[] = [];
    await until(async () => {
      const query = `experiment=${body.simulation.id}&status=running`;
      underWay.push((await app.one.viewer.get<RunPage>(`/api/v1/runs?${query}`)).body.items.length);
      return (await view(body.simulation.id)).status === 'finished';
    });
    expect(Math.max(...underWay)).toBeLessThanOrEqual(2);
  });

  it('sent twice with one Idempotency-Key is made once', async () => {
    const send = () =>
      start(
        { agent: { graph: 'support' }, personas: ['confused-customer'] },
        { headers: { 'idempotency-key': 'sim' } },
      );
    const [a, b] = [await send(), await send()];
    expect(b.body.simulation.id).toBe(a.body.simulation.id);
    await ended(a.body.simulation.id);
  });

  const SUPPORT = { graph: 'support' };
  const MODEL = { model: { provider: 'openai', model: 'm' }, system: 'You help.' };
  it.each<[string, object, number, string, string | undefined]>([
    ['no persona', { agent: SUPPORT, personas: [] }, 400, 'request/invalid', 'personas'],
    ['no conversation at all', { agent: SUPPORT, personas: ['x-y'], n: 0 }, 400, 'request/invalid', 'n'],
    ['too many of them', { agent: SUPPORT, personas: ['x-y'], n: 101 }, 400, 'request/invalid', 'n'],
    [
      'too many at once',
      { agent: SUPPORT, personas: ['x-y'], concurrency: 65 },
      400,
      'request/invalid',
      'concurrency',
    ],
    ['no agent', { personas: ['confused-customer'] }, 400, 'request/invalid', 'agent'],
    [
      'one persona twice',
      { agent: SUPPORT, personas: ['confused-customer', 'confused-customer'] },
      400,
      'request/invalid',
      'personas[1]',
    ],
    [
      'an unknown graph',
      { agent: { graph: 'nobody' }, personas: ['confused-customer'] },
      404,
      'graph/not-found',
      undefined,
    ],
    [
      'an unknown persona',
      { agent: SUPPORT, personas: ['confused-custmer'] },
      422,
      'simulation/unknown-persona',
      'personas[0]',
    ],
    [
      'a persona that does not fit',
      { agent: SUPPORT, personas: [{ name: 'a', goal: 'x', mood: 'bad' }] },
      400,
      'request/invalid',
      undefined,
    ],
    [
      'a graph without an agent',
      { agent: { graph: 'no-bot' }, personas: ['confused-customer'] },
      422,
      'simulation/no-agent',
      'agent.node',
    ],
    [
      'an unknown node',
      { agent: { graph: 'support', node: 'chatt' }, personas: ['confused-customer'] },
      422,
      'simulation/no-agent',
      'agent.node',
    ],
    [
      'an unknown route',
      { agent: SUPPORT, personas: ['confused-customer'], simulator: 'nobody' },
      422,
      'simulation/bad-agent',
      undefined,
    ],
    [
      'a target for a graph',
      { agent: SUPPORT, personas: ['confused-customer'], simulator: { provider: 'openai', model: 'm' } },
      422,
      'simulation/bad-agent',
      'simulator',
    ],
    [
      'a route without a graph',
      { agent: MODEL, personas: ['confused-customer'], simulator: 'person' },
      422,
      'simulation/bad-agent',
      'simulator',
    ],
    [
      'nobody who speaks',
      { agent: { http: { url: 'https://bot.example' } }, personas: ['confused-customer'] },
      422,
      'simulation/bad-agent',
      'simulator',
    ],
    [
      'nobody of several who speaks',
      { agent: { graph: 'bot-alone' }, personas: ['confused-customer'] },
      422,
      'simulation/bad-agent',
      'simulator',
    ],
    [
      'a mock without a script',
      {
        agent: { model: { provider: 'mock', script: 'none' }, system: 'x' },
        personas: ['confused-customer'],
      },
      422,
      'simulation/bad-agent',
      undefined,
    ],
    [
      'an unknown case',
      {
        agent: { graph: 'bot-alone' },
        personas: ['confused-customer'],
        simulator: 'person',
        cases: ['three'],
      },
      422,
      'run/unknown-case',
      undefined,
    ],
  ])('is refused with %s', async (_, body, status, code, path) => {
    const answer = await start(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    if (path !== undefined) expect(answer.body.errors!.map((error) => error.path)).toContain(path);
  });

  it('is for those who may make runs', async () => {
    const body = { agent: SUPPORT, personas: ['confused-customer'] };
    expect(codeOf(await start(body, { client: app.one.viewer }))).toBe('access/forbidden');
    expect(codeOf(await start(body, { client: await app.one.key(['runs:read']) }))).toBe('access/forbidden');
  });
});
