import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { closedNetwork, commandLine, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const FIXTURES = path.resolve(import.meta.dirname, '../../../engine/fixtures/trajectories/tau-bench-airline');
const EXCERPT = path.join(FIXTURES, 'excerpt.json');
const AIRLINE = path.resolve(import.meta.dirname, '../../examples/airline.yaml');

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(() => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
});
afterAll(() => folder.remove());

const importExcerpt = (...more: string[]) =>
  rehearse(['import', 'trajectories', EXCERPT, '--format', 'tau-bench', ...more]);

describe('rehearse import trajectories --output', () => {
  it('writes a cassette that replays, and tells pass rate, interval and pass^k, without a network', async () => {
    const network = closedNetwork();
    try {
      const { code, out } = await importExcerpt('--output', 'out');
      expect(code).toBe(0);
      expect(out).toMatchInlineSnapshot(`
        "imported-excerpt
        Runs       12: 8 passed, 4 failed
        Pass rate  66.7 %, 95 % interval 39.1 % to 86.2 %, n 12
        pass^k     1: 0.667   2: 0.444   3: 0.333   4: 0.333
        Next       rehearse replay out/imported-excerpt.jsonl
        "
      `);
      const replay = await rehearse(['replay', 'out/imported-excerpt.jsonl', '--reporter', 'json']);
      const [first, done] = [replay.out.split('\n')[0]!, replay.out.trim().split('\n').at(-1)!];
      expect(JSON.parse(first)).toMatchObject({
        identical: true,
        reexecuted: false,
        graph: 'imported-excerpt',
      });
      expect(JSON.parse(done)).toMatchObject({ identical: 12, diverged: 0 });
      expect(network.attempts).toEqual([]);
    } finally {
      network.open();
    }
  });

  it('holds the recordings to the contracts of a graph', async () => {
    const { code, out } = await importExcerpt('--output', 'out', '--graph', AIRLINE);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "imported-excerpt
      Runs       12: 6 passed, 6 failed
      Pass rate  50.0 %, 95 % interval 25.4 % to 74.6 %, n 12
      pass^k     1: 0.500   2: 0.389   3: 0.333   4: 0.333
      Contracts  act-or-speak violated in 2 runs
                 look-before-cancel violated in 1 run
      Next       rehearse replay out/imported-excerpt.jsonl
      "
    `);
  });

  it('finds an edit of a recording', async () => {
    await importExcerpt('--output', 'out');
    const text = folder.read('out/imported-excerpt.jsonl');
    folder.write('edited.jsonl', text.replace('"reservation_id":"', '"reservation_id":"X'));
    const { code, out } = await rehearse(['replay', 'edited.jsonl']);
    expect(code).toBe(102);
    expect(out).toMatch(/chain_broken at seq \d+, key recorded/);
  });

  it('reads OpenAI chats as JSON lines', async () => {
    const chat = {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
      ],
    };
    folder.write('chats.jsonl', `${JSON.stringify(chat)}\n`);
    const { code, out } = await rehearse([
      'import',
      'trajectories',
      'chats.jsonl',
      '--format',
      'openai',
      '--output',
      'out',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('1: 1 inconclusive');
    expect(out).toContain('nothing was scored');
  });
});

describe('rehearse import trajectories, wrong use', () => {
  it('names what is wrong with the file, and ends with 2', async () => {
    folder.write('bad.json', '[{"task_id": 1, "trial": 0, "reward": 1}]');
    expect(await rehearse(['import', 'trajectories', 'bad.json', '--format', 'tau-bench', '--output', 'o']))
      .toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error bad.json cannot be imported: 1 problem (import/invalid)

        bad.json import/missing-key
          [0].traj: the key \`traj\` is missing
          help: check that this is a file of the format that was given
      ",
        "out": "",
      }
    `);
    expect((await rehearse(['import', 'trajectories', 'absent.json', '--format', 'tau-bench'])).code).toBe(2);
  });

  it('asks for the format', async () => {
    expect((await rehearse(['import', 'trajectories', EXCERPT])).err).toContain(
      "required option '--format <format>' not specified",
    );
    expect((await rehearse(['import', 'trajectories', EXCERPT, '--format', 'xml'])).code).toBe(2);
  });

  it('ends with 3 when there is no server, and says what to do', async () => {
    const { code, err } = await importExcerpt();
    expect(code).toBe(3);
    expect(err.replace(folder.path, '<folder>')).toMatchInlineSnapshot(`
      "error no server runs on <folder>/.rehearse (cli/no-server)
      help  Start one with \`rehearse start\`, name one with --url, or write a cassette with --output <dir>.
      "
    `);
    const refused = await importExcerpt('--url', 'http://127.0.0.1:9');
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('the server at http://127.0.0.1:9 does not answer');
    expect((await importExcerpt('--url', 'ftp://x')).code).toBe(2);
  });
});

describe('rehearse import cassette', () => {
  it('without a server says what it can do, and nothing that it cannot', async () => {
    folder.write('runs.jsonl', '');
    expect((await rehearse(['import', 'cassette', 'runs.jsonl'])).err).toContain(
      'help  Start one with `rehearse start`, or name one with --url.\n',
    );
  });
});

