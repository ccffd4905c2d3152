import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  JournalEntry,
  ReplayAnswer,
  RetentionPreview,
  RetentionView,
  RunPage,
  RunView,
} from '@rehearse/contracts';
import { Upkeep } from '../src/features/retention/index.js';
import { codeOf, startTestApp, until, type TestApp } from './harness.js';
import { execute, upload } from './samples.js';

const large = 'ä bc '.repeat(6_000);
const graph = (name: string, reply: string) => `
apiVersion: rehearse/v1
kind: Graph
name: ${name}
inputs: {type: object, properties: {say: {type: string}, topic: {type: string}}}
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: '${reply}'}}]}
nodes: {ask: {type: llm, prompt: '{{ inputs.say }}'}}
assert: [{type: contains, value: well}]
cases: [{id: a, vars: {say: x}}]
`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await upload(app.one.operator, graph('good', 'all is well'));
  await upload(app.one.operator, graph('bad', 'nothing is'));
});
afterAll(() => app.close());

const run = async (name: string, say: string) =>
  (await execute(app.one.operator, name, { vars: { say } })).body.run;
const entries = async ({ id }: { id: string }) =>
  (await app.one.viewer.get<{ items: JournalEntry[] }>(`/api/v1/runs/${id}/events`)).body.items;
const blobs = () =>
  app.database.asWorker((tx) => tx.$queryRaw<{ sha256: string }[]>`select sha256 from blob order by sha256`);
const ids = async () => {
  const { body } = await app.one.viewer.get<RunPage>('/api/v1/runs?limit=100');
  return new Set(body.items.map(({ id }) => id));
};

