import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  JournalEvent,
  Problem,
  ReplayAnswer,
  RunControlAnswer,
  RunControlRequest,
  RunView,
} from '@rehearse/contracts';
import { fakeOpenai, graphText, type FakeAnswer, type FakeServer } from '@rehearse/testkit';
import { RUN_DISPATCHER, type RunDispatcher } from '../src/features/runs/index.js';
import { codeOf, startTestApp, until, type Client, type TestApp } from './harness.js';
import { execute, upload } from './samples.js';

const CHAIN = graphText(
  `providers: {main: {targets: [{provider: openai, model: gpt-5-mini}]}}
nodes:
  one: {type: llm, prompt: One?}
  two: {type: llm, prompt: "Two after {{ nodes.one.output }}?"}
  three: {type: llm, prompt: "Three after {{ nodes.two.output }}?"}
assert: [{type: contains, value: fine}]
`,
  'chain',
);
const REVIEW = graphText(
  `nodes: {review: {type: human, prompt: Sure?}}
assert: [{type: cel, value: 'output != null'}]
`,
  'review',
);
const TIMER = graphText(
  `nodes: {rest: {type: wait, for: 1500ms}, end: {type: transform, needs: [rest], value: '"done"'}}
assert: [{type: equals, value: done}]
`,
  'timer',
);

/** What the provider answers; the test changes it. */
let answer: () => FakeAnswer | Promise<FakeAnswer>;
let provider: FakeServer;

