import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  CreatedApiKey,
  JournalEvent,
  RunControlAnswer,
  RunView,
  SocketEvent,
} from '@rehearse/contracts';
import { fakeOpenai, graphText, type FakeAnswer, type FakeServer } from '@rehearse/testkit';
import { io, type Socket } from 'socket.io-client';
import { RunFeed } from '../src/features/runs/run-feed.js';
import { type Client, startTestApp, until, type TestApp } from './harness.js';
import { execute, slowGraph, upload } from './samples.js';

const CHAIN = graphText(
  `providers: {main: {targets: [{provider: openai, model: gpt-5-mini}]}}
nodes:
  one: {type: llm, prompt: One?}
  two: {type: llm, prompt: "Two after {{ nodes.one.output }}?"}
assert: [{type: contains, value: fine}]
`,
  'chain',
);
const REVIEW = graphText(
  `nodes: {review: {type: human, prompt: Sure?}}
assert: [{type: cel, value: 'output != null'}]
`,
  'review',
);

let answer: () => FakeAnswer | Promise<FakeAnswer> = () => ({ text: 'fine' });
let provider: FakeServer;
/** Drives all runs. */
let driver: TestApp;
/** Takes requests and serves viewers, and has no place for a run. */
let desk: TestApp;
let person: Client;
const sockets: Socket[] = [];

