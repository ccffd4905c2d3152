import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PersonaPage, PersonaUploadAnswer, PersonaView, UploadAnswer } from '@rehearse/contracts';
import { graphText } from '@rehearse/testkit';
import { type Client, codeOf, startTestApp, type TestApp } from './harness.js';
import { execute, upload } from './samples.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const YAML = { 'content-type': 'application/yaml' };
const persona = (name: string, more = 'goal: Get a refund') =>
  `apiVersion: rehearse/v1\nkind: Persona\nname: ${name}\n${more}\n`;
const put = (client: Client, text: string) =>
  client.post<PersonaUploadAnswer>('/api/v1/graphs/upload', text, YAML);
const list = async (client: Client, query = '') =>
  (await client.get<PersonaPage>(`/api/v1/personas${query}`)).body;

const TALK = (name: string) =>
  graphText(
    `providers: {main: {targets: [{provider: mock, script: main}]}}
mocks:
  main:
    - {when: 'messages.exists(m, m.role == "system" && m.content.contains("refund"))', reply: {content: "Give me a refund. [END]"}}
    - {reply: {content: "How can I help?"}}
nodes:
  bot: {type: agent, system: You help.}
  chat: {type: conversation, agent: bot, persona: ${name}, maxTurns: 2}
`,
    `talk-${name}`,
  );

/** All that happens in a run of a graph. */
async function said(graph: string): Promise<string> {
  const { run } = (await execute(app.one.operator, graph)).body;
  const { body } = await app.one.viewer.get(`/api/v1/runs/${run.id}/events?limit=1000`);
  return JSON.stringify(body);
}

describe('personas of a tenant', () => {
  it('are kept when they come alone, and stand among those of the library', async () => {
    const { operator, viewer } = app.one;
    const first = await put(
      operator,
      persona('refunder', 'goal: Get a refund\ntitle: Refunder\ntraits: [stubborn]'),
    );
    expect([first.status, first.headers.get('location')]).toEqual([201, '/api/v1/personas/refunder']);
    expect(first.body.personas).toMatchObject([
      {
        name: 'refunder',
        title: 'Refunder',
        source: 'own',
        kind: null,
        goal: 'Get a refund',
        traits: ['stubborn'],
      },
    ]);
    expect(
      (await put(operator, persona('refunder', 'goal: Get a refund\ntitle: Refunder\ntraits: [stubborn]')))
        .status,
    ).toBe(200);
    const { items, nextCursor } = await list(viewer);
    const names = items.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(nextCursor).toBeNull();
    expect(items.find(({ name }) => name === 'impatient-customer')).toMatchObject({
      source: 'library',
      kind: 'customer',
    });
    expect(names).toContain('refunder');
    const page = await list(viewer, '?limit=3');
    expect((await list(viewer, `?limit=3&cursor=${page.nextCursor}`)).items.map(({ name }) => name)).toEqual(
      names.slice(3, 6),
    );
    const one = await viewer.get<PersonaView>('/api/v1/personas/refunder');
    expect(one.body.system).toContain('What the person wants: Get a refund');
  });

  it('are named by graphs, which keep the text that was there when they were uploaded', async () => {
    const { operator } = app.one;
    await put(operator, persona('asker', 'goal: Get a refund'));
    await upload(operator, TALK('asker'));
    await put(operator, persona('asker', 'goal: Say nothing'));
    expect(await said('talk-asker')).toContain('Give me a refund');
    const again = await upload(operator, TALK('asker').replace('You help.', 'You help a lot.'));
    expect(again.version).toBe(2);
    expect(await said('talk-asker')).not.toContain('Give me a refund');
  });

  it('go before those of the library, and not into other tenants', async () => {
    await put(app.one.operator, persona('hostile-customer', 'goal: Be kind'));
    expect((await list(app.one.viewer)).items.find(({ name }) => name === 'hostile-customer')).toMatchObject({
      source: 'own',
      goal: 'Be kind',
    });
    expect((await list(app.two.viewer)).items.find(({ name }) => name === 'hostile-customer')).toMatchObject({
      source: 'library',
    });
    await put(app.one.operator, persona('secret-person'));
    expect(codeOf(await app.two.viewer.get('/api/v1/personas/secret-person'))).toBe('persona/not-found');
    const theirs = await app.two.operator.post('/api/v1/graphs/upload', TALK('secret-person'), YAML);
    expect(theirs.status).toBe(422);
  });

  it('that come with a graph are a part of it, and kept with it alone', async () => {
    const form = new FormData();
    form.append('file', new Blob([persona('beside')]), 'persona.yaml');
    form.append('file', new Blob([TALK('beside')]), 'graph.yaml');
    const { status, body } = await app.one.operator.post<UploadAnswer>('/api/v1/graphs/upload', form);
    expect([status, body.graph.name]).toEqual([201, 'talk-beside']);
    expect((await list(app.one.viewer)).items.map(({ name }) => name)).not.toContain('beside');
  });

  it('are refused with the place of the mistake', async () => {
    const answer = await put(app.one.operator, persona('bad', 'gaol: x'));
    expect(answer).toMatchObject({ status: 422, body: { code: 'graph/invalid' } });
    expect(codeOf(await put(app.one.viewer, persona('mine')))).toBe('access/forbidden');
  });
});
