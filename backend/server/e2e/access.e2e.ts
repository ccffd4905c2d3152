import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import type {
  ApiKeyView,
  CreatedApiKey,
  CreatedUser,
  LoginAnswer,
  ManagedUser,
  MeAnswer,
} from '@rehearse/contracts';
import { FirstPeople, LOCAL_ADMIN } from '../src/features/access/index.js';
import { PUBLIC, ROLES_ALLOWED, SCOPES_NEEDED } from '../src/features/access/declare.js';
import { OPEN } from '../src/platform/http/open.js';
import { PASSWORD, codeOf, startTestApp, until, type Answer, type TestApp } from './harness.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const login = (email: string, password = PASSWORD) =>
  app.anonymous.post<LoginAnswer>('/api/v1/auth/login', { email, password });

const cookieOf = (answer: Answer<unknown>): string => answer.headers.getSetCookie()[0]!;
const pairOf = (answer: Answer<unknown>): string => cookieOf(answer).split(';', 1)[0]!;
const refresh = (cookie: string, headers: Record<string, string> = {}) =>
  app.anonymous.post<LoginAnswer>('/api/v1/auth/refresh', undefined, { cookie, ...headers });

describe('signing in', () => {
  it('takes e-mail and password, whatever the case of the e-mail, and tells who somebody is', async () => {
    const answer = await login(app.one.emails.operator.toUpperCase());
    expect(answer.status).toBe(200);
    expect(answer.body.expiresIn).toBe(600);
    const me = await app.client(answer.body.accessToken).get<MeAnswer>('/api/v1/auth/me');
    expect(me.body).toMatchObject({
      user: { email: app.one.emails.operator, tenant: { id: app.one.id, name: 'one' } },
      apiKey: null,
      role: 'Operator',
    });
  });

  it('answers a wrong password and an unknown user alike', async () => {
    const [wrong, unknown] = await Promise.all([
      login(app.one.emails.admin, 'not-it'),
      login('nobody@test.example', 'not-it'),
    ]);
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    const { requestId: _a, ...first } = wrong.body as unknown as Record<string, unknown>;
    const { requestId: _b, ...second } = unknown.body as unknown as Record<string, unknown>;
    expect(first).toEqual(second);
    expect(first['code']).toBe('access/bad-credentials');
  });

  it('keeps the refresh token in a cookie that scripts and other sites do not see', async () => {
    const answer = await login(app.one.emails.viewer);
    expect(cookieOf(answer)).toMatch(/^rehearse_refresh=[\w-]{43}; /);
    expect(cookieOf(answer)).toMatch(/Path=\/api\/v1\/auth; HttpOnly; SameSite=Strict$/);
    expect(JSON.stringify(answer.body)).not.toContain(pairOf(answer).split('=')[1]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('works without the prefix too, cookie and all', async () => {
    const answer = await app.anonymous.post('/auth/login', {
      email: app.one.emails.viewer,
      password: PASSWORD,
    });
    expect(cookieOf(answer)).toContain('Path=/auth;');
    const next = await app.anonymous.post('/auth/refresh', undefined, { cookie: pairOf(answer) });
    expect(next.status).toBe(200);
  });

  it('by a one-time link works once', async () => {
    const people = app.application.nest.get(FirstPeople);
    const made = await app.one.admin.post<CreatedUser>('/api/v1/users', {
      email: 'linked@one.example',
      role: 'Viewer',
    });
    const token = made.body.link!.token;
    const first = await app.anonymous.post<LoginAnswer>('/api/v1/auth/link', { token });
    expect([first.status, first.body.user.email]).toEqual([200, 'linked@one.example']);
    expect(codeOf(await app.anonymous.post('/api/v1/auth/link', { token }))).toBe('access/bad-link');
    // A newer link takes the place of an unused one.
    const person = { tenantId: app.one.id, userId: made.body.user.id };
    const [older, newer] = [await people.makeLink(person), await people.makeLink(person)];
    expect((await app.anonymous.post('/api/v1/auth/link', { token: older })).status).toBe(401);
    const uses = await Promise.all(
      [1, 2, 3].map(() => app.anonymous.post('/api/v1/auth/link', { token: newer })),
    );
    expect(uses.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });
});

describe('staying in', () => {
  it('gives a new access token and a new cookie for each refresh', async () => {
    const first = await login(app.one.emails.viewer);
    const second = await refresh(pairOf(first));
    expect(second.status).toBe(200);
    expect(pairOf(second)).not.toBe(pairOf(first));
    expect((await app.client(second.body.accessToken).get('/api/v1/auth/me')).status).toBe(200);
    expect((await refresh(pairOf(second))).status).toBe(200);
  });

  it('ends the whole sign-in when a refresh token is used twice', async () => {
    const first = await login(app.one.emails.viewer);
    const second = await refresh(pairOf(first));
    expect(codeOf(await refresh(pairOf(first)))).toBe('access/refresh-rejected');
    expect(codeOf(await refresh(pairOf(second)))).toBe('access/refresh-rejected');
  });

  it('lets one of several simultaneous uses of a token through, and then ends the sign-in', async () => {
    const cookie = pairOf(await login(app.one.emails.viewer));
    const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(cookie)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const winner = answers.find(({ status }) => status === 200)!;
    expect((await refresh(pairOf(winner))).status).toBe(401);
  });

  it('is refused from pages of other sites', async () => {
    const cookie = pairOf(await login(app.one.emails.viewer));
    const foreign = await refresh(cookie, { origin: 'https://evil.example' });
    expect([foreign.status, codeOf(foreign)]).toEqual([403, 'access/cross-site']);
    expect((await refresh(cookie, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await refresh(cookie, { origin: app.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it('ends with the sign-out', async () => {
    const cookie = pairOf(await login(app.one.emails.viewer));
    const answer = await app.anonymous.post('/api/v1/auth/logout', undefined, { cookie });
    expect([answer.status, cookieOf(answer)]).toEqual([
      204,
      expect.stringMatching(/rehearse_refresh=;.*Expires=Thu, 01 Jan 1970/),
    ]);
    expect((await refresh(cookie)).status).toBe(401);
    expect((await app.anonymous.post('/api/v1/auth/logout')).status).toBe(204);
  });
});

describe('API keys', () => {
  it('are shown once, listed without the key, and work until they are revoked', async () => {
    const made = await app.one.admin.post<CreatedApiKey>('/api/v1/api-keys', {
      name: 'ci',
      scopes: ['runs:read'],
    });
    expect(made.status).toBe(201);
    expect(made.body.key).toMatch(/^rh_[0-9a-f]{32}_[0-9a-f]{64}_[0-9a-f]{8}$/);
    const listed = await app.one.admin.get<{ items: ApiKeyView[] }>('/api/v1/api-keys');
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key!);
    expect(listed.body.items.find(({ id }) => id === made.body.id)?.prefix).toBe(made.body.key!.slice(0, 11));

    const machine = app.client(made.body.key!);
    const me = await machine.get<MeAnswer>('/api/v1/auth/me');
    expect(me.body).toEqual({
      user: null,
      apiKey: { id: made.body.id, name: 'ci' },
      role: 'API',
      scopes: ['runs:read'],
    });
    expect((await app.one.admin.call(`/api/v1/api-keys/${made.body.id}`, { method: 'DELETE' })).status).toBe(
      204,
    );
    expect((await machine.get('/api/v1/auth/me')).status).toBe(401);
  });

  it('do not work with a changed character, nor past their time', async () => {
    const good = app.one.machine.token;
    for (const at of [5, 40, good.length - 1]) {
      const changed = good.slice(0, at) + (good[at] === '0' ? '1' : '0') + good.slice(at + 1);
      expect((await app.client(changed).get('/api/v1/auth/me')).status).toBe(401);
    }
    const soon = new Date(Date.now() + 3_000).toISOString();
    const short = await app.one.admin.post<CreatedApiKey>('/api/v1/api-keys', {
      name: 'short',
      expiresAt: soon,
    });
    expect((await app.client(short.body.key!).get('/api/v1/auth/me')).status).toBe(200);
    await until(() => Date.now() > Date.parse(soon));
    expect((await app.client(short.body.key!).get('/api/v1/auth/me')).status).toBe(401);
    const past = await app.one.admin.post('/api/v1/api-keys', {
      name: 'past',
      expiresAt: '2020-01-01T00:00:00Z',
    });
    expect([past.status, codeOf(past)]).toEqual([400, 'request/invalid']);
  });

  it('cannot manage users or keys, whatever their scopes', async () => {
    for (const path of ['/api/v1/users', '/api/v1/api-keys', '/api/v1/tenants'])
      expect([path, codeOf(await app.one.machine.get(path))]).toEqual([path, 'access/forbidden']);
  });

  it('of another tenant cannot be seen or revoked', async () => {
    const made = await app.two.admin.post<CreatedApiKey>('/api/v1/api-keys', { name: 'theirs' });
    const foreign = await app.one.admin.call(`/api/v1/api-keys/${made.body.id}`, { method: 'DELETE' });
    expect([foreign.status, codeOf(foreign)]).toEqual([404, 'access/key-not-found']);
    expect((await app.client(made.body.key!).get('/api/v1/auth/me')).status).toBe(200);
  });
});

describe('users', () => {
  it('are managed by the Admin of their tenant alone', async () => {
    for (const client of [app.one.operator, app.one.viewer])
      expect(codeOf(await client.get('/api/v1/users'))).toBe('access/forbidden');
    const users = await app.one.admin.get<{ items: ManagedUser[] }>('/api/v1/users?limit=100');
    expect(users.body.items.map(({ email }) => email)).toEqual(
      expect.arrayContaining(Object.values(app.one.emails)),
    );
    expect(users.body.items.every(({ tenant }) => tenant.id === app.one.id)).toBe(true);
  });

  it('are paged in the order they were made', async () => {
    const first = await app.one.admin.get<{ items: ManagedUser[]; nextCursor: string }>(
      '/api/v1/users?limit=2',
    );
    const rest = await app.one.admin.get<{ items: ManagedUser[] }>(
      `/api/v1/users?limit=100&cursor=${first.body.nextCursor}`,
    );
    const all = await app.one.admin.get<{ items: ManagedUser[] }>('/api/v1/users?limit=100');
    expect([...first.body.items, ...rest.body.items]).toEqual(all.body.items);
    expect(codeOf(await app.one.admin.get('/api/v1/users?cursor=nonsense'))).toBe('request/bad-cursor');
  });

  it('have an e-mail that nobody else in the installation has', async () => {
    const answer = await app.one.admin.post('/api/v1/users', {
      email: app.two.emails.viewer,
      role: 'Viewer',
    });
    expect([answer.status, codeOf(answer)]).toEqual([409, 'access/email-taken']);
  });

  it('lose their sessions when they are disabled, and cannot sign in', async () => {
    const body = { email: 'leaver@one.example', role: 'Operator', password: PASSWORD };
    const made = await app.one.admin.post<CreatedUser>('/api/v1/users', body);
    const cookie = pairOf(await login(body.email));
    const path = `/api/v1/users/${made.body.user.id}`;
    const changed = await app.one.admin.call<ManagedUser>(path, {
      method: 'PATCH',
      body: { disabled: true },
    });
    expect([changed.status, changed.body.disabledAt]).toEqual([200, expect.any(String)]);
    expect((await refresh(cookie)).status).toBe(401);
    expect(codeOf(await login(body.email))).toBe('access/bad-credentials');
    await app.one.admin.call(path, { method: 'PATCH', body: { disabled: false } });
    expect((await login(body.email)).status).toBe(200);
  });

  it('of another tenant answer like users that do not exist', async () => {
    const theirs = await app.two.admin.get<{ items: ManagedUser[] }>('/api/v1/users');
    const patch = (id: string) =>
      app.one.admin.call<Record<string, unknown>>(`/api/v1/users/${id}`, {
        method: 'PATCH',
        body: { role: 'Viewer' },
      });
    const foreign = await patch(theirs.body.items[0]!.id);
    const absent = await patch('018f0000-0000-7000-8000-000000000000');
    const shape = ({ status, body }: Answer<Record<string, unknown>>) => ({
      status,
      ...body,
      requestId: '',
      detail: String(body['detail']).replace(/[0-9a-f-]{36}/, 'ID'),
    });
    expect(shape(foreign)).toEqual(shape(absent));
    expect((await patch('not-an-id')).status).toBe(404);
  });

  it('always leave a tenant an Admin', async () => {
    const users = await app.two.admin.get<{ items: ManagedUser[] }>('/api/v1/users');
    const admin = users.body.items.find(({ role }) => role === 'Admin')!;
    for (const body of [{ role: 'Viewer' }, { disabled: true }]) {
      const answer = await app.two.admin.call(`/api/v1/users/${admin.id}`, { method: 'PATCH', body });
      expect([answer.status, codeOf(answer)]).toEqual([409, 'access/last-admin']);
    }
  });
});

describe('tenants', () => {
  it('are seen and made by the owner of the installation alone', async () => {
    const listed = await app.owner.get<{ items: { name: string }[] }>('/api/v1/tenants');
    expect(listed.body.items.map(({ name }) => name)).toEqual(['Main', 'one', 'two']);
    const page = await app.owner.get<{ items: unknown[]; nextCursor: string }>('/api/v1/tenants?limit=1');
    const next = await app.owner.get<{ items: unknown[] }>(
      `/api/v1/tenants?limit=200&cursor=${page.body.nextCursor}`,
    );
    expect([...page.body.items, ...next.body.items]).toEqual(listed.body.items);
    expect(codeOf(await app.one.admin.get('/api/v1/tenants'))).toBe('access/forbidden');
    const body = { name: 'three', admin: { email: 'a@three.example', password: PASSWORD } };
    expect((await app.one.admin.post('/api/v1/tenants', body)).status).toBe(403);
    expect(
      codeOf(
        await app.owner.post('/api/v1/tenants', {
          ...body,
          admin: { ...body.admin, email: app.one.emails.admin },
        }),
      ),
    ).toBe('access/email-taken');
  });

  it('are not made for the local person where others live already', async () => {
    expect(await app.application.nest.get(FirstPeople).localAdmin()).toBeNull();
    expect(codeOf(await login(LOCAL_ADMIN))).toBe('access/bad-credentials');
  });
});

describe('every route', () => {
  it('declares who may call it', () => {
    const undeclared: string[] = [];
    const declarations = [OPEN, PUBLIC, ROLES_ALLOWED, SCOPES_NEEDED];
    let count = 0;
    for (const { controllers } of app.application.nest.get(ModulesContainer).values())
      for (const { metatype, name } of controllers.values()) {
        const prototype = (metatype as { prototype: Record<string, object> }).prototype;
        for (const method of Object.getOwnPropertyNames(prototype)) {
          const handler = prototype[method];
          if (
            method === 'constructor' ||
            typeof handler !== 'function' ||
            !Reflect.hasMetadata('path', handler)
          )
            continue;
          count += 1;
          const places = [handler, metatype as object];
          if (!places.some((place) => declarations.some((key) => Reflect.hasMetadata(key, place))))
            undeclared.push(`${String(name)}.${method}`);
        }
      }
    expect(undeclared).toEqual([]);
    expect(count).toBeGreaterThan(15);
  });

  it('but the public ones asks for a proof', async () => {
    const open: string[] = [];
    for (const { method, path } of app.application.routes.all()) {
      if (!path.startsWith('/api/v1') || method === 'HEAD') continue;
      const target = path.replaceAll(/:\w+/g, '018f0000-0000-7000-8000-000000000000');
      const { status } = await app.anonymous.call(target, {
        method,
        body: method === 'GET' ? undefined : {},
      });
      if (status !== 401) open.push(`${method} ${path}`);
    }
    expect(open.sort()).toMatchInlineSnapshot(`
     [
       "GET /api/v1/graphs/schema.json",
       "GET /api/v1/openapi.json",
       "POST /api/v1/auth/link",
       "POST /api/v1/auth/login",
       "POST /api/v1/auth/logout",
     ]
    `);
  });
});
