import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedApiKey, CreatedUser, ManagedUser } from '@rehearse/contracts';
import { PASSWORD, codeOf, startTestApp, type TestApp } from './harness.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'make-one' };
  const body = { email: 'once@one.example', role: 'Viewer', password: PASSWORD };

  it('makes a POST that is sent twice happen once, with the same answer', async () => {
    const first = await app.one.admin.post<{ user: ManagedUser }>('/api/v1/users', body, headers);
    const second = await app.one.admin.post<{ user: ManagedUser }>('/users', body, headers);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('lets one of many simultaneous ones through, and gives all its answer', async () => {
    const other = { ...body, email: 'race@one.example' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        app.one.admin.post<{ user: ManagedUser }>('/api/v1/users', other, { 'idempotency-key': 'race' }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.user.id)).size).toBe(1);
  });

  it('refuses another request under the same key', async () => {
    const answer = await app.one.admin.post('/api/v1/users', { ...body, role: 'Operator' }, headers);
    expect([answer.status, codeOf(answer)]).toEqual([409, 'request/idempotency-conflict']);
  });

  it('is free again after an error, and is nobody else\u2019s', async () => {
    const key = { 'idempotency-key': 'second-try' };
    expect((await app.one.admin.post('/api/v1/users', body, key)).status).toBe(409);
    expect(
      (await app.one.admin.post('/api/v1/users', { ...body, email: 'free@one.example' }, key)).status,
    ).toBe(201);
    const theirs = await app.two.admin.post('/api/v1/users', { ...body, email: 'once@two.example' }, headers);
    expect(theirs.status).toBe(201);
    const bad = await app.one.admin.post('/api/v1/users', body, { 'idempotency-key': 'x'.repeat(256) });
    expect(codeOf(bad)).toBe('request/invalid');
  });

  it('keeps no secret of an answer', async () => {
    const invited = { email: 'invited@one.example', role: 'Viewer' };
    const key = { 'idempotency-key': 'invite' };
    const first = await app.one.admin.post<CreatedUser>('/api/v1/users', invited, key);
    const second = await app.one.admin.post<CreatedUser>('/api/v1/users', invited, key);
    expect(first.body.link).not.toBeNull();
    expect(second.body).toEqual({ user: first.body.user, link: null });
  });
});

describe('an API key under an Idempotency-Key', () => {
  it('is made once, and is not shown again', async () => {
    const send = () =>
      app.one.admin.post<CreatedApiKey>('/api/v1/api-keys', { name: 'ci' }, { 'idempotency-key': 'one-key' });
    const [first, second] = [await send(), await send()];
    expect(first.body.key).toMatch(/^rh_/);
    expect(second.body).toEqual({ ...first.body, key: null });
  });
});
