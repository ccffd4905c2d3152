import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commandLine,
  fakeServer,
  type FakeServer,
  temporaryFolder,
  type TemporaryFolder,
} from '@rehearse/testkit';
import { main } from '../main.js';

type Fault = 'none' | 'gap' | 'twice' | 'cut' | 'limit' | 'errored' | 'no-graph' | 'sign-in';

const AT = '2026-11-26T08:00:00.000Z';
const RUN = {
  id: 'run-1',
  status: 'finished',
  verdict: 'passed',
  createdAt: AT,
  startedAt: '2026-11-26T08:00:00.020Z',
};
const TYPES = ['run.started', 'node.started', 'node.finished', 'run.finished'];
const SEQS: Partial<Record<Fault, number[]>> = { gap: [1, 3, 4], twice: [1, 1, 2] };

let fault: Fault = 'none';
let streams = 0;
let server: FakeServer;
let folder: TemporaryFolder;

const line = (seq: number): string =>
  `id: ${seq}\nevent: x\ndata: ${JSON.stringify({ seq, type: TYPES[seq - 1], at: new Date().toISOString() })}\n\n`;

const problem = (status: number, code: string) => ({ status, body: { status, code, title: code } });

function answerTo(method: string, route: string): { status: number; body: unknown } {
  if (fault === 'sign-in') return problem(401, 'access/sign-in-needed');
  if (route.startsWith('graphs/upload')) return { status: 201, body: { graph: { name: 'load-ten-nodes' } } };
  if (route.startsWith('graphs/'))
    return fault === 'no-graph' ? problem(404, 'graph/not-found') : { status: 200, body: {} };
  if (method === 'POST' && fault === 'limit') return problem(429, 'request/too-many');
  if (method === 'POST') return { status: 202, body: { run: { ...RUN, status: 'queued' } } };
  if (fault === 'errored')
    return { status: 200, body: { ...RUN, verdict: 'errored', error: { code: 'node/timeout' } } };
  return { status: 200, body: route.startsWith('runs/') ? RUN : { items: [] } };
}

beforeAll(async () => {
  folder = temporaryFolder();
  server = await fakeServer(({ method, path }, response) => {
    const route = path.replace('/api/v1/', '');
    if (!route.startsWith('runs/stream/')) {
      const { status, body } = answerTo(method, route);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    streams += 1;
    const after = Number(new URL(path, server.url).searchParams.get('after'));
    const all = (SEQS[fault] ?? [1, 2, 3, 4]).filter((seq) => seq > after || fault === 'twice');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': open\n\nevent: token\ndata: {"key":"a","text":"b"}\n\n');
    response.end(
      all
        .slice(0, fault === 'cut' ? 1 : all.length)
        .map(line)
        .join(''),
    );
  });
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

/** One user who makes journeys until the time, one second, is over. */
async function load(next: Fault, ...flags: string[]) {
  fault = next;
  streams = 0;
  const rehearse = commandLine(main, { cwd: folder.path });
  const few = ['--users', '1', '--duration', '1', '--ramp-up', '0', '--think-ms', '200'];
  return rehearse(['load', ...few, '--url', server.url, '--token', 'key', ...flags]);
}

interface Rung {
  successRate: number;
  errors: { message: string }[];
  measures: Record<string, { count: number }>;
}
const rungOf = (out: string): Rung => (JSON.parse(out) as { rungs: Rung[] }).rungs[0]!;

describe('rehearse load', () => {
  it('makes whole journeys and tells how long everything took', async () => {
    const { code, out } = await load('none');
    expect(code).toBe(0);
    expect(out).toContain('100.0 % went well');
    for (const name of [
      'start run',
      'follow run',
      'read run',
      'read history',
      'queued to started',
      'journey',
    ])
      expect(out).toMatch(new RegExp(`^  ${name} +\\d+ +0 +\\S+ m?s`, 'm'));
    const posts = server.requests.filter(({ path }) => path.endsWith('/execute/async'));
    expect(posts[0]?.json).toEqual({ vars: {}, offline: true });
    expect(posts[0]?.headers['authorization']).toBe('Bearer key');
  });

  it('comes back behind the last event of a stream that was cut', async () => {
    const { code, out } = await load('cut', '--reporter', 'json');
    expect(code).toBe(0);
    expect(streams).toBe(4 * rungOf(out).measures['journey']!.count);
  });

  it.each([
    ['gap', 'follow run: an event did not come'],
    ['twice', 'follow run: an event came twice'],
    ['limit', 'start run: HTTP 429 request/too-many'],
    ['errored', 'journey: the run errored: node/timeout'],
  ] as const)('says with exit code 100 that journeys did not go well: %s', async (name, message) => {
    const { code, out } = await load(name, '--reporter', 'json');
    expect(code).toBe(100);
    expect(rungOf(out).successRate).toBe(0);
    expect(rungOf(out).errors.map((error) => error.message)).toContain(message);
  });

  it('says what to raise when the server limits the test', async () => {
    expect((await load('limit')).out).toContain('raise RATE_LIMIT_PER_MINUTE');
  });

  it('climbs a ladder, with its figures in a file, too', async () => {
    const { code, out } = await load('none', '--ladder', '1,3', '--output', 'load.json');
    expect(code).toBe(0);
    expect(out.slice(out.indexOf('ladder'))).toMatchInlineSnapshot(`
      "ladder  at least 95.0 % each
             1 users  100.0 % went well
             3 users  100.0 % went well
      "
    `);
    const { rungs } = JSON.parse(folder.read('load.json')) as { rungs: { users: number }[] };
    expect(rungs.map(({ users }) => users)).toEqual([1, 3]);
  });

  it('gives its figures alone to standard output for -', async () => {
    const { code, out } = await load('none', '--output', '-');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toHaveProperty('rungs');
    expect(folder.list()).not.toContain('-');
  });

  it.each([
    ['a graph that is not there', 'no-graph', ['--graph', 'nobody'], 2, 'cli/no-such-graph'],
    ['no key', 'sign-in', [], 2, 'cli/refused'],
    ['vars that are no object', 'none', ['--vars', '[1]'], 2, 'cli/bad-vars'],
    ['vars that are no JSON', 'none', ['--vars', '{'], 2, 'cli/bad-vars'],
    ['a ladder that is none', 'none', ['--ladder', '10,x'], 2, 'numbers of users with commas'],
    ['a server that does not answer', 'none', ['--url', 'http://127.0.0.1:9'], 3, 'cli/unreachable'],
  ] as const)('ends at once with %s', async (_, name, flags, exitCode, said) => {
    const { code, err } = await load(name, ...flags);
    expect({ code, err }).toEqual({ code: exitCode, err: expect.stringContaining(said) });
  });
});