let app: TestApp;
const start = async (env: Record<string, string> = {}) => {
  app = await startTestApp({
    env: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${provider.url}/v1`, ...env },
  });
  for (const graph of [CHAIN, REVIEW, TIMER]) await upload(app.one.operator, graph);
};
beforeAll(async () => {
  provider = await fakeOpenai(() => answer());
  await start();
});
beforeEach(() => {
  answer = () => ({ text: 'fine' });
});
afterAll(async () => {
  await app.close();
  await provider.close();
});

const control = (run: { id: string }, request: RunControlRequest, client: Client = app.one.operator) =>
  client.post<RunControlAnswer>(`/api/v1/user-testing/runs/${run.id}/control`, request);
const view = async ({ id }: { id: string }) => (await app.one.viewer.get<RunView>(`/api/v1/runs/${id}`)).body;
const journal = async ({ id }: { id: string }) =>
  (await app.one.viewer.get<{ items: JournalEvent[] }>(`/api/v1/runs/${id}/events`)).body.items;
const typesOf = async (run: { id: string }) => (await journal(run)).map(({ type }) => type);
const begin = async (graph: string) =>
  (await app.one.operator.post<{ run: RunView }>(`/api/v1/runs/${graph}/execute/async`, {})).body.run;
async function reached(run: { id: string }, status: RunView['status']): Promise<RunView> {
  await until(async () => (await view(run)).status === status);
  return view(run);
}
const load = () => app.application.nest.get<RunDispatcher>(RUN_DISPATCHER, { strict: false }).load();
const refusal = (got: { status: number; body: unknown }) => [
  got.status,
  (got.body as Problem).code,
  (got.body as Problem).detail,
];
const sql = (run: { id: string }, requested: string) =>
  app.database.asWorker(
    (tx) => tx.$executeRaw`update run set requested = ${requested} where id = ${run.id}::uuid`,
  );
const rest = () => new Promise((resolve) => setTimeout(resolve, 150));

/** A run whose first call is out; it is answered when the test says so. */
async function asking(): Promise<{ run: RunView; release: () => void; calls: () => number }> {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  answer = async () => (await gate, { text: 'fine' });
  const before = provider.requests.length;
  const calls = () => provider.requests.length - before;
  const run = await begin('chain');
  await until(() => calls() === 1);
  return { run, release, calls };
}

describe('a pause', () => {
  it('takes effect when the call in flight has ended; no call follows, and the run goes on to the same digest', async () => {
    const whole = (await execute(app.one.operator, 'chain')).body.run;
    const { run, release, calls } = await asking();
    const asked = await control(run, { action: 'pause', reason: 'lunch' });
    expect([asked.status, asked.body.requested, asked.body.run.requested]).toEqual([202, 'pause', 'pause']);
    expect((await view(run)).status).toBe('running');
    release();
    const paused = await reached(run, 'paused');
    expect([paused.requested, paused.verdict]).toEqual([undefined, null]);
    expect((await journal(run)).slice(-2)).toMatchObject([
      { type: 'model.responded', key: 'one/turn[1]' },
      { type: 'run.paused', lane: 'run', data: { by: app.one.emails.operator, reason: 'lunch' } },
    ]);
    await rest();
    expect([calls(), load()]).toEqual([1, { queued: 0, active: 0 }]);

    expect((await control(run, { action: 'resume' })).status).toBe(202);
    const ended = await reached(run, 'finished');
    expect(calls()).toBe(3);
    expect([ended.verdict, ended.digest, ended.verdictDigest]).toEqual([
      'passed',
      whole.digest,
      whole.verdictDigest,
    ]);
    expect(await typesOf(run)).toContain('run.resumed');
    const path = `/api/v1/user-testing/runs/${run.id}/replay`;
    expect((await app.one.viewer.post<ReplayAnswer>(path, {})).body.identical).toBe(true);
  });

  it('that is taken back before it takes effect leaves nothing behind', async () => {
    const { run, release } = await asking();
    await control(run, { action: 'pause' });
    const back = await control(run, { action: 'resume' });
    expect([back.status, back.body.run.requested]).toEqual([202, undefined]);
    release();
    expect((await reached(run, 'finished')).verdict).toBe('passed');
    expect(await typesOf(run)).not.toContain('run.paused');
  });

  it('of a run that waits for a person takes effect at once; a decision is taken, and heard when it is resumed', async () => {
    const run = await begin('review');
    await reached(run, 'waiting');
    const paused = (await control(run, { action: 'pause' })).body.run;
    expect([paused.status, paused.waitingFor?.[0]?.key]).toEqual(['paused', 'review']);
    const path = `/api/v1/user-testing/runs/${run.id}/decisions`;
    const decided = await app.one.operator.post(path, { key: 'review', decision: 'approve', reason: 'yes' });
    expect(decided.status).toBe(202);
    await rest();
    expect((await view(run)).status).toBe('paused');
    await control(run, { action: 'resume' });
    expect((await reached(run, 'finished')).output).toMatchObject({ decision: 'approve' });
  });

  it('holds back a timer that is due, which fires when the run is resumed', async () => {
    const run = await begin('timer');
    await until(async () => (await view(run)).wakeAt !== undefined);
    const { body } = await control(run, { action: 'pause' });
    expect([body.run.status, body.run.wakeAt]).toEqual(['paused', undefined]);
    await new Promise((resolve) => setTimeout(resolve, 1_800));
    expect(await typesOf(run)).not.toContain('timer.fired');
    const resumedAt = Date.now();
    await control(run, { action: 'resume' });
    expect((await reached(run, 'finished')).output).toBe('done');
    const fired = (await journal(run)).find(({ type }) => type === 'timer.fired')!;
    expect(Date.parse(fired.at)).toBeGreaterThanOrEqual(resumedAt);
  });
});

describe('a stop', () => {
  it('closes the socket of the call in flight, and the run is canceled', async () => {
    answer = () => 'hang';
    const before = provider.requests.length;
    const run = await begin('chain');
    await until(() => provider.requests.length === before + 1);
    const asked = await control(run, { action: 'stop', reason: 'enough' });
    expect([asked.status, asked.body.requested]).toEqual([202, 'stop']);
    await provider.hangUp();
    const ended = await reached(run, 'canceled');
    expect(ended).toMatchObject({
      verdict: null,
      digest: null,
      steps: [{ node: 'one', status: 'canceled' }],
    });
    expect(ended.finishedAt).not.toBeNull();
    expect((await journal(run)).at(-1)).toMatchObject({
      type: 'run.canceled',
      data: { by: app.one.emails.operator, reason: 'enough' },
    });
    await rest();
    expect([provider.requests.length - before, load().active]).toEqual([1, 0]);
  });

  it('ends runs that wait and runs that are paused at once', async () => {
    const waiting = await begin('review');
    await reached(waiting, 'waiting');
    const paused = await begin('timer');
    await until(async () => (await view(paused)).wakeAt !== undefined);
    await control(paused, { action: 'pause' });
    for (const run of [waiting, paused]) {
      const { status, body } = await control(run, { action: 'stop' });
      expect([status, body.run.status, body.run.waitingFor, body.run.steps.length]).toEqual([
        202,
        'canceled',
        undefined,
        1,
      ]);
      expect((await typesOf(run)).at(-1)).toBe('run.canceled');
    }
  });
});

describe('control of a run', () => {
  it('that comes again changes nothing', async () => {
    const { run, release } = await asking();
    for (const _ of [1, 2]) expect((await control(run, { action: 'pause' })).status).toBe(202);
    release();
    await reached(run, 'paused');
    expect((await control(run, { action: 'pause' })).body.run.status).toBe('paused');
    answer = () => 'hang';
    for (const _ of [1, 2]) expect((await control(run, { action: 'resume' })).status).toBe(202);
    await reached(run, 'running');
    for (const _ of [1, 2]) expect((await control(run, { action: 'stop' })).status).toBe(202);
    await reached(run, 'canceled');
    expect((await control(run, { action: 'stop' })).body.run.status).toBe('canceled');
    const told = (await typesOf(run)).filter((type) => type.startsWith('run.'));
    expect(told).toEqual(['run.started', 'run.paused', 'run.resumed', 'run.canceled']);
  });

  it('may pause it as often as one likes', async () => {
    const run = await begin('review');
    await reached(run, 'waiting');
    for (const _ of [1, 2]) {
      await control(run, { action: 'pause' });
      await control(run, { action: 'resume' });
      await reached(run, 'waiting');
    }
    const attempts = (await journal(run)).flatMap(({ type, attempt }) =>
      type === 'run.paused' ? [attempt] : [],
    );
    expect(attempts).toEqual([1, 2]);
  });

  it('is refused with the reason when the run has ended or is being stopped', async () => {
    const finished = (await execute(app.one.operator, 'chain')).body.run;
    for (const [action, past] of [
      ['pause', 'paused'],
      ['resume', 'resumed'],
      ['stop', 'stopped'],
    ] as const)
      expect(refusal(await control(finished, { action }))).toEqual([
        409,
        'run/has-ended',
        `The run is finished; it cannot be ${past}.`,
      ]);
    answer = () => 'hang';
    const run = await begin('chain');
    await reached(run, 'running');
    expect(refusal(await control(run, { action: 'replay' })).slice(0, 2)).toEqual([409, 'run/not-finished']);
    await sql(run, 'stop');
    for (const action of ['pause', 'resume'] as const)
      expect(codeOf(await control(run, { action }))).toBe('run/stopping');
    await sql(run, 'pause');
    await control(run, { action: 'stop' });
    await reached(run, 'canceled');
    expect(codeOf(await control(run, { action: 'resume' }))).toBe('run/has-ended');
    expect((await control(run, { action: 'explode' as 'stop' })).status).toBe(400);
  });

  it('replays it strictly', async () => {
    const run = (await execute(app.one.operator, 'chain')).body.run;
    const before = provider.requests.length;
    const { status, body } = await control(run, { action: 'replay' });
    expect([status, body.requested, body.replay?.identical]).toEqual([202, 'replay', true]);
    expect(provider.requests).toHaveLength(before);
  });

  it('is for those who may write, in their own tenant', async () => {
    const run = await begin('review');
    await reached(run, 'waiting');
    const reader = await app.one.key(['runs:read']);
    for (const client of [app.one.viewer, reader])
      expect(codeOf(await control(run, { action: 'stop' }, client))).toBe('access/forbidden');
    expect(codeOf(await control(run, { action: 'stop' }, app.anonymous))).toBe('access/unauthenticated');
    for (const id of [run.id, 'nonsense'])
      expect(refusal(await control({ id }, { action: 'stop' }, app.two.admin)).slice(0, 2)).toEqual([
        404,
        'run/not-found',
      ]);
    expect((await view(run)).status).toBe('waiting');
    await control(run, { action: 'stop' }, app.one.machine);
    expect((await journal(run)).at(-1)?.data).toEqual({ by: 'key:test' });
  });
});

describe('a run that has not begun', () => {
  it('is paused and resumed without a word, and begun only to be stopped', async () => {
    await app.close();
    await start({ MAX_CONCURRENT_RUNS: '1' });
    answer = () => 'hang';
    const first = await begin('chain');
    await reached(first, 'running');
    const [second, third] = [await begin('timer'), await begin('chain')];
    expect((await control(second, { action: 'pause' })).body.run.status).toBe('paused');
    const stopped = (await control(third, { action: 'stop' })).body.run;
    expect(stopped).toMatchObject({ status: 'canceled', steps: [], verdict: null });
    expect(await typesOf(third)).toEqual(['run.started', 'run.canceled']);
    await control(first, { action: 'stop' });
    await reached(first, 'canceled');
    await rest();
    expect([(await view(second)).status, await typesOf(second)]).toEqual(['paused', []]);
    await control(second, { action: 'resume' });
    expect((await reached(second, 'finished')).output).toBe('done');
  });
});

describe('a restart of the server', () => {
  it('leaves a paused run paused, and lets take effect what was asked before', async () => {
    await app.close();
    await start();
    const paused = await begin('review');
    await reached(paused, 'waiting');
    await control(paused, { action: 'pause' });
    answer = () => 'hang';
    const before = provider.requests.length;
    const [toPause, toStop] = [await begin('chain'), await begin('chain')];
    await until(() => provider.requests.length === before + 2);
    const { token } = app.one.machine;
    const { database } = app;
    await database.asWorker(
      (
        tx,
      ) => tx.$executeRaw`update run set requested = case id when ${toPause.id}::uuid then 'pause' else 'stop' end
        where id in (${toPause.id}::uuid, ${toStop.id}::uuid)`,
    );
    await app.close();
    await start();
    app.one.viewer = app.client(token);
    expect((await reached(toPause, 'paused')).steps).toHaveLength(1);
    await reached(toStop, 'canceled');
    expect((await view(paused)).status).toBe('paused');
    expect(provider.requests).toHaveLength(before + 2);
    answer = () => ({ text: 'fine' });
    await control(toPause, { action: 'resume' }, app.client(token));
    expect((await reached(toPause, 'finished')).verdict).toBe('passed');
  });
});
