import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ImportAnswer, JournalEvent, ReplayAnswer, RunView } from '@rehearse/contracts';
import { RUN_DISPATCHER, type RunDispatcher, RunsService } from '../src/features/runs/index.js';
import { newId } from '../src/platform/ids.js';
import { startTestApp, type TestApp } from './harness.js';
import { excerpt, execute, slowGraph, upload } from './samples.js';

let app: TestApp;
let whole: RunView;
beforeAll(async () => {
  app = await startTestApp();
  // Long enough to be taken away in the middle, on a slow machine too.
  await upload(app.one.operator, slowGraph('slow', { latency: '2s', steps: 25 }));
  whole = (await execute(app.one.operator, 'slow')).body.run;
});
afterAll(() => app.close());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const view = async (id: string) => (await app.one.viewer.get<RunView>(`/api/v1/runs/${id}`)).body;
const journal = async (id: string) =>
  (await app.one.viewer.get<{ items: JournalEvent[] }>(`/api/v1/runs/${id}/events?limit=1000`)).body.items;

async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    await pause(15);
  }
}

/** What another worker does first when it takes a run up: it has a lease, and claims. */
async function claimElsewhere(id: string): Promise<string> {
  const workerId = newId();
  await app.database.asWorker(async (tx) => {
    await tx.$executeRaw`
      insert into worker (id, host, pid, home, version, places, lease_until)
      values (${workerId}::uuid, 'elsewhere', 1, '/', '1', 1, now() + interval '1 hour')`;
    await tx.$executeRaw`
      update run set epoch = epoch + 1, worker_id = ${workerId}::uuid where id = ${id}::uuid`;
  });
  return workerId;
}
const workerOf = async (id: string) =>
  (
    await app.database.asWorker(
      (tx) => tx.$queryRaw<{ worker_id: string }[]>`select worker_id from run where id = ${id}::uuid`,
    )
  )[0]!.worker_id;
const endLease = (workerId: string) =>
  app.database.asWorker(
    (tx) => tx.$executeRaw`
      update worker set lease_until = now() - interval '1 second' where id = ${workerId}::uuid`,
  );

async function answered(id: string): Promise<void> {
  await until(
    () => journal(id),
    (events) => events.some(({ type }) => type === 'model.responded'),
  );
}
const begin = async () =>
  (await app.one.operator.post<{ run: RunView }>('/api/v1/runs/slow/execute/async', {})).body.run.id;
const finished = (id: string) =>
  until(
    () => view(id),
    ({ status }) => status === 'finished',
  );

/** Nothing was lost or written twice, and nobody can tell from the digests that it was cut off. */
async function expectWhole(id: string, epochs: number[]) {
  const run = await finished(id);
  const events = await journal(id);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  expect([...new Set(events.map(({ epoch }) => epoch))]).toEqual(epochs);
  expect([run.verdict, run.digest, run.verdictDigest]).toEqual(['passed', whole.digest, whole.verdictDigest]);
  const replayed = await app.one.viewer.post<ReplayAnswer>(`/api/v1/user-testing/runs/${id}/replay`, {});
  expect(replayed.body.identical).toBe(true);
}

describe('a run whose worker is lost', () => {
  it('is left alone by the one that had it, and gone on with behind its journal when the other one dies', async () => {
    const id = await begin();
    await answered(id);
    const other = await claimElsewhere(id);
    await pause(250);
    const refused = await journal(id);
    await pause(250);
    expect(await journal(id)).toEqual(refused);
    expect((await view(id)).status).toBe('running');
    await endLease(other);
    await expectWhole(id, [1, 3]);
    expect((await journal(id)).slice(0, refused.length)).toEqual(refused);
  });

  it('is taken up when the lease of its worker has run out, and that one, awake again, writes nothing', async () => {
    const second = await startTestApp();
    try {
      const id = await begin();
      await answered(id);
      const before = await workerOf(id);
      await endLease(before);
      await expectWhole(id, [1, 2]);
      expect(await workerOf(id)).not.toBe(before);
    } finally {
      await second.close();
    }
  });

  it('is given back by a worker that does not know of it', async () => {
    const id = await begin();
    await answered(id);
    // As when the answer to a claim is lost on its way.
    await app.database.asWorker(
      (tx) => tx.$executeRaw`update run set epoch = epoch + 1 where id = ${id}::uuid`,
    );
    expect((await finished(id)).verdict).toBe('passed');
    expect([...new Set((await journal(id)).map(({ epoch }) => epoch))]).toEqual([1, 3]);
  });
});

describe('a dispatch', () => {
  it('that comes again, or late, or out of order, or to another worker too, changes nothing', async () => {
    const second = await startTestApp();
    try {
      await upload(app.one.operator, slowGraph('short', { latency: '20ms', steps: 5 }));
      const undisturbed = (await execute(app.one.operator, 'short')).body.run;
      const dispatchers = [app, second].map(({ application }) =>
        application.nest.get<RunDispatcher>(RUN_DISPATCHER, { strict: false }),
      );
      const begun: string[] = [];
      const tellAll = async () => {
        for (const runId of begun.toReversed())
          for (const dispatcher of dispatchers) {
            await dispatcher.dispatch({ runId, tenantId: app.one.id });
            await dispatcher.poke({ runId, tenantId: app.one.id });
          }
      };
      for (let i = 0; i < 8; i++) {
        const asked = await app.one.operator.post<{ run: RunView }>('/api/v1/runs/short/execute/async', {});
        begun.push(asked.body.run.id);
        await tellAll();
      }
      const ended = await Promise.all(begun.map(finished));
      await tellAll();
      for (const run of ended) {
        const events = await journal(run.id);
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
        expect([...new Set(events.map(({ epoch }) => epoch))]).toHaveLength(1);
        expect([run.digest, run.verdictDigest]).toEqual([undisturbed.digest, undisturbed.verdictDigest]);
        expect(await view(run.id)).toEqual(run);
      }
    } finally {
      await second.close();
    }
  });
});

describe('a run that breaks on our side', () => {
  it('ends errored with the reason in its journal, and is never left running', async () => {
    const form = new FormData();
    form.append('format', 'tau-bench');
    form.append('file', new Blob([excerpt()]), 'sample.json');
    const { experiment } = (await app.one.operator.post<ImportAnswer>('/api/v1/import/trajectories', form))
      .body;
    const recorded = experiment.cases[0]!.runs[0]!.id;
    const runs = app.application.nest.get(RunsService, { strict: false });
    const { graphVersionId } = await runs.find(app.one.id, recorded);
    const id = newId();
    const common = {
      experimentId: null,
      caseId: null,
      repeat: 0,
      seed: 1,
      vars: {},
      live: false,
      offline: true,
      chaos: null,
      createdBy: null,
    };
    // A graph that this release cannot compile, as after a downgrade.
    await runs.store(app.one.id, [{ id, graphVersionId, ...common }]);
    await runs.dispatch(app.one.id, [{ id }]);
    const run = await until(
      () => view(id),
      ({ status }) => status === 'finished',
    );
    expect(run).toMatchObject({
      verdict: 'errored',
      error: { code: 'engine/crashed', category: 'engine' },
      reason: { kind: 'error', message: expect.stringContaining('could not be brought to its end') },
    });
    const events = await journal(id);
    expect(events.map(({ type }) => type)).toEqual(['run.started', 'run.finished']);
    expect(run.digest).toBe((events[1] as JournalEvent<'run.finished'>).data.digest);
  });
});
