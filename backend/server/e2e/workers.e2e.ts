import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { JournalEvent, ReplayAnswer, RunView } from '@rehearse/contracts';
import { startTestApp, until, type TestApp } from './harness.js';
import { slowGraph, upload } from './samples.js';
import { type ServerProcess, startServerProcess } from './server-process.js';

// Whole processes, which are killed, frozen and asked to go; leases take their time.
jest.setTimeout(300_000);

const { DATABASE_URL, DATABASE_APP_URL, DATABASE_WORKER_URL } = process.env as Record<string, string>;
const folder = mkdtempSync(path.join(os.tmpdir(), 'rehearse-workers-'));

/** Takes requests and drives nothing itself. */
let app: TestApp;
const workers: ServerProcess[] = [];
beforeAll(async () => {
  app = await startTestApp({ env: { MAX_CONCURRENT_RUNS: '0' } });
  await upload(app.one.operator, slowGraph('slow', { latency: '400ms', steps: 25 }));
  await upload(app.one.operator, slowGraph('long', { latency: '1s', steps: 100 }));
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end('SIGKILL')));
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

async function worker(env: Record<string, string> = {}): Promise<ServerProcess & { url: string }> {
  const started = startServerProcess({
    cwd: folder,
    env: {
      ...{
        DATABASE_URL: DATABASE_URL!,
        DATABASE_APP_URL: DATABASE_APP_URL!,
        DATABASE_WORKER_URL: DATABASE_WORKER_URL!,
      },
      ...{ LOG_LEVEL: 'warn', REHEARSE_HOME: path.join(folder, `home-${workers.length}`) },
      ...env,
    },
    args: ['--worker'],
  });
  workers.push(started);
  const [, url] = await started.says(/Rehearse worker: how it is, at (http:\S+)\/health/);
  return { ...started, url: url! };
}

const begin = async (graph: string) =>
  (await app.one.operator.post<{ run: RunView }>(`/api/v1/runs/${graph}/execute/async`, {})).body.run;
const view = async ({ id }: { id: string }) => (await app.one.viewer.get<RunView>(`/api/v1/runs/${id}`)).body;
const journal = async ({ id }: { id: string }) =>
  (await app.one.viewer.get<{ items: JournalEvent[] }>(`/api/v1/runs/${id}/events?limit=1000`)).body.items;
const answered = (run: { id: string }) =>
  until(async () => (await journal(run)).some(({ type }) => type === 'model.responded'));
const finished = async (run: { id: string }) => {
  await until(async () => (await view(run)).status === 'finished');
  return view(run);
};

/** Nothing is missing or there twice, whoever wrote it, and it replays. */
async function expectWhole(run: { id: string }, epochs: number[]): Promise<void> {
  expect((await finished(run)).verdict).toBe('passed');
  const events = await journal(run);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
  expect([...new Set(events.map(({ epoch }) => epoch))]).toEqual(epochs);
  const replayed = await app.one.viewer.post<ReplayAnswer>(`/api/v1/user-testing/runs/${run.id}/replay`, {});
  expect(replayed.body.identical).toBe(true);
}

describe('a worker', () => {
  it('drives what servers queue, and answers how it is and nothing else', async () => {
    const run = await begin('slow');
    expect((await view(run)).status).toBe('queued');
    const { url } = await worker();
    await expectWhole(run, [1]);
    const status = async (at: string) => (await fetch(url + at)).status;
    expect(await Promise.all(['/health', '/live', '/ready', '/metrics'].map(status))).toEqual([
      200, 200, 200, 200,
    ]);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^runs_total\{status="passed"\} 1$/m);
    expect(await Promise.all(['/api/v1/runs', '/graphs'].map(status))).toEqual([404, 404]);
  });

  it('is not started without a database that others use too', async () => {
    const alone = startServerProcess({ cwd: folder, env: {}, args: ['--worker'] });
    expect(await alone.exit).toBe(2);
    expect(alone.err()).toContain('(start/worker-without-database)');
  });
});

describe('a worker that is asked to go', () => {
  it('lets runs end, hands back what would take longer, and ends with 0; another one goes on', async () => {
    const going = await worker();
    const [short, long] = [await begin('slow'), await begin('long')];
    await answered(long);
    const gone = going.end('SIGTERM');
    await until(async () => (await fetch(`${going.url}/ready`).catch(() => null))?.status !== 200);
    expect(await gone).toBe(0);
    await expectWhole(short, [1]);
    const handedBack = await journal(long);
    expect((await view(long)).status).toBe('queued');
    await worker();
    await expectWhole(long, [1, 2]);
    expect((await journal(long)).slice(0, handedBack.length)).toEqual(handedBack);
  });

  it('goes at once when it is asked twice; its runs are taken up', async () => {
    const going = await worker();
    const run = await begin('long');
    await answered(run);
    going.child.kill('SIGTERM');
    await until(async () => (await fetch(`${going.url}/ready`).catch(() => null))?.status !== 200);
    expect(await going.end('SIGTERM')).toBe(1);
    expect((await view(run)).status).toBe('running');
    await worker();
    await expectWhole(run, [1, 2]);
  });
});

describe('a worker that is lost', () => {
  it('by kill -9 loses no event: another one goes on behind its journal when the lease has run out', async () => {
    const first = await worker();
    const run = await begin('long');
    await answered(run);
    await first.end('SIGKILL');
    const written = await journal(run);
    await worker();
    await expectWhole(run, [1, 2]);
    expect((await journal(run)).slice(0, written.length)).toEqual(written);
  });

  it('because it is frozen writes nothing more when it wakes up', async () => {
    const first = await worker();
    const run = await begin('long');
    await answered(run);
    first.child.kill('SIGSTOP');
    await worker();
    await until(async () => (await journal(run)).some(({ epoch }) => epoch === 2));
    first.child.kill('SIGCONT');
    expect(await first.says(/the lease ran out/)).not.toBeNull();
    await expectWhole(run, [1, 2]);
  });

  it('is followed at once by a start on its own home', async () => {
    const home = { REHEARSE_HOME: path.join(folder, 'same') };
    const first = await worker(home);
    const run = await begin('long');
    await answered(run);
    await first.end('SIGKILL');
    await worker(home);
    await until(async () => (await journal(run)).some(({ epoch }) => epoch === 2));
    // Otherwise its row would stand there still.
    const leases = await app.database.asWorker(
      (tx) => tx.$queryRaw<{ id: string }[]>`select id from worker where home = ${home.REHEARSE_HOME}`,
    );
    expect(leases).toHaveLength(1);
    await expectWhole(run, [1, 2]);
  });
});
