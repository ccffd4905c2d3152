import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TenantDatabase } from '../../platform/database/index.js';
import { newId, newIds } from '../../platform/ids.js';
import { makeTenant, openTestDatabase } from '../../platform/database/testing/index.js';
import { type ClaimedRun, RunQueueRepository } from './run-queue.repository.js';
import { type RunDraft, RunsRepository } from './runs.repository.js';
import { WorkersRepository } from './workers.repository.js';

let database: TenantDatabase;
let queue: RunQueueRepository;
let workers: WorkersRepository;
beforeAll(() => {
  database = openTestDatabase({ poolSize: 8 });
  queue = new RunQueueRepository(database);
  workers = new WorkersRepository(database);
});
beforeEach(async () => {
  await database.asWorker((tx) => tx.$executeRaw`update run set status = 'finished'`);
  await database.asWorker((tx) => tx.$executeRaw`delete from run_turn`);
});
afterAll(() => database.close());

const HOME = { host: 'here', home: '/home', version: '1', places: 9 };
async function worker(leaseMs = 600_000): Promise<string> {
  const id = newId();
  await workers.register({ id, pid: 1, ...HOME }, leaseMs);
  return id;
}

interface Place {
  tenantId: string;
  graphVersionId: string;
}

async function place(): Promise<Place> {
  const tenantId = await makeTenant(database);
  const [graphId, graphVersionId] = newIds(2) as [string, string];
  await database.inTenant(tenantId, async (tx) => {
    await tx.graph.create({ data: { tenantId, id: graphId, name: 'any' } });
    await tx.graphVersion.create({
      data: { tenantId, id: graphVersionId, graphId, number: 1, digest: 'd', sourceDigest: 's', source: '' },
    });
  });
  return { tenantId, graphVersionId };
}

async function experiment({ tenantId, graphVersionId }: Place, concurrency: number): Promise<string> {
  const id = newId();
  const data = {
    tenantId,
    id,
    graphVersionId,
    concurrency,
    label: 'l',
    kind: 'execution',
    status: 'running',
  };
  await database.inTenant(tenantId, (tx) => tx.experiment.create({ data }));
  return id;
}

async function queued(
  { tenantId, graphVersionId }: Place,
  { count, ...more }: { count: number } & Partial<RunDraft>,
): Promise<string[]> {
  const ids = newIds(count);
  const common = {
    experimentId: null,
    caseId: null,
    repeat: 0,
    seed: 1,
    vars: {},
    live: false,
    offline: true,
  };
  await new RunsRepository(database).insert(
    tenantId,
    ids.map((id) => ({ id, graphVersionId, chaos: null, createdBy: null, ...common, ...more })),
  );
  return ids;
}

const claim = (workerId: string, places: number, tenantPlaces: number | null = null) =>
  queue.claim({ workerId, places, tenantPlaces });
const finish = ({ runId }: ClaimedRun) =>
  database.asWorker((tx) => tx.$executeRaw`update run set status = 'finished' where id = ${runId}::uuid`);
const idsOf = (runs: readonly ClaimedRun[]) => runs.map(({ runId }) => runId).toSorted();

