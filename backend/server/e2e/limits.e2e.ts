import { afterEach, describe, expect, it } from '@jest/globals';
import type { ReadyView } from '@rehearse/contracts';
import { codeOf, startTestApp, type TestApp } from './harness.js';

let app: TestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

describe('rate limits', () => {
  it('hold for each principal and each address, tell what is left, and leave health alone', async () => {
    app = await startTestApp({ env: { RATE_LIMIT_PER_MINUTE: '12', RATE_LIMIT_ANONYMOUS_PER_MINUTE: '30' } });
    const { one, two, anonymous } = app;
    const first = await one.viewer.get('/api/v1/auth/me');
    expect(first.headers.get('ratelimit-limit')).toBe('12');
    expect(Number(first.headers.get('ratelimit-remaining'))).toBe(11);
    expect(first.headers.get('ratelimit-policy')).toBe('12;w=60');
    const answers = await Promise.all(Array.from({ length: 15 }, () => one.viewer.get('/api/v1/auth/me')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(4);
    expect(codeOf(refused[0]!)).toBe('request/too-many');
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await two.viewer.get('/api/v1/auth/me')).status).toBe(200);

    // Guessing passwords and tokens counts against the address; five sign-ins of the set-up did already.
    const guesses = await Promise.all(
      Array.from({ length: 40 }, () => app!.client('rh_guess').get('/api/v1/auth/me')),
    );
    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([401, 429]));
    const login = await anonymous.post('/api/v1/auth/login', { email: 'a@b.example', password: 'x' });
    expect(login.status).toBe(429);
    for (const path of ['/health', '/ready', '/live', '/metrics'])
      expect([path, (await anonymous.get(path)).status]).toEqual([path, 200]);
  });

  it('are off on loopback when nobody asks for them', async () => {
    app = await startTestApp();
    const answers = await Promise.all(
      Array.from({ length: 150 }, () => app!.anonymous.get('/api/v1/auth/me')),
    );
    expect(answers.every(({ status, headers }) => status === 401 && !headers.has('ratelimit-limit'))).toBe(
      true,
    );
  });
});

describe('other origins', () => {
  it('may call when they are named, and only these', async () => {
    app = await startTestApp({ env: { CORS_ORIGINS: 'https://studio.example' } });
    const ask = (origin: string) =>
      app!.anonymous.call('/api/v1/auth/me', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET' },
      });
    expect((await ask('https://studio.example')).headers.get('access-control-allow-origin')).toBe(
      'https://studio.example',
    );
    expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const asked = { origin: 'https://studio.example', 'access-control-request-method': 'PUT' };
    const retention = await app.anonymous.call('/api/v1/retention', { method: 'OPTIONS', headers: asked });
    expect(retention.headers.get('access-control-allow-methods')).toContain('PUT');
    const live = await app.anonymous.call('/live', { headers: { origin: asked.origin } });
    expect(live.headers.get('access-control-expose-headers')).toMatch(/traceparent.*Idempotency-Replayed/);
    const refresh = await app.anonymous.post('/api/v1/auth/refresh', undefined, {
      origin: 'https://studio.example',
    });
    expect(codeOf(refresh)).toBe('access/refresh-rejected');
  });
});

describe('draining', () => {
  it('says so at once, refuses what is new, and lets what was begun finish', async () => {
    app = await startTestApp();
    const { application, one, anonymous } = app;
    let finish = () => {};
    application.lifecycle.onDrain(() => new Promise<void>((resolve) => (finish = resolve)));
    await application.requests.settle(5_000);
    // A slow request: a password takes its time.
    const slow = one.admin.post('/api/v1/users', {
      email: 'slow@one.example',
      role: 'Viewer',
      password: 'a-password',
    });
    while (application.requests.count === 0) await new Promise((resolve) => setImmediate(resolve));
    let isDrained = false;
    const drained = application.lifecycle.drain(5_000).then(() => (isDrained = true));
    const ready = await anonymous.get<ReadyView>('/ready');
    expect([ready.status, ready.body.checks]).toEqual([
      503,
      { database: true, migrations: true, notDraining: false },
    ]);
    expect((await anonymous.get<{ status: string }>('/health')).body.status).toBe('draining');
    const refused = await one.viewer.get('/api/v1/auth/me');
    expect([refused.status, codeOf(refused), refused.headers.get('retry-after')]).toEqual([
      503,
      'server/draining',
      '5',
    ]);
    expect((await slow).status).toBe(201);
    await application.requests.settle(5_000);
    expect(isDrained).toBe(false);
    finish();
    await drained;
  });
});

describe('a database that does not answer', () => {
  it('makes the server not ready, and requests a 503 that says nothing of the database', async () => {
    app = await startTestApp();
    await app.database.close();
    const ready = await app.anonymous.get<ReadyView>('/ready');
    expect([ready.status, ready.body.checks.database]).toEqual([503, false]);
    expect((await app.anonymous.get('/live')).status).toBe(200);
    const answer = await app.one.viewer.get('/api/v1/auth/me');
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(answer.body)).not.toMatch(/postgres|prisma|pool/i);
  });
});