describe('rehearse import trajectories, into a server', () => {
  let server: Server | undefined;
  const seen: { url: string | undefined; authorization: string | undefined; body: string }[] = [];
  afterEach(() => {
    server?.close();
    seen.length = 0;
  });

  /** A server that answers the same to everybody, and remembers what it was asked. */
  async function serve(status: number, answer: unknown): Promise<string> {
    server = createServer((request, response) => {
      void textOf(request).then((body) => {
        seen.push({ url: request.url, authorization: request.headers.authorization, body });
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const ANSWER = {
    existing: false,
    diagnostics: [],
    experiment: {
      ...{ id: 'e1', graph: 'imported-excerpt' },
      progress: { total: 12, finished: 12, passed: 6, failed: 6, errored: 0, inconclusive: 0 },
      passRate: { estimate: 0.5, low: 0.25, high: 0.75, n: 12 },
      passHatK: [0.5, null],
    },
  };

  it('sends file, format and graph to the server that runs on this folder, with its key', async () => {
    const url = await serve(201, ANSWER);
    folder.write('.rehearse/server.json', JSON.stringify({ url, pid: process.pid }));
    folder.write('.rehearse/cli-token', 'rh_local\n');
    const { code, out } = await importExcerpt('--graph', AIRLINE);
    expect(code).toBe(0);
    expect(out.replace(url, '<url>')).toMatchInlineSnapshot(`
      "imported-excerpt
      Runs       12: 6 passed, 6 failed
      Pass rate  50.0 %, 95 % interval 25.0 % to 75.0 %, n 12
      pass^k     1: 0.500   2: –
      Contracts  act-or-speak violated in 2 runs
                 look-before-cancel violated in 1 run
      Next       <url>/experiments/e1
      "
    `);
    const [request] = seen;
    expect(request).toMatchObject({ url: '/api/v1/import/trajectories', authorization: 'Bearer rh_local' });
    expect(request!.body).toMatch(/name="format"\r\n\r\ntau-bench/);
    expect(request!.body).toMatch(/name="file"; filename="excerpt.json"/);
    expect(request!.body).toMatch(/name="graph"; filename="airline.yaml"/);
  });

  it('gives the key of this folder to no other server', async () => {
    folder.write('.rehearse/server.json', JSON.stringify({ url: 'http://127.0.0.1:1', pid: process.pid }));
    folder.write('.rehearse/cli-token', 'rh_local\n');
    const url = await serve(401, { code: 'access/unauthenticated', detail: 'Sign in, or send an API key.' });
    const { code, err } = await importExcerpt('--url', url);
    expect(code).toBe(2);
    expect(err).toMatchInlineSnapshot(`
      "error Sign in, or send an API key. (access/unauthenticated)
      help  Give an API key with --token or REHEARSE_TOKEN.
      "
    `);
    expect(seen[0]!.authorization).toBeUndefined();
    await rehearse(['import', 'trajectories', EXCERPT, '--format', 'tau-bench'], {
      env: { REHEARSE_URL: url, REHEARSE_TOKEN: 'rh_given' },
    });
    expect(seen[1]!.authorization).toBe('Bearer rh_given');
  });

  it('says when the file was imported before', async () => {
    const url = await serve(200, { ...ANSWER, existing: true });
    expect((await importExcerpt('--url', `${url}/`)).out).toContain('(imported before: nothing was added)');
  });

  it('tells a refusal with its details, a server that is away, and one that is none', async () => {
    const problem = {
      code: 'import/invalid',
      detail: 'The file is empty.',
      errors: [{ path: '[0]', message: 'no' }],
    };
    const refused = await importExcerpt('--url', await serve(422, problem));
    expect(refused).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error The file is empty. (import/invalid)

        [0]: no
      ",
        "out": "",
      }
    `);
    server!.close();
    expect((await importExcerpt('--url', await serve(503, { code: 'server/draining' }))).code).toBe(3);
    server!.close();
    expect((await importExcerpt('--url', await serve(500, { code: 'server/internal' }))).code).toBe(1);
    server!.close();
    expect((await importExcerpt('--url', await serve(404, { message: 'no' }))).code).toBe(3);
  });

  it('sends a cassette, and tells where its runs are', async () => {
    const runs = [
      { id: 'r1', graph: 'hello', caseId: 'ada', verdict: 'passed' },
      { id: 'r2', graph: 'hello', caseId: null, verdict: 'failed' },
    ];
    const url = await serve(201, { run: runs[0], runs });
    folder.write('two.jsonl', '{"rehearse":"cassette/v1"}\n');
    const { code, out } = await rehearse([
      'import',
      'cassette',
      'two.jsonl',
      '--url',
      url,
      '--token',
      'rh_x',
    ]);
    expect(code).toBe(0);
    expect(out.replaceAll(url, '<url>')).toMatchInlineSnapshot(`
      "2 runs imported
        hello ada  passed  <url>/runs/r1
        hello  failed  <url>/runs/r2
      "
    `);
    expect(seen).toEqual([
      { url: '/api/v1/runs/import', authorization: 'Bearer rh_x', body: '{"rehearse":"cassette/v1"}\n' },
    ]);
    server!.close();
    const refused = await serve(422, { code: 'cassette/invalid', detail: 'line 1: the chain is broken' });
    expect(await rehearse(['import', 'cassette', 'two.jsonl', '--url', refused])).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error line 1: the chain is broken (cassette/invalid)
      ",
        "out": "",
      }
    `);
  });

  it('does not believe an address that a dead server left', async () => {
    folder.write('.rehearse/server.json', JSON.stringify({ url: 'http://127.0.0.1:1', pid: 2 ** 22 + 1 }));
    expect((await importExcerpt()).err).toContain('no server runs on');
    folder.write('.rehearse/server.json', '{"url":');
    expect((await importExcerpt()).err).toContain('no server runs on');
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}