describe('the queue', () => {
  it('gives each run to one worker, however many ask at once', async () => {
    const ids = await queued(await place(), { count: 60 });
    const asking = await Promise.all([worker(), worker(), worker()]);
    const claims = await Promise.all([...asking, ...asking].map((id) => claim(id, 12)));
    expect(idsOf(claims.flat())).toEqual(ids.toSorted());
    expect(new Set(claims.flat().map(({ epoch }) => epoch))).toEqual(new Set([1]));
  });

  it('holds an experiment to its places and a tenant to its own, over all workers that ask at once', async () => {
    const here = await place();
    const [narrow, wide] = [await experiment(here, 2), await experiment(here, 50)];
    await queued(here, { count: 10, experimentId: narrow });
    await queued(here, { count: 10, experimentId: wide });
    const asking = await Promise.all([worker(), worker(), worker(), worker()]);
    const running = (await Promise.all(asking.map((id) => claim(id, 10, 7)))).flat();
    expect(running).toHaveLength(7);
    expect(running.filter(({ experimentId }) => experimentId === narrow)).toHaveLength(2);
    expect(await claim(asking[0]!, 10, 7)).toEqual([]);
    await finish(running.find(({ experimentId }) => experimentId === narrow)!);
    expect(await claim(asking[0]!, 10, 7)).toHaveLength(1);
  });

  it('serves tenants in turn: none waits for the backlog of another', async () => {
    const tenants = [];
    for (let at = 0; at < 40; at++) tenants.push(await place());
    // The first ones have queued everything before the last ones come.
    for (const tenant of tenants) await queued(tenant, { count: 5 });
    const me = await worker();
    const served = new Map<string, number>();
    let running = await claim(me, 8, 2);
    const order: string[] = [];
    while (running.length > 0) {
      order.push(...running.map(({ tenantId }) => tenantId));
      for (const { tenantId } of running) served.set(tenantId, (served.get(tenantId) ?? 0) + 1);
      for (const run of running) await finish(run);
      running = await claim(me, 8, 2);
    }
    expect([...served.values()]).toEqual(tenants.map(() => 5));
    for (let round = 0; round < 5; round++)
      expect(new Set(order.slice(round * 40, round * 40 + 40)).size).toBe(40);
  });

  it('gives tenants an equal share of the places while all of them have something queued', async () => {
    const [greedy, modest] = [await place(), await place()];
    await queued(greedy, { count: 30 });
    await queued(modest, { count: 3 });
    const [one, two] = [await worker(), await worker()];
    expect((await claim(one, 4)).filter(({ tenantId }) => tenantId === greedy.tenantId)).toHaveLength(2);
    const rest = await claim(two, 6);
    expect(rest.filter(({ tenantId }) => tenantId === modest.tenantId)).toHaveLength(1);
  });

  it('serves the groups of a tenant in turn, and what somebody waits for before all of them', async () => {
    const here = await place();
    const [first, second] = [await experiment(here, 9), await experiment(here, 9)];
    await queued(here, { count: 5, experimentId: first });
    await queued(here, { count: 5, experimentId: second });
    const [urgent] = await queued(here, { count: 1, priority: 1 });
    const me = await worker();
    expect(idsOf(await claim(me, 1))).toEqual([urgent]);
    const groups = [];
    for (let at = 0; at < 4; at++) {
      const [run] = await claim(me, 1);
      groups.push(run!.experimentId);
      await finish(run!);
    }
    expect(groups.filter((id) => id === first)).toHaveLength(2);
  });

  it('keeps the order of equals', async () => {
    const ids = await queued(await place(), { count: 3 });
    const me = await worker();
    for (const id of ids) expect(idsOf(await claim(me, 1))).toEqual([id]);
  });

  it('keeps a run that rests until its time has come', async () => {
    await queued(await place(), { count: 1 });
    const me = await worker();
    const [run] = await claim(me, 1);
    await queue.release(run!, 3_600_000);
    expect([await claim(me, 1), await queue.length()]).toEqual([[], 0]);
    const again = await queued(await place(), { count: 1 });
    expect(idsOf(await claim(me, 5))).toEqual(again);
  });
});

describe('a worker', () => {
  it('gets nothing without a lease', async () => {
    await queued(await place(), { count: 1 });
    expect(await claim(newId(), 1)).toEqual([]);
    const late = await worker(0);
    expect(await claim(late, 1)).toEqual([]);
    expect(await workers.renew(late, 600_000)).toBeNull();
  });

  it('keeps its runs while its lease holds, and loses all of them with it', async () => {
    const ids = await queued(await place(), { count: 3 });
    const [living, dying] = [await worker(), await worker()];
    await claim(living, 1);
    const lost = await claim(dying, 5);
    expect(await queue.takeUp()).toEqual([]);
    await workers.remove([dying]);
    const taken = (await queue.takeUp()).map(({ runId }) => runId);
    expect(taken.toSorted()).toEqual(idsOf(lost));
    const again = await claim(living, 5);
    expect(idsOf(again)).toEqual(idsOf(lost));
    expect(again.map(({ epoch }) => epoch)).toEqual([2, 2]);
    expect((await queue.heldBy(living)).map(({ runId }) => runId).toSorted()).toEqual(ids.toSorted());
  });

  it('that is lost again and again is counted on the runs that it had, until they get further', async () => {
    await queued(await place(), { count: 1 });
    const lose = async () => {
      const dying = await worker();
      const [run] = await claim(dying, 1);
      await workers.remove([dying]);
      await queue.takeUp();
      // From the second time on they go on apart.
      const waits = await database.asWorker(
        (tx) => tx.$queryRaw<{ waits: boolean }[]>`
          with before as (select id, wake_at > now() as waits from run where id = ${run!.runId}::uuid)
          update run r set wake_at = null from before where r.id = before.id returning coalesce(before.waits, false) as waits`,
      );
      return [run!.takeovers, waits[0]!.waits];
    };
    expect([await lose(), await lose(), await lose()]).toEqual([
      [0, false],
      [1, true],
      [2, true],
    ]);
    await database.asWorker(
      (tx) => tx.$executeRaw`update run set max_seq = max_seq + 1 where status = 'queued'`,
    );
    expect([await lose(), await lose()]).toEqual([
      [0, false],
      [1, true],
    ]);
  });

  it('hands back a run only while it is its own', async () => {
    await queued(await place(), { count: 1 });
    const [me, other] = [await worker(), await worker()];
    const [run] = await claim(me, 1);
    await queue.release(run!);
    const [again] = await claim(other, 1);
    await queue.release(run!);
    expect(await queue.heldBy(other)).toEqual([
      { runId: run!.runId, tenantId: run!.tenantId, epoch: again!.epoch, requested: null },
    ]);
  });
});