beforeAll(async () => {
  provider = await fakeOpenai(() => answer());
  driver = await startTestApp({
    env: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${provider.url}/v1` },
  });
  desk = await startTestApp({ env: { MAX_CONCURRENT_RUNS: '0' } });
  // Sessions are of one process here, which has its own key; API keys are in the database.
  person = desk.client(driver.one.machine.token);
  for (const graph of [CHAIN, REVIEW, slowGraph('slow', { latency: '100ms', steps: 25 })])
    await upload(driver.one.operator, graph);
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await desk.close();
  await driver.close();
  await provider.close();
});

const begin = async (graph: string) =>
  (await person.post<{ run: RunView }>(`/api/v1/runs/${graph}/execute/async`, {})).body.run;
const view = async ({ id }: { id: string }) => (await person.get<RunView>(`/api/v1/runs/${id}`)).body;
const journal = async ({ id }: { id: string }) =>
  (await person.get<{ items: JournalEvent[] }>(`/api/v1/runs/${id}/events?limit=1000`)).body.items;
const reached = async (run: { id: string }, status: RunView['status']) => {
  await until(async () => (await view(run)).status === status);
  return view(run);
};
const control = (run: { id: string }, action: 'pause' | 'resume' | 'stop') =>
  person.post<RunControlAnswer>(`/api/v1/user-testing/runs/${run.id}/control`, { action });
const isOver = (events: readonly JournalEvent[]) => events.at(-1)?.type === 'run.finished';

async function connect(token = person.token): Promise<Socket> {
  const options = { transports: ['websocket'], forceNew: true, reconnection: false };
  const socket = io(`${desk.url}/runs`, { auth: { token }, ...options });
  sockets.push(socket);
  await new Promise((resolve, reject) => {
    socket.on('connect', () => resolve(null));
    socket.on('connect_error', reject);
  });
  return socket;
}

/** What a viewer at the desk sees of a run, up to its end. */
async function watch(run: { id: string }): Promise<JournalEvent[]> {
  const socket = await connect();
  const events: JournalEvent[] = [];
  const ended = new Promise<void>((resolve) => {
    socket.on('events', (frame: SocketEvent<'events'>) => {
      events.push(...(frame.events as JournalEvent[]));
      if (isOver(events)) resolve();
    });
  });
  await socket.emitWithAck('subscribe', { runId: run.id, afterSeq: 0 });
  await ended;
  return events;
}

describe('a run that another process drives', () => {
  it('is executed for who asks here, and waits for its end', async () => {
    const { status, body } = await execute(person, 'slow');
    expect([status, body.run.status, body.run.verdict]).toEqual([200, 'finished', 'passed']);
    const asked = await execute(person, 'review');
    expect([asked.status, asked.body.run.waitingFor?.[0]?.key]).toEqual([202, 'review']);
  });

  it('is seen here live, by every viewer, each event once and in order', async () => {
    const run = await begin('slow');
    const [one, other] = await Promise.all([watch(run), watch(run)]);
    const expected = await journal(run);
    expect(one).toEqual(expected);
    expect(other).toEqual(expected);
  });

  it('is seen here by server-sent events, to the last one', async () => {
    const run = await begin('slow');
    const response = await fetch(`${desk.url}/api/v1/runs/stream/${run.id}`, {
      headers: { authorization: `Bearer ${person.token}` },
    });
    const ids = [...(await response.text()).matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual((await journal(run)).map(({ seq }) => seq));
  });

  it('is shown by a live list here', async () => {
    const socket = await connect();
    const seen = new Map<string, string>();
    socket.on('run.updated', ({ run }: SocketEvent<'run.updated'>) => seen.set(run.id, run.status));
    await socket.emitWithAck('subscribe', { list: { graph: 'slow' } });
    const run = await begin('slow');
    await until(() => seen.get(run.id) === 'finished');
    expect([...seen.keys()]).toEqual([run.id]);
  });

  it('is paused, resumed and stopped from here', async () => {
    let release: (value: FakeAnswer) => void = () => undefined;
    answer = () => new Promise((resolve) => (release = resolve));
    const before = provider.requests.length;
    const run = await begin('chain');
    await until(() => provider.requests.length === before + 1);
    expect((await control(run, 'pause')).status).toBe(202);
    // The order is heard over there before the call has ended.
    await until(async () => (await view(run)).requested === 'pause');
    release({ text: 'fine' });
    const paused = await reached(run, 'paused');
    expect([paused.steps.length, provider.requests.length]).toEqual([1, before + 1]);
    await control(run, 'resume');
    await until(() => provider.requests.length === before + 2);
    await control(run, 'stop');
    await reached(run, 'canceled');
    answer = () => ({ text: 'fine' });
  });

  it('is seen here no longer than the key of the viewer lasts', async () => {
    await upload(driver.one.operator, slowGraph('long', { latency: '1s', steps: 500 }));
    const run = await begin('long');
    const expiresAt = new Date(Date.now() + 10_000).toISOString();
    const { body } = await driver.one.admin.post<CreatedApiKey>('/api/v1/api-keys', {
      name: 'short',
      expiresAt,
    });
    const socket = await connect(body.key!);
    const seen: number[] = [];
    socket.on('events', ({ events }: SocketEvent<'events'>) => seen.push(...events.map(({ seq }) => seq)));
    const cut = new Promise((resolve) => socket.on('disconnect', resolve));
    await socket.emitWithAck('subscribe', { runId: run.id, afterSeq: 0 });
    await until(() => seen.length > 0);
    expect(await cut).toBe('io server disconnect');
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    expect((await view(run)).status).toBe('running');
    await expect(connect(body.key!)).rejects.toThrow('auth: {token}');
    await control(run, 'stop');
    await reached(run, 'canceled');
  });

  it('is not seen here any more with a key that was revoked over there', async () => {
    const { body: key } = await driver.one.admin.post<CreatedApiKey>('/api/v1/api-keys', { name: 'revoked' });
    const socket = await connect(key.key!);
    const cut = new Promise((resolve) => socket.on('disconnect', resolve));
    await driver.one.admin.call(`/api/v1/api-keys/${key.id}`, { method: 'DELETE' });
    expect(await cut).toBe('io server disconnect');
    await expect(connect(key.key!)).rejects.toThrow('auth: {token}');
  });

  it('hears here what is decided', async () => {
    const run = await reached(await begin('review'), 'waiting');
    const decision = { key: 'review', decision: 'approve', reason: 'fine' };
    await person.post(`/api/v1/user-testing/runs/${run.id}/decisions`, decision);
    expect((await reached(run, 'finished')).output).toMatchObject({ decision: 'approve' });
  });
});

describe('a process whose connection for notices is lost', () => {
  it('catches up: a viewer gets every event once', async () => {
    const run = await begin('slow');
    const seen = watch(run);
    await until(async () => (await journal(run)).length > 3);
    await desk.database.asWorker(
      (tx) => tx.$queryRaw`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'rehearse notices' and datname = current_database()`,
    );
    expect(await seen).toEqual(await journal(run));
  });

  it('leaves nobody behind who has gone', async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    const feed = desk.application.nest.get(RunFeed, { strict: false });
    await until(() => feed.listeners() === 0);
    expect(feed.listeners()).toBe(0);
  });
});
