import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LoginAnswer, RunPage } from '@rehearse/contracts';
import { type ServerProcess, startServerProcess } from './server-process.js';

// Whole processes, from the sources: what a person starts, stops and reads on the terminal.
jest.setTimeout(300_000);

let home: string;
const started: ServerProcess[] = [];
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'rehearse-start-'));
  chmodSync(home, 0o755);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.end('SIGTERM')));
  rmSync(home, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}, args: string[] = []): ServerProcess {
  const server = startServerProcess({
    cwd: home,
    env: { PORT: '0', REHEARSE_HOME: path.join(home, 'state'), ...env },
    args,
  });
  started.push(server);
  return server;
}

const ADDRESS = /Rehearse is at (http:\S+)/;
const LINK = /Sign in \(once, within a day\): (http:\S+)#token=([\w-]+)/;
const useLink = (url: string, token: string) =>
  fetch(`${url}/api/v1/auth/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });

describe('a start from nothing', () => {
  it('makes the database and an Admin, prints the address and a link, and a second start prints a fresh one', async () => {
    const first = start();
    const [, url] = await first.says(ADDRESS);
    const [, , token] = await first.says(LINK);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    const session = await useLink(url!, token!);
    const answer = (await session.json()) as LoginAnswer;
    expect([session.status, answer.user.role, answer.user.isOwner]).toEqual([200, 'Admin', true]);
    expect(
      first
        .out()
        .split('\n')
        .filter(Boolean)
        .every((line) => line.startsWith('{')),
    ).toBe(true);
    expect(first.out()).not.toContain(token);
    expect(await first.end('SIGTERM')).toBe(0);

    const second = start();
    const [, again] = await second.says(ADDRESS);
    const [, , fresh] = await second.says(LINK);
    const other = (await (await useLink(again!, fresh!)).json()) as LoginAnswer;
    expect(other.user.id).toBe(answer.user.id);
    // The key that signs was kept: a token of before the restart still holds.
    const me = await fetch(`${again}/api/v1/auth/me`, {
      headers: { authorization: `Bearer ${answer.accessToken}` },
    });
    expect(me.status).toBe(200);
    expect(await second.end('SIGINT')).toBe(0);
  });

  it('prints no link and makes nobody in production', async () => {
    const server = start({ NODE_ENV: 'production' }, ['--demo']);
    const [, url] = await server.says(ADDRESS);
    expect(server.err()).not.toContain('token=');
    const login = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'demo.admin@local', password: 'demo-password' }),
    });
    expect(login.status).toBe(401);
  });
});

describe('a start that cannot go on', () => {
  it('names every problem of the configuration at once, and ends with 2', async () => {
    writeFileSync(path.join(home, 'rehearse.yaml'), 'prot: 8000\nlogLevel: loud\n');
    const server = start({ PORT: 'eighty', DATABASE_URL: 'mysql://x' });
    expect(await server.exit).toBe(2);
    expect(server.err()).toMatchInlineSnapshot(`
      "The configuration has 4 problems:
        prot in rehearse.yaml: is not a setting; did you mean \`port\`?
        PORT in the environment: must be a whole number, got "eighty"
        DATABASE_URL in the environment: must be an address that begins with postgres:// or postgresql://
        logLevel in rehearse.yaml: must be one of fatal, error, warn, info, debug, trace, silent, got "loud"
      "
    `);
  });

  it('says that a port which was asked for is taken, and ends with 2', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const server = start({ PORT: String(port) });
    expect(await server.exit).toBe(2);
    expect(server.err()).toContain(`Port ${port} is taken by another process.`);
    expect(server.err()).toContain('(start/port-taken)');
    squatter.close();
  });

  it('refuses to show the demo to others, and ends with 2', async () => {
    const server = start({ HOST: '0.0.0.0' }, ['--demo']);
    expect(await server.exit).toBe(2);
    expect(server.err()).toContain('(start/demo-not-local)');
  });

  it('says that the database does not answer, and ends with 3', async () => {
    const server = start({ DATABASE_URL: 'postgresql://nobody:geheim-wort@127.0.0.1:1/none' });
    expect(await server.exit).toBe(3);
    expect(server.err()).toContain('(database/unavailable)');
    expect(server.out() + server.err()).not.toContain('geheim-wort');
  });
});

describe('the demo', () => {
  it('lets the demo admin in, who finds a graph and runs of every kind; a second start adds nothing', async () => {
    const totals: number[] = [];
    for (const _ of [1, 2]) {
      const server = start({}, ['--demo']);
      const [, url] = await server.says(ADDRESS);
      await server.says(/Demo: demo\.admin@local \/ demo-password/);
      const login = await fetch(`${url}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'demo.admin@local', password: 'demo-password' }),
      });
      const { accessToken, user } = (await login.json()) as LoginAnswer;
      expect(user.isOwner).toBe(true);
      const runs = await fetch(`${url}/runs?limit=200`, {
        headers: { authorization: `Bearer ${accessToken}` },
      });
      const { items } = (await runs.json()) as RunPage;
      expect(new Set(items.map(({ verdict }) => verdict))).toEqual(new Set(['passed', 'failed']));
      totals.push(items.length);
      await server.end('SIGTERM');
    }
    expect(totals[0]).toBeGreaterThanOrEqual(12);
    expect(totals[1]).toBe(totals[0]);
  });
});

describe('telemetry', () => {
  it('sends spans of requests, runs and nodes to the endpoint, and serves metrics on a port of their own', async () => {
    let received = '';
    const collector = createHttpServer((request, response) => {
      request.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
      request.on('end', () => response.end());
    }).listen(0, '127.0.0.1');
    // It must not keep the tests alive, whatever comes of them.
    collector.unref();
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      METRICS_PORT: '0',
      LOG_FILE: 'server.log',
    };
    const server = start(env, ['--demo']);
    const [, url] = await server.says(ADDRESS);
    const [, metricsPort] = await server.says(/Metrics are on port (\d+) too/);
    await fetch(`${url}/api/v1/auth/me`);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toMatch(/^runs_total\{status="passed"\} [1-9]/m);
    expect((await fetch(`http://127.0.0.1:${metricsPort}/health`)).status).toBe(404);
    expect(await server.end('SIGTERM')).toBe(0);
    for (const name of ['GET /api/v1/auth/me', 'invoke_workflow', 'gen_ai.operation.name', 'rehearse'])
      expect([name, received.includes(name)]).toEqual([name, true]);
    const lines = readFileSync(path.join(home, 'server.log'), 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toContainEqual(
      expect.stringContaining('Shutting down'),
    );
  });
});

describe('the end', () => {
  it('comes by itself, with 3, when the database dies', async () => {
    const server = start();
    await server.says(ADDRESS);
    process.kill(postmasterBelow(path.join(home, 'state')), 'SIGKILL');
    expect(await server.exit).toBe(3);
    expect(server.err()).toContain('database');
  });

  it('comes at once with a second signal', async () => {
    const server = start();
    await server.says(ADDRESS);
    server.child.kill('SIGINT');
    server.child.kill('SIGINT');
    const longerThanADrain = setTimeout(() => server.child.kill('SIGKILL'), 15_000);
    expect(await server.exit).not.toBeNull();
    clearTimeout(longerThanADrain);
  });
});

/** The first line of postmaster.pid is the pid of the server. */
function postmasterBelow(folder: string): number {
  const file = (readdirSync(folder, { recursive: true }) as string[]).find((name) =>
    name.endsWith('postmaster.pid'),
  );
  return Number(readFileSync(path.join(folder, file!), 'utf8').split('\n', 1)[0]);
}
