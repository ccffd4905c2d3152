import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';

// Real processes, on a machine that may be busy.
jest.setTimeout(60_000);
const run = promisify(execFile);
const BIN = path.resolve(import.meta.dirname, '../../bin/rehearse.mjs');
const EXCERPT = path.resolve(
  import.meta.dirname,
  '../../../engine/fixtures/trajectories/tau-bench-airline/excerpt.json',
);
const AIRLINE = path.resolve(import.meta.dirname, '../../examples/airline.yaml');

/** The surroundings of the test name a database; here the product brings its own. */
function ownDatabase(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of Object.keys(env))
    if (/^(DATABASE_|REHEARSE_|PORT$|NODE_OPTIONS$)/.test(name)) delete env[name];
  return { ...env, LOG_LEVEL: 'warn' };
}

const FLAKY = `apiVersion: rehearse/v1
kind: Graph
name: flaky
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {oneOf: [{content: delivered}, {content: lost}]}}]}
nodes: {answer: {type: llm, prompt: Where}}
assert: [{type: contains, value: delivered}]
cases: [{id: a}, {id: b}, {id: c}]
`;

/** An experiment of the server that runs in a folder, whose model draws what it says; it has ended. */
async function flakyExperiment(folder: TemporaryFolder): Promise<string> {
  const { url } = JSON.parse(folder.read('.rehearse/server.json')) as { url: string };
  const authorization = `Bearer ${folder.read('.rehearse/cli-token').trim()}`;
  const call = async (route: string, type?: string, body?: string) => {
    const headers = { authorization, ...(type !== undefined && { 'content-type': type }) };
    const request = {
      headers,
      method: body === undefined ? 'GET' : 'POST',
      ...(body !== undefined && { body }),
    };
    const answer = await fetch(`${url}/api/v1/${route}`, request);
    return (await answer.json()) as { experiment: { id: string }; status: string };
  };
  await call('graphs/upload', 'application/yaml', FLAKY);
  const { experiment } = await call('experiments', 'application/json', '{"graph": "flaky", "repeat": 3}');
  while ((await call(`experiments/${experiment.id}`)).status !== 'finished') await sleep(50);
  return experiment.id;
}

describe('the product, started by its command line', () => {
  let folder: TemporaryFolder;
  let server: ChildProcess;
  let told = '';
  const surroundings = () => ({ cwd: folder.path, env: ownDatabase() });
  const rehearse = (...argv: string[]) => run(process.execPath, [BIN, ...argv], surroundings());

  beforeAll(async () => {
    folder = temporaryFolder();
    server = spawn(process.execPath, [BIN, 'start', '--port', '0'], surroundings());
    for (const stream of [server.stdout!, server.stderr!])
      stream.on('data', (part) => (told += String(part)));
    // The file for other terminals is there a moment before the last line is read here.
    const isUp = () =>
      existsSync(path.join(folder.path, '.rehearse/server.json')) && told.includes('/sign-in#token=');
    for (let waited = 0; !isUp() && server.exitCode === null && waited < 60_000; waited += 100)
      await sleep(100);
    if (!isUp()) throw new Error(`the server did not start:\n${told}`);
  }, 70_000);
  afterAll(() => {
    server.kill('SIGKILL');
    folder.remove();
  });

  it('says where it is and how to sign in', () => {
    expect(told).toMatch(/Rehearse is at http:\/\/127\.0\.0\.1:\d+\n/);
    expect(told).toMatch(/\/sign-in#token=\S+/);
  });

  it('takes an import from another terminal without being told address or key, and the same file once only', async () => {
    const argv = ['import', 'trajectories', EXCERPT, '--format', 'tau-bench'];
    const { stdout } = await rehearse(...argv);
    expect(stdout.replaceAll(/http\S+/g, '<url>')).toMatchInlineSnapshot(`
      "imported-excerpt
      Runs       12: 8 passed, 4 failed
      Pass rate  66.7 %, 95 % interval 39.1 % to 86.2 %, n 12
      pass^k     1: 0.667   2: 0.444   3: 0.333   4: 0.333
      Next       <url>
      "
    `);
    expect((await rehearse(...argv)).stdout).toContain('(imported before: nothing was added)');
    const checked = await rehearse(...argv, '--graph', AIRLINE);
    expect(checked.stdout).toContain('look-before-cancel violated in 1 run');
    expect(checked.stdout).toContain('12: 6 passed, 6 failed');
  });

  it('tells whose flake an experiment of it has, watching the reruns', async () => {
    const id = await flakyExperiment(folder);
    const { stdout, stderr } = await rehearse('attribute', id, '--repeats', '4');
    expect(stderr).toBe('36 reruns, $0.00 by the tapes\n');
    expect(stdout).toMatch(/ {2}model +100\.0 %/);
    expect(stdout).toMatch(/ {2}judge +– +not asked/);
    const json = await rehearse('attribute', id, '--repeats', '2', '--tapes', '1', '--reporter', 'json');
    const lines = json.stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { event: 'launch', reruns: 6, estimateUsd: 0 },
      { event: 'attribution', of: id, repeats: 2, isCutShort: false, spentUsd: 0, cases: 3 },
      { event: 'done', exitCode: 0 },
    ]);
    const absent = rehearse('attribute', '0190c7a8-0000-7000-8000-000000000001');
    await expect(absent).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('experiment/not-found'),
    });
  });

  it('stands the load of a few users, whose viewers get each event once', async () => {
    const argv = ['load', '--users', '3', '--duration', '1', '--ramp-up', '0', '--viewers', '2'];
    const { stdout } = await rehearse(...argv, '--reporter', 'json');
    const [rung] = (JSON.parse(stdout) as { rungs: { successRate: number; eventsSeen: number }[] }).rungs;
    expect(rung).toMatchObject({ successRate: 1, errors: [] });
    // A run of ten calls has more than forty events, and two viewers.
    expect(rung!.eventsSeen).toBeGreaterThan(3 * 2 * 40);
  });

  it('leaves the key to nobody else on the machine', async () => {
    const { stdout } = await run(
      'stat',
      ['-c', '%a', '.rehearse/cli-token', '.rehearse/server.json'],
      surroundings(),
    );
    expect(stdout).toBe('600\n600\n');
  });

  it('ends with 0 at a signal, and takes its address away', async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(existsSync(path.join(folder.path, '.rehearse/server.json'))).toBe(false);
    await expect(rehearse('import', 'trajectories', EXCERPT, '--format', 'tau-bench')).rejects.toMatchObject({
      code: 3,
    });
  });

  it('migrates the database that it left, which has nothing to do', async () => {
    const { stdout } = await rehearse('migrate');
    expect(stdout).toMatch(/^the embedded database: nothing to do; \d+ migrations in all\n$/);
  });

  it('says that a database which does not answer is away, with 3', async () => {
    const env = { ...ownDatabase(), DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' };
    const failure = await run(process.execPath, [BIN, 'migrate'], { cwd: folder.path, env }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 3, stderr: expect.stringContaining('database/') });
  });
});
