import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JournalEvent, RunSummary, RunView, SocketEvent, SubscribeAck } from '@rehearse/contracts';
import { io, type Socket } from 'socket.io-client';
import { RunFeed } from '../src/features/runs/run-feed.js';
import { codeOf, startTestApp, until, type TestApp } from './harness.js';
import { slowGraph, upload } from './samples.js';

let app: TestApp;
const sockets: Socket[] = [];
beforeAll(async () => {
  app = await startTestApp();
  await upload(app.one.operator, slowGraph('slow', { latency: '100ms', steps: 25 }));
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await app.close();
});

const start = async (): Promise<string> => {
  const answer = await app.one.operator.post<{ run: RunView }>('/api/v1/runs/slow/execute/async', {});
  return answer.body.run.id;
};

const journal = async (id: string): Promise<JournalEvent[]> =>
  (await app.one.viewer.get<{ items: JournalEvent[] }>(`/api/v1/runs/${id}/events?limit=1000`)).body.items;

async function ended(id: string): Promise<JournalEvent[]> {
  for (;;) {
    const events = await journal(id);
    if (events.at(-1)?.type === 'run.finished') return events;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

interface StreamOptions {
  token?: string;
  after?: number;
  lastEventId?: number;
  /** Goes away after so many messages with an id. */
  leaveAfter?: number;
}

/** Reads a stream of server-sent events as a browser would. */
async function stream(id: string, options: StreamOptions = {}) {
  const { token = app.one.viewer.token, after, lastEventId, leaveAfter = Infinity } = options;
  const query = after === undefined ? '' : `?after=${after}`;
  const response = await fetch(`${app.url}/api/v1/runs/stream/${id}${query}`, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
    },
  });
  const messages: { id: number; event: string; data: JournalEvent }[] = [];
  if (response.status !== 200) return { status: response.status, messages, body: await response.json() };
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const parts = text.split('\n\n');
    text = parts.pop()!;
    for (const part of parts) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1];
      if (field('id') !== undefined)
        messages.push({
          id: Number(field('id')),
          event: field('event')!,
          data: JSON.parse(field('data')!) as JournalEvent,
        });
    }
    // Leaving the loop closes the connection.
    if (messages.length >= leaveAfter) break;
  }
  return { status: 200, messages, body: null };
}

describe('a run as server-sent events', () => {
  it('sends the whole journal while it grows, and ends after the last event', async () => {
    const id = await start();
    const { messages } = await stream(id);
    const events = await journal(id);
    expect(messages.map((message) => message.data)).toEqual(events);
    expect(messages.map((message) => message.event)).toEqual(events.map(({ type }) => type));
    expect(messages.at(-1)?.event).toBe('run.finished');
  });

  it('gives a viewer that reconnects in the middle every seq exactly once', async () => {
    const id = await start();
    const seen: number[] = [];
    for (;;) {
      const last = seen.at(-1);
      const { messages } = await stream(id, {
        leaveAfter: 7,
        ...(last === undefined ? {} : { lastEventId: last }),
      });
      seen.push(...messages.map((message) => message.id));
      if (messages.at(-1)?.event === 'run.finished') break;
    }
    expect(seen).toEqual((await journal(id)).map(({ seq }) => seq));
  });

  it('starts behind `after`, and tells who may not see it what an absent run says', async () => {
    const id = await start();
    const events = await ended(id);
    const { messages } = await stream(id, { after: events.length - 2 });
    expect(messages.map((message) => message.id)).toEqual([events.length - 1, events.length]);
    const foreign = await stream(id, { token: app.two.viewer.token });
    expect([foreign.status, (foreign.body as { code: string }).code]).toEqual([404, 'run/not-found']);
    expect((await stream(id, { token: 'nobody' })).status).toBe(401);
    for (const query of ['after=x', 'after=-1', 'nonsense=1'])
      expect(codeOf(await app.one.viewer.get(`/api/v1/runs/stream/${id}?${query}`))).toBe('request/invalid');
  });
});

async function connect(token: string): Promise<Socket> {
  const socket = io(`${app.url}/runs`, {
    auth: { token },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', reject);
  });
  return socket;
}

const subscribe = (socket: Socket, message: unknown): Promise<SubscribeAck> =>
  socket.emitWithAck('subscribe', message) as Promise<SubscribeAck>;

/** Collects events until `enough` says so. */
function collect(
  socket: Socket,
  enough: (events: readonly JournalEvent[]) => boolean,
): Promise<JournalEvent[]> {
  const events: JournalEvent[] = [];
  return new Promise((resolve) => {
    const take = (frame: SocketEvent<'events'>) => {
      events.push(...(frame.events as JournalEvent[]));
      if (!enough(events)) return;
      socket.off('events', take);
      resolve(events);
    };
    socket.on('events', take);
  });
}

