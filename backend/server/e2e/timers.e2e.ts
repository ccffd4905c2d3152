import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExperimentView, JournalEvent, ReplayAnswer, RunPage, RunView } from '@rehearse/contracts';
import { RUN_DISPATCHER, type RunDispatcher } from '../src/features/runs/index.js';
import { startTestApp, until, type TestApp } from './harness.js';
import { execute, upload } from './samples.js';

const graph = (name: string, nodes: string, more = '') =>
  `apiVersion: rehearse/v1\nkind: Graph\nname: ${name}\nnodes:\n${nodes}\nassert: [{type: cel, value: 'output != null'}]\n${more}`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  const { operator } = app.one;
  const after = '  end: {type: transform, needs: [rest], value: \'"done"\'}';
  await upload(operator, graph('short', `  rest: {type: wait, for: 1500ms}\n${after}`));
  await upload(operator, graph('blink', `  rest: {type: wait, for: 20ms}\n${after}`));
  await upload(operator, graph('long', `  rest: {type: wait, for: 2h}\n${after}`));
  await upload(operator, graph('leap', `  rest: {type: wait, for: 2h}\n${after}`, 'virtualTime: true'));
  await upload(
    operator,
    graph('patient', '  ask: {type: human, prompt: "Sure?", timeout: 1500ms, onTimeout: reject}'),
  );
  await upload(
    operator,
    graph('limited', '  ask: {type: human, prompt: "Sure?"}', 'budget: {maxDuration: 1500ms}'),
  );
});
afterAll(() => app.close());

const view = async ({ id }: { id: string }) => (await app.one.viewer.get<RunView>(`/api/v1/runs/${id}`)).body;
const journal = async ({ id }: { id: string }) =>
  (await app.one.viewer.get<{ items: JournalEvent[] }>(`/api/v1/runs/${id}/events`)).body.items;
const start = async (name: string) =>
  (await app.one.operator.post<{ run: RunView }>(`/api/v1/runs/${name}/execute/async`, {})).body.run;

async function waiting(run: { id: string }): Promise<RunView> {
  await until(async () => (await view(run)).wakeAt !== undefined);
  return view(run);
}
async function ended(run: { id: string }): Promise<RunView> {
  await until(async () => (await view(run)).status === 'finished');
  return view(run);
}
const load = () => app.application.nest.get<RunDispatcher>(RUN_DISPATCHER, { strict: false }).load();
const rowOf = async ({ id }: { id: string }) =>
  (
    await app.database.asWorker(
      (tx) => tx.$queryRaw<{ status: string; epoch: number }[]>`
        select status, epoch from run where id = ${id}::uuid`,
    )
  )[0]!;

describe('a run that waits for time', () => {
  it('lies in the database, holds no place, is listed as waiting, and goes on when it is time', async () => {
    const run = await waiting(await start('short'));
    expect([run.status, run.waitingFor]).toEqual(['waiting', undefined]);
    expect(Date.parse(run.wakeAt!)).toBeGreaterThan(Date.parse(run.createdAt) + 1_000);
    expect(load()).toEqual({ active: 0, queued: 0 });
    const list = await app.one.viewer.get<RunPage>('/api/v1/runs?status=waiting');
    expect(list.body.items.find(({ id }) => id === run.id)).toMatchObject({ wakeAt: run.wakeAt });

    const after = await ended(run);
    expect([after.verdict, after.output, after.wakeAt]).toEqual(['passed', 'done', undefined]);
    expect((await rowOf(run)).epoch).toBe(2);
    const path = `/api/v1/user-testing/runs/${run.id}/replay`;
    expect((await app.one.viewer.post<ReplayAnswer>(path, {})).body.identical).toBe(true);
  });

  it('is waited for by who executes it, as long as they want to', async () => {
    const { status, body } = await execute(app.one.operator, 'short');
    expect([status, body.run.status, body.run.verdict]).toEqual([200, 'finished', 'passed']);
    const long = await execute(app.one.operator, 'long', { wait: 300 });
    expect(long.status).toBe(202);
    expect((await waiting(long.body.run)).status).toBe('waiting');
  });

  it('is kept where it goes on in a moment, and where its time is virtual', async () => {
    for (const name of ['blink', 'leap']) {
      const { run } = (await execute(app.one.operator, name)).body;
      expect([run.verdict, (await rowOf(run)).epoch]).toEqual(['passed', 1]);
    }
  });
});

describe('a person with a time limit', () => {
  it('is asked by a run that is put down, and that goes on without them in the end', async () => {
    const run = await waiting(await start('patient'));
    expect([run.status, run.waitingFor?.[0]?.key]).toEqual(['waiting', 'ask']);
    expect(load().active).toBe(0);
    const after = await ended(run);
    expect(after.output).toMatchObject({ decision: 'reject', by: 'timeout' });
  });

  it('is heard before the limit, and the run is not woken again', async () => {
    const run = await waiting(await start('patient'));
    const path = `/api/v1/user-testing/runs/${run.id}/decisions`;
    await app.one.operator.post(path, { key: 'ask', decision: 'approve', reason: 'yes' });
    expect((await ended(run)).output).toMatchObject({ decision: 'approve', by: app.one.emails.operator });
  });

  it('can have no more than what the budget of the run allows', async () => {
    const run = await waiting(await start('limited'));
    const after = await ended(run);
    expect([after.verdict, after.reason?.kind]).toEqual(['inconclusive', 'budget']);
    const over = (await journal(run)).find(({ type }) => type === 'budget.exceeded');
    expect(over?.data).toMatchObject({ limit: 'maxDuration', max: 1_500 });
  });
});

describe('runs of an experiment that wait', () => {
  it('take the places of their experiment again when they are woken', async () => {
    const { body } = await app.one.operator.post<{ experiment: ExperimentView }>('/api/v1/experiments', {
      graph: 'short',
      repeat: 3,
      concurrency: 1,
    });
    const path = `/api/v1/experiments/${body.experiment.id}`;
    await until(async () => (await app.one.viewer.get<ExperimentView>(path)).body.status === 'finished');
    const runs = (await app.one.viewer.get<RunPage>(`/api/v1/runs?experiment=${body.experiment.id}`)).body;
    const spans = await Promise.all(
      runs.items.map(async (run) => {
        const events = await journal(run);
        const woken = events.find(({ epoch }) => epoch === 2)!;
        return [Date.parse(woken.at), Date.parse(events.at(-1)!.at)] as const;
      }),
    );
    const [first, second, third] = spans.toSorted(([a], [b]) => a - b);
    expect(first![1]).toBeLessThanOrEqual(second![0]);
    expect(second![1]).toBeLessThanOrEqual(third![0]);
  });
});

describe('a restart of the server', () => {
  it('wakes the runs that are due, and puts one down again whose time has not come by the clock of its worker', async () => {
    const run = await waiting(await start('long'));
    const { token } = app.one.machine;
    await app.close();
    await restarted(token);
    expect(await rowOf(run)).toEqual({ status: 'waiting', epoch: 1 });
    await app.database.asWorker(
      (tx) => tx.$executeRaw`update run set wake_at = now() where id = ${run.id}::uuid`,
    );
    await app.close();
    await restarted(token);
    await until(async () => (await rowOf(run)).epoch === 2 && (await rowOf(run)).status === 'waiting');
    expect(Date.parse((await view(run)).wakeAt!)).toBeGreaterThan(Date.now() + 3_600_000);
  });
});

/** Sessions end with a server that has no lasting secret; API keys do not. */
async function restarted(token: string): Promise<void> {
  app = await startTestApp();
  app.one.viewer = app.client(token);
}
