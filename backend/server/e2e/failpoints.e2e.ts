import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { JournalEvent, ReplayAnswer, RunPage, RunView } from '@rehearse/contracts';
import type { Config } from '../src/platform/config/index.js';
import { CONFIG } from '../src/platform/config/token.js';
import type { Failpoint } from '../src/platform/failpoint.js';
import { clientOf } from './client.js';
import { startTestApp, until, type TestApp } from './harness.js';
import { execute, slowGraph, upload } from './samples.js';
import { type ServerProcess, startServerProcess } from './server-process.js';

// Whole processes that are killed.
jest.setTimeout(300_000);

const TIMER = `apiVersion: rehearse/v1
kind: Graph
name: timer
nodes:
  rest: {type: wait, for: 1500ms}
  end: {type: transform, needs: [rest], value: '"done"'}
assert: [{type: equals, value: done}]
`;
const { DATABASE_URL, DATABASE_APP_URL, DATABASE_WORKER_URL } = process.env as Record<string, string>;
const folder = mkdtempSync(path.join(os.tmpdir(), 'rehearse-failpoints-'));

/** The one that survives. It has places for runs when the other one is dead. */
let app: TestApp;
const whole = new Map<string, RunView>();
const mayDrive = (does: boolean) => {
  const config = app.application.nest.get<Config>(CONFIG, { strict: false });
  Object.assign(config, { maxConcurrentRuns: does ? 16 : 0 });
};
beforeAll(async () => {
  app = await startTestApp();
  for (const graph of [slowGraph('slow', { latency: '200ms', steps: 10 }), TIMER])
    await upload(app.one.operator, graph);
  for (const graph of ['slow', 'timer']) whole.set(graph, (await execute(app.one.operator, graph)).body.run);
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

function doomed(failpoint: string, args: string[], env: Record<string, string> = {}): ServerProcess {
  const database = { DATABASE_URL, DATABASE_APP_URL, DATABASE_WORKER_URL } as Record<string, string>;
  const home = { REHEARSE_HOME: path.join(folder, 'home'), PORT: '0', LOG_LEVEL: 'warn' };
  return startServerProcess({
    cwd: folder,
    env: {
      ...database,
      ...home,
      FAILPOINT: failpoint.includes(':') ? failpoint : `${failpoint}:kill`,
      ...env,
    },
    args,
  });
}

/** As a start on the home of the dead one would do it, so that the test need not wait for the lease to run out. */
async function takeOver(): Promise<void> {
  await app.database.asWorker((tx) => tx.$executeRaw`delete from worker where home like ${`${folder}%`}`);
  mayDrive(true);
}

const begin = async (graph: string) =>
  (await app.one.operator.post<{ run: RunView }>(`/api/v1/runs/${graph}/execute/async`, {})).body.run;
const view = async ({ id }: { id: string }) => (await app.one.viewer.get<RunView>(`/api/v1/runs/${id}`)).body;
const journal = async ({ id }: { id: string }) =>
  (await app.one.viewer.get<{ items: JournalEvent[] }>(`/api/v1/runs/${id}/events`)).body.items;
const control = (run: { id: string }, action: 'pause' | 'resume') =>
  app.one.operator.post(`/api/v1/user-testing/runs/${run.id}/control`, { action });

/** It ends as if nothing had happened, nothing is missing or there twice, and it replays. */
async function expectWhole(run: { id: string }, graph: string): Promise<void> {
  await until(async () => (await view(run)).status === 'finished');
  const { verdict, digest, verdictDigest } = await view(run);
  const expected = whole.get(graph)!;
  expect([verdict, digest, verdictDigest]).toEqual(['passed', expected.digest, expected.verdictDigest]);
  const events = await journal(run);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
  const replayed = await app.one.viewer.post<ReplayAnswer>(`/api/v1/user-testing/runs/${run.id}/replay`, {});
  expect(replayed.body.identical).toBe(true);
}

const DRIVING: [Failpoint | `${Failpoint}:kill:2`, string][] = [
  ['lease.after_register', 'slow'],
  ['claim.before', 'slow'],
  ['claim.after', 'slow'],
  ['drive.begin', 'slow'],
  ['journal.before_append', 'slow'],
  ['journal.in_append:kill:2', 'slow'],
  ['journal.after_append:kill:2', 'slow'],
  ['park.before', 'timer'],
  ['park.after', 'timer'],
];

describe('a worker that dies', () => {
  it.each(DRIVING)('at %s loses nothing of a run of %s', async (failpoint, graph) => {
    mayDrive(false);
    const worker = doomed(failpoint, ['--worker']);
    const run = await begin(graph);
    await worker.exit;
    expect(worker.child.signalCode).toBe('SIGKILL');
    const written = await journal(run);
    await takeOver();
    await expectWhole(run, graph);
    expect((await journal(run)).slice(0, written.length)).toEqual(written);
  });

  it.each<[Failpoint]>([['control.before_ack'], ['control.after_ack']])(
    'at %s leaves a run paused, as it was asked to',
    async (failpoint) => {
      mayDrive(false);
      const worker = doomed(failpoint, ['--worker']);
      const run = await begin('slow');
      await until(async () => (await journal(run)).length > 0);
      await control(run, 'pause');
      await worker.exit;
      await takeOver();
      await until(async () => (await view(run)).status === 'paused');
      expect((await journal(run)).filter(({ type }) => type === 'run.paused')).toHaveLength(1);
      await control(run, 'resume');
      await expectWhole(run, 'slow');
    },
  );
});

describe('a run that ends every worker that has it', () => {
  it('is ended errored when that has been tried as often as RUN_MAX_TAKEOVERS says; others go on', async () => {
    mayDrive(false);
    Object.assign(app.application.nest.get<Config>(CONFIG, { strict: false }), { runMaxTakeovers: 2 });
    const first = doomed('drive.begin', ['--worker']);
    const run = await begin('slow');
    await first.exit;
    for (let death = 2; death <= 3; death++) await doomed('drive.begin', ['--worker']).exit;
    await takeOver();
    await until(async () => (await view(run)).status === 'finished');
    expect(await view(run)).toMatchObject({
      verdict: 'errored',
      error: {
        code: 'run/too-many-takeovers',
        category: 'engine',
        message: expect.stringContaining('taken up 3 times'),
      },
    });
    expect((await journal(run)).map(({ type }) => type)).toEqual(['run.started', 'run.finished']);
    await expectWhole(await begin('slow'), 'slow');
  });
});

describe('a server that dies', () => {
  it('between storing a run and its answer leaves a run that is executed, and that the same key finds', async () => {
    mayDrive(false);
    const server = doomed('run.after_store', [], { MAX_CONCURRENT_RUNS: '0' });
    const [, url] = await server.says(/Rehearse is at (http:\S+)/);
    const before = (await app.one.viewer.get<RunPage>('/api/v1/runs?limit=1')).body.items[0]!.id;
    const headers = { 'idempotency-key': 'once' };
    const route = '/api/v1/runs/slow/execute/async';
    const asked = clientOf(url!, app.one.machine.token).post(route, {}, headers);
    expect(await asked.catch(() => 'no answer')).toBe('no answer');
    await server.exit;
    await takeOver();
    const [stored] = (await app.one.viewer.get<RunPage>('/api/v1/runs?limit=1')).body.items;
    expect(stored!.id).not.toBe(before);
    const again = await app.one.machine.post<{ run: RunView }>(route, {}, headers);
    expect([again.status, again.body.run?.id]).toEqual([202, stored!.id]);
    const [newest] = (await app.one.viewer.get<RunPage>('/api/v1/runs?limit=1')).body.items;
    expect(newest!.id).toBe(stored!.id);
    await expectWhole(stored!, 'slow');
  });
});
