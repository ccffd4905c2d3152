import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HistoryView, HistoryViewList, RunPage } from '@rehearse/contracts';
import { type Client, codeOf, startTestApp, type TestApp } from './harness.js';
import { execute, REFUND, upload } from './samples.js';

const VIEWS = '/api/v1/user-testing/runs/history/views';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const save = (client: Client, body: object, headers = {}) =>
  client.post<{ view: HistoryView }>(VIEWS, body, headers);
const names = async (client: Client) =>
  (await client.get<HistoryViewList>(VIEWS)).body.items.map(
    ({ name, isOwn }) => `${name}${isOwn ? '' : ' of another'}`,
  );
const remove = (client: Client, id: string) => client.call(`${VIEWS}/${id}`, { method: 'DELETE' });

describe('saved views of the history', () => {
  it('keep filters that the history takes as they are', async () => {
    const { operator } = app.one;
    const graph = await upload(operator, REFUND);
    await execute(operator, graph.name, { caseId: 'happy-path' });
    const filters = { graph: graph.name, verdict: 'passed', q: 'happy' };
    const { status, body } = await save(operator, { name: 'Passing', filters });
    expect(status).toBe(201);
    expect(body.view).toMatchObject({
      ...{ name: 'Passing', filters, shared: false, isOwn: true },
      createdBy: { email: app.one.emails.operator, name: null },
    });
    const query = new URLSearchParams(filters).toString();
    const found = await operator.get<RunPage>(`/api/v1/user-testing/runs/history?${query}`);
    expect(found.body.items).toHaveLength(1);
    await remove(operator, body.view.id);
  });

  it('are each user\u2019s own, unless they are shared', async () => {
    const { operator, admin, viewer, machine } = app.one;
    await save(operator, { name: 'Mine', filters: {} });
    await save(operator, { name: 'Ours', filters: { status: 'running' }, shared: true });
    await save(viewer, { name: 'Mine', filters: { verdict: 'failed' } });
    expect(await names(operator)).toEqual(['Mine', 'Ours']);
    expect(await names(viewer)).toEqual(['Mine', 'Ours of another']);
    expect(await names(admin)).toEqual(['Ours of another']);
    expect(await names(machine)).toEqual(['Ours of another']);
    expect(await names(app.two.admin)).toEqual([]);
  });

  it('are deleted by those whose they are, and shared ones by an Admin', async () => {
    const { operator, admin, viewer, machine } = app.one;
    const mine = (await save(operator, { name: 'To go', filters: {} })).body.view;
    const ours = (await save(operator, { name: 'To go, shared', filters: {}, shared: true })).body.view;
    expect(await remove(viewer, mine.id)).toMatchObject({ status: 404, body: { code: 'view/not-found' } });
    expect(await remove(admin, mine.id)).toMatchObject({ status: 404, body: { code: 'view/not-found' } });
    expect(await remove(viewer, ours.id)).toMatchObject({ status: 403, body: { code: 'access/forbidden' } });
    expect(await remove(machine, ours.id)).toMatchObject({
      status: 403,
      body: { code: 'view/needs-a-user' },
    });
    expect(await remove(app.two.admin, ours.id)).toMatchObject({
      status: 404,
      body: { code: 'view/not-found' },
    });
    expect((await remove(operator, mine.id)).status).toBe(204);
    expect((await remove(admin, ours.id)).status).toBe(204);
    expect(await remove(operator, 'no-id')).toMatchObject({ status: 404 });
    expect(await names(operator)).not.toContain('To go');
  });

  it('have a name that is one within those of a user', async () => {
    const { operator, viewer } = app.one;
    await save(operator, { name: 'Twice', filters: {} });
    expect(await save(operator, { name: 'Twice', filters: {} })).toMatchObject({
      status: 409,
      body: { code: 'view/name-taken' },
    });
    expect((await save(viewer, { name: 'Twice', filters: {} })).status).toBe(201);
  });

  it('are refused where they could not be used, and say what is wrong', async () => {
    const { operator, viewer, machine } = app.one;
    for (const body of [
      { filters: {} },
      { name: ' ', filters: {} },
      { name: 'x' },
      { name: 'x', filters: { colour: 'red' } },
      { name: 'x', filters: { verdict: 'maybe' } },
      { name: 'x', filters: { limit: 3 } },
    ])
      expect(codeOf(await save(operator, body))).toBe('request/invalid');
    expect(codeOf(await save(viewer, { name: 'x', filters: {}, shared: true }))).toBe('access/forbidden');
    expect(codeOf(await save(machine, { name: 'x', filters: {} }))).toBe('view/needs-a-user');
    expect(codeOf(await save(app.anonymous, { name: 'x', filters: {} }))).toBe('access/unauthenticated');
  });

  it('sent twice with one Idempotency-Key are kept once', async () => {
    const { operator } = app.one;
    const key = { 'idempotency-key': 'view-once' };
    const [a, b] = [
      await save(operator, { name: 'Once', filters: {} }, key),
      await save(operator, { name: 'Once', filters: {} }, key),
    ];
    expect([a.status, b.status, b.body.view.id]).toEqual([201, 201, a.body.view.id]);
  });
});
