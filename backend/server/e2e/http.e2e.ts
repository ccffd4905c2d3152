import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HealthView, Problem, ReadyView } from '@rehearse/contracts';
import { codeOf, startTestApp, type TestApp } from './harness.js';
import { execute, slowGraph, upload } from './samples.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

/** What comes back for bytes that are written straight to the socket. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

describe('health', () => {
  it('says that the process runs, lives and takes requests', async () => {
    const health = await app.anonymous.get<HealthView>('/health');
    expect(health.body).toEqual({
      status: 'ok',
      version: '0.1.0',
      pid: process.pid,
      uptimeMs: expect.any(Number),
    });
    expect((await app.anonymous.get('/live')).body).toEqual({ live: true });
    const ready = await app.anonymous.get<ReadyView>('/ready');
    expect([ready.status, ready.body]).toEqual([
      200,
      { ready: true, checks: { database: true, migrations: true, notDraining: true } },
    ]);
  });

  it('is what a program gets at /', async () => {
    const answer = await app.anonymous.get<HealthView>('/');
    expect(answer.body.status).toBe('ok');
  });
});

describe('plain paths', () => {
  it('answer without the prefix when a program asks', async () => {
    const [plain, full] = await Promise.all([
      app.one.viewer.get('/auth/me'),
      app.one.viewer.get('/api/v1/auth/me'),
    ]);
    expect(plain.body).toEqual(full.body);
    expect((await app.one.admin.get('/users?limit=1')).status).toBe(200);
  });

  it('belong to the studio when a browser navigates', async () => {
    for (const path of ['/', '/runs', '/graphs/refund-agent', '/no/such/page']) {
      const page = await app.anonymous.call<string>(path, { headers: HTML });
      expect([path, page.headers.get('content-type')]).toEqual([path, 'text/html; charset=utf-8']);
      expect(page.body).toContain('<!doctype html>');
    }
  });
});

describe('problems', () => {
  it('answer an unknown path, also below /api to a browser', async () => {
    for (const headers of [{}, HTML]) {
      const answer = await app.anonymous.call<Problem>('/api/v1/nowhere?x=1', { headers });
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(answer.body).toEqual({
        type: '/docs#request/not-found',
        title: 'There is no such path',
        status: 404,
        detail: 'GET /api/v1/nowhere is not a path of this server.',
        code: 'request/not-found',
        requestId: answer.headers.get('x-request-id'),
      });
    }
    expect(codeOf(await app.anonymous.get('/nowhere'))).toBe('request/not-found');
    expect(codeOf(await app.anonymous.call('/api', { headers: HTML }))).toBe('request/not-found');
  });

  it('say which methods a path takes', async () => {
    const answer = await app.anonymous.call<Problem>('/api/v1/auth/login', { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow'), answer.body.detail]).toEqual([
      405,
      'POST',
      '/api/v1/auth/login takes POST, not DELETE.',
    ]);
  });

  it('tell the methods of a path to who asks for its options', async () => {
    const options = (path: string) => app.anonymous.call(path, { method: 'OPTIONS' });
    const known = await options('/api/v1/runs');
    expect([known.status, known.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect((await options('/api/v1/nowhere')).status).toBe(404);
  });

  it('are not the answer to a slash at the end', async () => {
    expect((await app.one.viewer.get('/api/v1/runs/')).status).toBe(200);
    expect((await app.one.viewer.get('/graphs/?limit=1')).status).toBe(200);
  });

  it('name every field that does not fit', async () => {
    const answer = await app.one.admin.post<Problem>('/api/v1/users', {
      email: 7,
      role: 'King',
      password: 'x',
      extra: 1,
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'request/invalid', errors: expect.any(Array) });
    expect(answer.body.errors!.map(({ path }) => path).sort()).toEqual([
      'email',
      'extra',
      'password',
      'role',
    ]);
    const query = await app.one.admin.get<Problem>('/api/v1/users?limit=1000&nonsense=1');
    expect(query.body.errors!.map(({ path }) => path).sort()).toEqual(['limit', 'nonsense']);
  });

  it('answer bodies that are not JSON, not small, or of another kind', async () => {
    const post = (body: string, type = 'application/json') =>
      app.one.admin.post<Problem>('/api/v1/users', body, { 'content-type': type });
    const answers = [
      await post('{"email":'),
      await post('{"__proto__": {"role": "Admin"}}'),
      await post(''),
      await post(JSON.stringify({ email: 'x'.repeat(1_048_577) })),
      await post('email: x', 'application/yaml'),
      await post('<email/>', 'application/xml'),
    ];
    expect(answers.map((answer) => `${answer.status} ${answer.body.code}: ${answer.body.detail}`))
      .toMatchInlineSnapshot(`
      [
        "400 request/malformed-json: The body is not valid JSON.",
        "400 request/invalid: __proto__: this name is not taken, since it means the prototype of an object.",
        "400 request/invalid: the body is missing; it must be an object",
        "413 request/too-large: The body is larger than this path takes.",
        "415 request/unsupported-media-type: This path takes application/json, not application/yaml.",
        "415 request/unsupported-media-type: This path takes application/json, not application/xml.",
      ]
    `);
  });

  it('say in words what a field must be', async () => {
    const post = (body: unknown) => app.one.admin.post<Problem>('/api/v1/api-keys', body);
    const answers = [
      await post({}),
      await post({ name: 7 }),
      await post({ name: null }),
      await post({ name: 'x', scopes: 'runs:read' }),
      await post([]),
      await app.one.admin.get<Problem>('/api/v1/runs?limit=ten'),
    ];
    expect(answers.map(({ body }) => body.detail)).toMatchInlineSnapshot(`
      [
        "name: is missing; it must be a text",
        "name: must be a text, not a number",
        "name: must be a text, not null",
        "scopes: must be a list, not a text",
        "the body must be an object, not a list",
        "limit: must be a number",
      ]
    `);
  });

  it('refuse text that nothing can keep, wherever it stands', async () => {
    const { admin } = app.one;
    const cut = '--abc\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhello';
    const form = (body: string, type: string) =>
      admin.post<Problem>('/api/v1/import/trajectories', body, { 'content-type': type });
    const lines = new FormData();
    lines.append('format', 'openai');
    lines.append('file', new Blob(['{"messages": [{"role": "user", "content": "a\\u0000"}]}']), 'a.jsonl');
    const answers = [
      await admin.get<Problem>('/api/v1/graphs/%00'),
      await admin.get<Problem>('/api/v1/runs?q=a%00b'),
      await admin.post<Problem>('/api/v1/api-keys', { name: 'a\0b' }),
      await admin.post<Problem>('/api/v1/runs/none/execute', { vars: { deep: [{ name: '\ud800' }] } }),
      await app.anonymous.post<Problem>('/api/v1/auth/login', { email: 'a\0@b.example', password: 'x' }),
      await admin.post<Problem>('/api/v1/import/trajectories', lines),
      await form('x', 'multipart/form-data'),
      await form('x', 'multipart/form-data; boundary=abc'),
      await form(cut, 'multipart/form-data; boundary=abc'),
    ];
    expect(answers.map(({ status, body }) => `${status} ${body.code}: ${body.detail}`))
      .toMatchInlineSnapshot(`
      [
        "400 request/invalid: The address holds a null character (%00); leave it out.",
        "400 request/invalid: The address holds a null character (%00); leave it out.",
        "400 request/invalid: name: holds U+0000 or half a character (a lone surrogate), which cannot be kept.",
        "400 request/invalid: vars.deep.0.name: holds U+0000 or half a character (a lone surrogate), which cannot be kept.",
        "400 request/invalid: email: holds U+0000 or half a character (a lone surrogate), which cannot be kept.",
        "400 request/invalid: A text holds the null character U+0000, which cannot be kept; leave it out.",
        "400 request/invalid: The multipart body is broken: Multipart: Boundary not found.",
        "400 request/invalid: The multipart body is broken: Unexpected end of multipart data.",
        "400 request/invalid: The multipart body is broken: Part terminated early due to unexpected end of multipart data.",
      ]
    `);
  });

  it('refuse a packed body, an endless name and a cursor that was made up', async () => {
    const { admin } = app.one;
    const place = ['2026-13-45T99:99:99.999Z', '0190c7a8-0000-7000-8000-000000000001'];
    const cursor = Buffer.from(JSON.stringify(place)).toString('base64url');
    const json = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const yearNought = Buffer.from(JSON.stringify(['0000-01-01T00:00:00.000Z', place[1]])).toString(
      'base64url',
    );
    const answers = [
      await admin.post<Problem>('/api/v1/api-keys', '{}', json),
      await admin.get<Problem>(`/api/v1/runs/${'0'.repeat(3_000)}`),
      await admin.get<Problem>(`/api/v1/runs?cursor=${cursor}`),
      await admin.get<Problem>(`/api/v1/runs?cursor=${yearNought}`),
    ];
    expect(answers.map(({ status, body }) => `${status} ${body.code}: ${body.detail}`))
      .toMatchInlineSnapshot(`
      [
        "415 request/unsupported-media-type: Send the body as it is, without gzip.",
        "400 request/invalid: A part of the address is longer than any id or name.",
        "400 request/bad-cursor: Pass on the \`nextCursor\` of the page before, or none for the first page.",
        "400 request/bad-cursor: Pass on the \`nextCursor\` of the page before, or none for the first page.",
      ]
    `);
  });

  it('refuse what is nested too deep, whatever takes it', async () => {
    const { operator } = app.one;
    const deep = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
    await upload(operator, slowGraph('quick', { latency: '1ms', steps: 2 }));
    const made = await execute(operator, 'quick');
    const { id } = made.body.run;
    const post = async (depth: number) => [
      await operator.post(`/api/v1/user-testing/runs/${id}/replay`, {
        mode: 'regrade',
        assert: [{ type: 'equals', value: deep(depth) }],
      }),
      await operator.post('/api/v1/experiments', { graph: 'quick', matrix: { a: [deep(depth)] } }),
      await operator.post('/api/v1/graphs/builder/generate', {
        from: 'spec',
        name: 'deep',
        nodes: [{ id: 'a', type: 'transform', value: deep(depth) }],
      }),
    ];
    for (const answer of await post(2_000))
      expect([answer.status, codeOf(answer)]).toEqual([400, 'request/invalid']);
    for (const { status } of await post(1_000)) expect(status).toBeLessThan(500);
  });

  it('refuse a body that is too large before it has arrived', async () => {
    const head = [
      'POST /api/v1/auth/login HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      'Content-Length: 999999999',
    ];
    const answer = await raw(`${head.join('\r\n')}\r\n\r\n{`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('request/too-large');
  });

  it('answer what is not HTTP', async () => {
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*"code":"request\/invalid"/);
    const huge = await raw(`GET /health HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(huge).toMatch(/^HTTP\/1\.1 431 [^]*The headers are larger than 16 KiB/);
    expect(codeOf(await app.anonymous.get('/api/v1/%zz'))).toBe('request/invalid');
  });

  it('tell a client nothing of what broke inside', async () => {
    const answer = await app.one.admin.call<Problem>('/api/v1/users', {
      headers: { 'x-request-id': 'trace-me' },
    });
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([200, 'trace-me']);
    expect(JSON.stringify((await app.anonymous.get('/api/v1/nowhere')).body)).not.toMatch(/\bat .*\.ts:/);
  });
});

describe('ids of requests', () => {
  it('are taken and given back when they are harmless, and made otherwise', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const given = await app.anonymous.call('/health', {
      headers: { 'x-request-id': 'abc-123', traceparent },
    });
    expect([given.headers.get('x-request-id'), given.headers.get('traceparent')]).toEqual([
      'abc-123',
      traceparent,
    ]);
    const made = await app.anonymous.call('/health', {
      headers: { 'x-request-id': 'a b{}', traceparent: 'x' },
    });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.headers.get('traceparent')).toBeNull();
  });
});

describe('headers', () => {
  it('allow an answer of the API to do nothing in a browser', async () => {
    const { headers } = await app.anonymous.get('/health');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('give each page of the studio a nonce of its own', async () => {
    const policies = await Promise.all(
      [1, 2].map(async () =>
        (await app.anonymous.call('/', { headers: HTML })).headers.get('content-security-policy')!,
      ),
    );
    const nonces = policies.map((policy) => /style-src 'self' 'nonce-([^']{24})'/.exec(policy)?.[1]);
    expect(nonces[0]).toBeTruthy();
    expect(nonces[0]).not.toBe(nonces[1]);
    expect(policies[0]).toContain("script-src 'self';");
    expect(policies[0]).toContain("require-trusted-types-for 'script'; trusted-types rehearse-worker");
  });
});

describe('documentation', () => {
  it('names every parameter, and each that an address has', async () => {
    type Operation = { parameters?: { name?: string; in: string }[] };
    const { body } = await app.anonymous.get<{ paths: Record<string, Record<string, Operation>> }>(
      '/api/v1/openapi.json',
    );
    for (const [path, operations] of Object.entries(body.paths))
      for (const { parameters = [] } of Object.values(operations)) {
        const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
        expect(inPath).toEqual(path.match(/\{\w+\}/g) ?? []);
        expect([path, parameters.filter(({ name }) => !name)]).toEqual([path, []]);
      }
  });

  it('says what may be left out, what resumes a stream, and what is JSON', async () => {
    const { body } = await app.anonymous.get<{
      paths: Record<string, Record<string, Record<string, unknown>>>;
    }>('/api/v1/openapi.json');
    const operation = (path: string, method = 'get') => body.paths[`/api/v1/${path}`]![method]!;
    expect(operation('runs/{graph}/execute', 'post')['requestBody']).toMatchObject({ required: false });
    expect(operation('auth/login', 'post')['requestBody']).toMatchObject({ required: true });
    const named = operation('runs/stream/{id}')['parameters'] as { name: string; in: string }[];
    expect(named.map((one) => `${one.in} ${one.name}`).sort()).toEqual([
      'header Last-Event-ID',
      'path id',
      'query after',
    ]);
    expect(operation('graphs/schema.json')['responses']).toMatchObject({
      200: { content: { 'application/schema+json': { schema: {} } } },
    });
    expect(JSON.stringify(operation('runs/{id}/blobs/{sha256}')['responses'])).not.toContain('"string"');
  });

  it('is one OpenAPI 3.1 document, and a page that needs nothing from elsewhere', async () => {
    const document = await app.anonymous.get<{ openapi: string; paths: Record<string, unknown> }>(
      '/api/v1/openapi.json',
    );
    expect(document.body.openapi).toBe('3.1.0');
    expect(Object.keys(document.body.paths)).toEqual(
      expect.arrayContaining(['/api/v1/auth/login', '/ready']),
    );
    const page = await app.anonymous.call<string>('/docs', { headers: HTML });
    expect(page.body).toContain('<tr id="run/not-found">');
    expect(page.body).not.toMatch(/https?:\/\//);
    const assets = [...page.body.matchAll(/(?:src|href)="(\/[^"#]+)"/g)].map(([, path]) => path!);
    expect(assets).toHaveLength(3);
    for (const asset of assets)
      expect([asset, (await app.anonymous.get(asset)).status]).toEqual([asset, 200]);
    expect((await app.anonymous.get('/docs/package.json')).status).toBe(404);
  });
});

describe('metrics', () => {
  it('count requests by route, never by address', async () => {
    await app.anonymous.get('/api/v1/graphs-that-nobody-knows');
    const answer = await app.anonymous.get<string>('/metrics');
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(answer.body).toContain(
      'http_request_duration_seconds_count{method="POST",route="/api/v1/auth/login",status="200"}',
    );
    expect(answer.body).toContain('route="none",status="404"');
    expect(answer.body).not.toContain('graphs-that-nobody-knows');
    for (const name of [
      'runs_total',
      'run_duration_seconds',
      'node_duration_seconds',
      'provider_requests_total',
      'circuit_breaker_state',
      'rate_limit_rejections_total',
      'ws_connections',
      'queue_depth',
      'runs_queued',
      'lease_expired_total',
      'budget_rejections_total',
      'sandbox_kills_total',
      'eventloop_lag_seconds',
      'process_resident_memory_bytes',
    ])
      expect(answer.body).toContain(`# HELP ${name} `);
    expect((await app.anonymous.get('/metrics/prometheus')).status).toBe(200);
  });
});