const isOver = (events: readonly JournalEvent[]) => events.at(-1)?.type === 'run.finished';

describe('a run by socket', () => {
  it('gives a viewer that reconnects in the middle every seq exactly once', async () => {
    const id = await start();
    const first = await connect(app.one.viewer.token);
    const beginning = collect(first, (events) => events.length >= 5);
    expect(await subscribe(first, { runId: id })).toMatchObject({ ok: true });
    const seen = await beginning;
    first.disconnect();
    const second = await connect(app.one.viewer.token);
    const rest = collect(second, isOver);
    await subscribe(second, { runId: id, afterSeq: seen.at(-1)!.seq });
    expect([...seen, ...(await rest)]).toEqual(await journal(id));
  });

  it('gives many viewers the same, whenever they come', async () => {
    const id = await start();
    const views = Array.from({ length: 6 }, async (_, i) => {
      await new Promise((resolve) => setTimeout(resolve, i * 60));
      const socket = await connect(app.one.viewer.token);
      const events = collect(socket, isOver);
      await subscribe(socket, { runId: id, afterSeq: 0 });
      return events;
    });
    const all = await Promise.all(views);
    const expected = await journal(id);
    for (const events of all) expect(events).toEqual(expected);
  });

  it('asks at every subscribe whether the run may be seen, and says the same of a foreign and an absent one', async () => {
    const id = await start();
    const socket = await connect(app.two.viewer.token);
    const foreign = await subscribe(socket, { runId: id });
    expect(foreign).toEqual({ ok: false, code: 'run/not-found', message: 'No run has this id.' });
    expect(await subscribe(socket, { runId: '0190c7a8-0000-7000-8000-000000000001' })).toEqual(foreign);
    expect(await subscribe(socket, { runId: 'x' })).toEqual(foreign);
    expect(await subscribe(socket, { nonsense: true })).toMatchObject({ ok: false, code: 'request/invalid' });
    const far = await subscribe(socket, { runId: id, afterSeq: 99_999_999_999 });
    expect(far).toMatchObject({ ok: false, code: 'request/invalid' });
    const unkept = await subscribe(socket, { list: { q: 'a\0b' } });
    expect(unkept).toMatchObject({ ok: false, code: 'request/invalid' });
    expect(socket.connected).toBe(true);
    await ended(id);
  });

  it('lets nobody stay where nothing lives', async () => {
    const socket = io(app.url, { transports: ['websocket'], reconnection: false, forceNew: true });
    sockets.push(socket);
    const outcome = await new Promise((resolve) => {
      socket.on('connect', () => resolve('connected'));
      socket.on('connect_error', ({ message }) => resolve(message));
    });
    expect(outcome).toBe('Connect to /runs.');
  });

  it('lets nobody in without a proof, nor a key without the scope', async () => {
    const code = (token: string) =>
      connect(token).then(
        () => 'connected',
        (error: { data: { code: string } }) => error.data.code,
      );
    expect(await code('')).toBe('access/unauthenticated');
    expect(await code('rh_nothing')).toBe('access/unauthenticated');
    expect(await code((await app.one.key(['graphs:read'])).token)).toBe('access/forbidden');
    expect(await code((await app.one.key(['runs:read'])).token)).toBe('connected');
  });

  it('tells a list of the runs that change and match, of its own tenant alone', async () => {
    const updates = (socket: Socket) => {
      const runs: RunSummary[] = [];
      socket.on('run.updated', ({ run }: SocketEvent<'run.updated'>) => runs.push(run));
      return runs;
    };
    const [mine, other, foreign] = await Promise.all(
      [app.one, app.one, app.two].map(({ viewer }) => connect(viewer.token)),
    );
    const seen = [mine!, other!, foreign!].map(updates);
    expect(await subscribe(mine!, { list: { graph: 'slow' } })).toEqual({ ok: true });
    expect(await subscribe(other!, { list: { graph: 'another' } })).toEqual({ ok: true });
    expect(await subscribe(foreign!, { list: {} })).toEqual({ ok: true });
    for (const from of ['yesterday', '0000-01-01T00:00:00Z'])
      expect(await subscribe(mine!, { list: { from } })).toMatchObject({
        ok: false,
        code: 'request/invalid',
      });
    const id = await start();
    await ended(id);
    await until(() => seen[0]!.at(-1)?.status === 'finished');
    expect(seen[0]!.at(-1)).toMatchObject({ id, status: 'finished', verdict: 'passed' });
    expect(seen.slice(1)).toEqual([[], []]);
  });

  it('leaves nothing behind when viewers go', async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    const feed = app.application.nest.get(RunFeed, { strict: false });
    await until(() => feed.listeners() === 0);
    expect(feed.listeners()).toBe(0);
  });
});
