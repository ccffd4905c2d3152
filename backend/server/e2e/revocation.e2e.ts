import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import type { CreatedApiKey, CreatedUser, ManagedUser, Role, SubscribeAck } from '@rehearse/contracts';
import { io, type Socket } from 'socket.io-client';
import { login } from './client.js';
import { PASSWORD, codeOf, startTestApp, until, type Client, type TestApp } from './harness.js';
import { slowGraph, upload } from './samples.js';

const ME = '/api/v1/auth/me';

let app: TestApp;
let runId: string;
const sockets: Socket[] = [];
let people = 0;
beforeAll(async () => {
  app = await startTestApp();
  await upload(app.one.operator, slowGraph('slow', { latency: '1s', steps: 500 }));
  const begun = await app.one.operator.post<{ run: { id: string } }>('/api/v1/runs/slow/execute/async', {});
  runId = begun.body.run.id;
});
afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));
afterAll(async () => {
  await app.one.operator.post(`/api/v1/user-testing/runs/${runId}/control`, { action: 'stop' });
  await app.close();
});

/** A new user who is signed in. */
async function somebody(role: Role) {
  const email = `somebody-${++people}@one.example`;
  const body = { email, role, password: PASSWORD };
  const { id } = (await app.one.admin.post<CreatedUser>('/api/v1/users', body)).body.user;
  return { id, email, client: app.client(await login(app.url, email)) };
}

const change = (by: Client, { id }: { id: string }, body: object) =>
  by.call<ManagedUser>(`/api/v1/users/${id}`, { method: 'PATCH', body });
const statusOf = async (client: Client) => (await client.get(ME)).status;

async function connect(token: string): Promise<{ socket: Socket; ended: Promise<unknown> }> {
  const options = { transports: ['websocket'], forceNew: true, reconnection: false };
  const socket = io(`${app.url}/runs`, { auth: { token }, ...options });
  sockets.push(socket);
  const ended = new Promise((resolve) => socket.on('disconnect', resolve));
  await new Promise((resolve, reject) => {
    socket.on('connect', () => resolve(null));
    socket.on('connect_error', reject);
  });
  return { socket, ended };
}

const subscribe = (socket: Socket, message: unknown) =>
  socket.emitWithAck('subscribe', message) as Promise<SubscribeAck>;

/** An event stream that is open; its text when it has ended. */
async function stream(token: string): Promise<{ text: Promise<string> }> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${app.url}/api/v1/runs/stream/${runId}`, { headers });
  expect(response.status).toBe(200);
  return { text: response.text() };
}

describe('the access token of a user', () => {
  it('is void at once when the user is disabled, who cannot undo it either', async () => {
    const admin = await somebody('Admin');
    expect(await statusOf(admin.client)).toBe(200);
    await change(app.one.admin, admin, { disabled: true });
    expect(await statusOf(admin.client)).toBe(401);
    expect((await change(admin.client, admin, { disabled: false })).status).toBe(401);
    await change(app.one.admin, admin, { disabled: false });
    // Being let in again is no reason for old tokens to hold again.
    expect(await statusOf(admin.client)).toBe(401);
    expect(await statusOf(app.client(await login(app.url, admin.email)))).toBe(200);
  });

  it('is void at once when the role changes, so that nobody promotes himself back', async () => {
    const admin = await somebody('Admin');
    await change(app.one.admin, admin, { role: 'Viewer' });
    expect((await change(admin.client, admin, { role: 'Admin' })).status).toBe(401);
    expect((await admin.client.post('/api/v1/api-keys', { name: 'late' })).status).toBe(401);
    const anew = app.client(await login(app.url, admin.email));
    expect(codeOf(await anew.post('/api/v1/api-keys', { name: 'late' }))).toBe('access/forbidden');
  });

  it('is void at once when the password changes, and holds when the name does', async () => {
    const user = await somebody('Operator');
    await change(app.one.admin, user, { name: 'Kim' });
    expect(await statusOf(user.client)).toBe(200);
    await change(app.one.admin, user, { password: 'another-long-password' });
    expect(await statusOf(user.client)).toBe(401);
  });
});

describe('what stands open', () => {
  it('ends at once for a user who is disabled: sockets and event streams', async () => {
    const user = await somebody('Viewer');
    const [{ socket, ended }, open] = [await connect(user.client.token), await stream(user.client.token)];
    expect(await subscribe(socket, { runId })).toMatchObject({ ok: true });
    await change(app.one.admin, user, { disabled: true });
    expect(await ended).toBe('io server disconnect');
    expect(await open.text).toContain(': open');
    await expect(connect(user.client.token)).rejects.toThrow('auth: {token}');
  });

  it('ends at once for an API key that is revoked, and for nobody else', async () => {
    const { body: key } = await app.one.admin.post<CreatedApiKey>('/api/v1/api-keys', { name: 'viewer' });
    const [{ ended }, other, open] = [
      await connect(key.key!),
      await connect(app.one.viewer.token),
      await stream(key.key!),
    ];
    await app.one.admin.call(`/api/v1/api-keys/${key.id}`, { method: 'DELETE' });
    expect(await ended).toBe('io server disconnect');
    expect(await open.text).toContain(': open');
    expect(await subscribe(other.socket, { runId })).toMatchObject({ ok: true });
  });

  it('lets nobody follow more whose proof was taken back where it could not be heard', async () => {
    const user = await somebody('Viewer');
    const { socket } = await connect(user.client.token);
    await app.database.inTenant(
      app.one.id,
      (tx) => tx.$executeRaw`update app_user set disabled_at = now() where id = ${user.id}::uuid`,
    );
    let answer: SubscribeAck = { ok: true };
    await until(async () => {
      // No faster than a socket may ask.
      await setTimeout(100);
      return !(answer = await subscribe(socket, { runId })).ok;
    });
    expect(answer).toMatchObject({ ok: false, code: 'access/unauthenticated' });
  });
});

describe('a socket that asks without end', () => {
  it('is answered one message after the other, a burst of them, and told to slow down', async () => {
    const { socket } = await connect(app.one.viewer.token);
    const answers = await Promise.all(Array.from({ length: 600 }, () => subscribe(socket, { runId })));
    const refused = answers.filter((answer) => !answer.ok);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(200);
    expect(refused[0]).toMatchObject({ code: 'request/too-many' });
    expect(socket.connected).toBe(true);
  });
});

describe('the owner of the installation', () => {
  it('is changed by the owner alone, but for the name', async () => {
    const me = (await app.owner.get<{ user: ManagedUser }>(ME)).body.user;
    const body = { email: 'second@main.example', role: 'Admin', password: PASSWORD };
    const { id } = (await app.owner.post<CreatedUser>('/api/v1/users', body)).body.user;
    const second = app.client(await login(app.url, body.email));
    for (const taken of [{ password: 'another-long-password' }, { role: 'Viewer' }, { disabled: true }]) {
      const answer = await change(second, me, taken);
      expect([answer.status, codeOf(answer)]).toEqual([403, 'access/forbidden']);
    }
    expect((await change(second, me, { name: 'The owner' })).status).toBe(200);
    expect(await statusOf(app.owner)).toBe(200);
    expect((await change(app.owner, { id }, { role: 'Viewer' })).status).toBe(200);
    expect((await change(app.owner, me, { password: PASSWORD })).status).toBe(200);
    expect(await statusOf(app.owner)).toBe(401);
  });
});