describe('a payload over 16 KiB', () => {
  let made: RunView;
  let entry: JournalEntry;
  beforeAll(async () => {
    made = await run('good', large);
    entry = (await entries(made)).find(({ type }) => type === 'model.requested')!;
  });

  it('is named by its event and read by its hash', async () => {
    expect(made.verdict).toBe('passed');
    expect(entry).not.toHaveProperty('data');
    const { sha256, bytes } = entry.blob!;
    const answer = await app.one.viewer.get<{ messages: { content: string }[] }>(
      `/api/v1/runs/${made.id}/blobs/${sha256}`,
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe(`"${sha256}"`);
    expect(JSON.stringify(answer.body)).toContain(large.trim().slice(-50));
    const text = JSON.stringify(answer.body);
    expect(Buffer.byteLength(text)).toBe(bytes);
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
  });

  it('lies once for the same content, however many events have it', async () => {
    const before = await blobs();
    const again = await run('good', large);
    expect((await entries(again)).find(({ type }) => type === 'model.requested')?.blob).toEqual(entry.blob);
    expect(await blobs()).toEqual(before);
  });

  it('replays bit for bit, and stands whole in a cassette', async () => {
    const replay = await app.one.operator.post<ReplayAnswer>(
      `/api/v1/user-testing/runs/${made.id}/replay`,
      {},
    );
    expect(replay.body).toMatchObject({ identical: true });
    const cassette = await app.one.viewer.get<string>(`/api/v1/runs/${made.id}/cassette`);
    expect(cassette.body).toContain(large.slice(0, 20_000));
    const imported = await app.one.operator.call<{ run: RunView }>('/api/v1/runs/import', {
      method: 'POST',
      body: cassette.body,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(imported.body.run).toMatchObject({ digest: made.digest, verdict: 'passed' });
  });

  it('is not there for other tenants, other runs and other hashes', async () => {
    const path = `/api/v1/runs/${made.id}/blobs/`;
    expect(codeOf(await app.two.viewer.get(path + entry.blob!.sha256))).toBe('run/not-found');
    expect(codeOf(await app.one.viewer.get(`${path}${'0'.repeat(64)}`))).toBe('run/blob-not-found');
    const other = await run('good', 'hello');
    const foreign = await app.one.viewer.get(`/api/v1/runs/${other.id}/blobs/${entry.blob!.sha256}`);
    expect(codeOf(foreign)).toBe('run/blob-not-found');
  });
});

describe('the events of the months', () => {
  it('lie in the part of their run’s month, and there are parts for the months to come', async () => {
    const [row] = await app.database.asWorker(
      (tx) => tx.$queryRaw<{ parts: number; elsewhere: number; here: number }[]>`
        select (select count(*)::integer from pg_inherits where inhparent = 'run_event'::regclass) as parts,
          (select count(*)::integer from run_event where tableoid = 'run_event_other'::regclass) as elsewhere,
          (select count(*)::integer from run_event
            where tableoid = to_regclass('run_event_' || to_char(now() at time zone 'UTC', 'YYYY_MM'))) as here`,
    );
    expect(row!.parts).toBeGreaterThanOrEqual(5);
    expect(row!.here).toBeGreaterThan(0);
    expect(row!.elsewhere).toBe(0);
  });
});

describe('how long runs are kept', () => {
  const age = (id: string, days: number) =>
    app.database.asWorker(
      (tx) => tx.$executeRaw`
        update run set finished_at = now() - make_interval(days => ${days}) where id = ${id}::uuid`,
    );
  const upkeep = () => app.application.nest.get(Upkeep, { strict: false }).now();
  const preview = async (rules: object) =>
    (await app.one.admin.post<RetentionPreview>('/api/v1/retention/preview', rules)).body;
  const set = (rules: object) =>
    app.one.admin.call<RetentionView>('/api/v1/retention', { method: 'PUT', body: rules });

  it('is for ever until an Admin says otherwise, and nobody else may', async () => {
    expect((await app.one.admin.get<RetentionView>('/api/v1/retention')).body).toEqual({
      ...{ maxAgeDays: null, failedMaxAgeDays: null, maxRuns: null, updatedAt: null },
    });
    expect((await app.one.operator.get('/api/v1/retention')).status).toBe(403);
    expect(codeOf(await set({ maxAgeDays: 0 }))).toBe('request/invalid');
    const before = await ids();
    await upkeep();
    expect(await ids()).toEqual(before);
  });

  it('tells what new rules would delete, deletes it, and keeps failed runs longer', async () => {
    const [old, failed, fresh] = [
      await run('good', 'old'),
      await run('bad', 'old'),
      await run('good', 'new'),
    ];
    await age(old.id, 40);
    await age(failed.id, 40);
    const rules = { maxAgeDays: 30, failedMaxAgeDays: 90 };
    const total = (await ids()).size;
    expect(await preview(rules)).toMatchObject({
      runs: 1,
      byVerdict: { passed: 1 },
      kept: total - 1,
      protected: 0,
    });
    expect(await preview({ maxAgeDays: 30 })).toMatchObject({ runs: 2, byVerdict: { passed: 1, failed: 1 } });
    expect((await ids()).size).toBe(total);
    expect((await set(rules)).body).toMatchObject(rules);
    await upkeep();
    const left = await ids();
    expect([left.has(old.id), left.has(failed.id), left.has(fresh.id)]).toEqual([false, true, true]);
    expect(codeOf(await app.one.viewer.get(`/api/v1/runs/${old.id}/events`))).toBe('run/not-found');
  });

  it('counts runs from the newest, and keeps the runs of a baseline', async () => {
    const label = async (baseline?: string) => {
      const made = await app.one.operator.post<{ experiment: { id: string } }>('/api/v1/experiments', {
        ...{ graph: 'good', cases: ['a'], ...(baseline && { baseline }) },
      });
      const { id } = made.body.experiment;
      await until(async () => {
        const { body } = await app.one.viewer.get<RunPage>(`/api/v1/runs?experiment=${id}`);
        return body.items.length > 0 && body.items.every(({ status }) => status === 'finished');
      });
      return id;
    };
    const first = await label();
    await label(first);
    await set({ maxRuns: 1 });
    expect((await preview({ maxRuns: 1 })).protected).toBe(1);
    await upkeep();
    const { body } = await app.one.viewer.get<RunPage>('/api/v1/runs?limit=100');
    expect(body.items).toHaveLength(2);
    expect(body.items.map(({ experiment }) => experiment)).toContain(first);
  });

  it('takes payloads away that no run needs any more', async () => {
    await app.database.asWorker((tx) => tx.$executeRaw`update blob set kept_at = now() - interval '2 days'`);
    await upkeep();
    expect(await blobs()).toEqual([]);
  });
});
