import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  ExperimentControlAnswer,
  ExperimentControlRequest,
  ExperimentRetryAnswer,
  ExperimentView,
  ImportAnswer,
  RunPage,
} from '@rehearse/contracts';
import { fakeOpenai, graphText, type FakeAnswer, type FakeServer } from '@rehearse/testkit';
import { codeOf, startTestApp, until, type Client, type TestApp } from './harness.js';
import { excerpt, upload } from './samples.js';

const ROUTE = 'providers: {main: {retry: {attempts: 1}, targets: [{provider: openai, model: gpt-5-mini}]}}\n';
const TWO_STEPS = graphText(
  `${ROUTE}nodes: {one: {type: llm, prompt: One?}, two: {type: llm, prompt: Two?, needs: [one]}}
assert: [{type: contains, value: fine}]
`,
  'two-steps',
);
const RELATED = graphText(
  `${ROUTE}inputs: {type: object, required: [message]}
nodes: {ask: {type: llm, prompt: "{{ inputs.message }}"}}
assert: [{type: contains, value: fine}]
metamorphic: [{id: politeness, transform: {message: "Please, {{ vars.message }}"}, relation: equal}]
cases: [{id: order, vars: {message: my order}}, {id: bill, vars: {message: my bill}}]
`,
  'related',
);

let answer: (prompt: string) => FakeAnswer | Promise<FakeAnswer>;
let provider: FakeServer;
let app: TestApp;
beforeAll(async () => {
  provider = await fakeOpenai(({ text }) => answer(text));
  app = await startTestApp({ env: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${provider.url}/v1` } });
  for (const graph of [TWO_STEPS, RELATED]) await upload(app.one.operator, graph);
});
afterAll(async () => {
  await app.close();
  await provider.close();
});

const path = ({ id }: { id: string }, more = '') => `/api/v1/experiments/${id}${more}`;
const control = (of: { id: string }, request: ExperimentControlRequest, client: Client = app.one.operator) =>
  client.post<ExperimentControlAnswer>(path(of, '/control'), request);
const retry = (of: { id: string }, client: Client = app.one.operator) =>
  client.post<ExperimentRetryAnswer>(path(of, '/retry-errored'));
const view = async (of: { id: string }) => (await app.one.viewer.get<ExperimentView>(path(of))).body;
const runsOf = async ({ id }: { id: string }) =>
  (await app.one.viewer.get<RunPage>(`/api/v1/runs?experiment=${id}`)).body.items;
async function reached(of: { id: string }, status: ExperimentView['status']): Promise<ExperimentView> {
  await until(async () => (await view(of)).status === status);
  return view(of);
}
async function made(graph: string, more: object = {}): Promise<ExperimentView> {
  const answered = await app.one.operator.post<{ experiment: ExperimentView }>('/api/v1/experiments', {
    graph,
    ...more,
  });
  return answered.body.experiment;
}

/** An experiment of four runs, two at once, whose first calls are out; they are answered when the test says so. */
async function asking() {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  answer = async () => (await gate, { text: 'fine' });
  const before = provider.requests.length;
  const calls = () => provider.requests.length - before;
  const experiment = await made('two-steps', { repeat: 4, concurrency: 2 });
  await until(() => calls() === 2);
  return { experiment, release, calls };
}

describe('an experiment', () => {
  it('is paused and resumed with all its runs', async () => {
    const { experiment, release, calls } = await asking();
    const asked = await control(experiment, { action: 'pause' });
    expect([asked.status, asked.body.requested]).toEqual([202, 'pause']);
    expect(asked.body.experiment).toMatchObject({ status: 'running', progress: { paused: 2, total: 4 } });
    release();
    expect((await reached(experiment, 'paused')).progress).toMatchObject({ paused: 4, finished: 0 });
    expect(calls()).toBe(2);
    expect((await control(experiment, { action: 'pause' })).status).toBe(202);
    expect((await control(experiment, { action: 'resume' })).status).toBe(202);
    expect((await reached(experiment, 'finished')).progress).toMatchObject({ passed: 4, paused: 0 });
    expect(calls()).toBe(8);
  });

  it('is given more places while it runs', async () => {
    const { experiment, release, calls } = await asking();
    const asked = await control(experiment, { concurrency: 3 });
    expect([asked.status, asked.body.requested, asked.body.experiment.concurrency]).toEqual([
      202,
      'concurrency',
      3,
    ]);
    await until(() => calls() === 3);
    release();
    expect((await reached(experiment, 'finished')).progress.passed).toBe(4);
  });

  it('is stopped with all its runs, once', async () => {
    answer = () => 'hang';
    const before = provider.requests.length;
    const experiment = await made('two-steps', { repeat: 4, concurrency: 2 });
    await until(() => provider.requests.length === before + 2);
    expect((await control(experiment, { action: 'stop' })).status).toBe(202);
    await provider.hangUp();
    const ended = await reached(experiment, 'finished');
    expect(ended.progress).toMatchObject({ total: 4, finished: 4, canceled: 4 });
    expect(ended.passRate).toMatchObject({ estimate: null, n: 0 });
    expect((await control(experiment, { action: 'stop' })).status).toBe(202);
    const late = await control(experiment, { action: 'resume' });
    expect([late.status, codeOf(late)]).toEqual([409, 'experiment/has-ended']);
  });

  it('is replayed strictly as a whole, with no call, as soon as a run of it has finished', async () => {
    const { experiment, release } = await asking();
    expect(codeOf(await control(experiment, { action: 'replay' }))).toBe('experiment/nothing-finished');
    expect(codeOf(await control(experiment, { action: 'replay', concurrency: 2 }))).toBe('request/invalid');
    release();
    await reached(experiment, 'finished');
    const before = provider.requests.length;
    const { status, body } = await control(experiment, { action: 'replay' });
    expect([status, body.requested, body.replay]).toEqual([
      202,
      'replay',
      { runs: 4, identical: 4, diverged: [] },
    ]);
    expect(provider.requests).toHaveLength(before);
  });

  it('tells which of its runs is no longer what was recorded', async () => {
    const { experiment, release } = await asking();
    release();
    await reached(experiment, 'finished');
    const [changed] = await runsOf(experiment);
    await app.database.inTenant(
      app.one.id,
      (tx) => tx.$executeRaw`
        update run_event set data = '{"answer": {"content": "not so"}}'
        where run_id = ${changed!.id}::uuid and type = 'model.responded'`,
    );
    const { body } = await control(experiment, { action: 'replay' });
    expect(body.replay).toMatchObject({
      ...{ runs: 4, identical: 3 },
      diverged: [{ run: { id: changed!.id }, identical: false, divergence: { kind: 'chain_broken' } }],
    });
  });

  it('is refused what is no order, and is controlled by those who may write in its tenant alone', async () => {
    const { experiment, release } = await asking();
    expect(codeOf(await control(experiment, {}))).toBe('request/invalid');
    expect(codeOf(await control(experiment, { concurrency: 0 }))).toBe('request/invalid');
    expect(codeOf(await control(experiment, { action: 'stop' }, app.one.viewer))).toBe('access/forbidden');
    expect(codeOf(await retry(experiment, app.one.viewer))).toBe('access/forbidden');
    for (const refused of [
      await control(experiment, { action: 'stop' }, app.two.admin),
      await retry(experiment, app.two.admin),
    ])
      expect([refused.status, codeOf(refused)]).toEqual([404, 'experiment/not-found']);
    release();
    expect((await reached(experiment, 'finished')).progress.passed).toBe(4);
  });
});

describe('the errored runs of an experiment', () => {
  it('are made anew, alone; the old ones stay and count no longer', async () => {
    let left = 2;
    answer = () => (left-- > 0 ? { status: 400, error: 'no' } : { text: 'fine' });
    const experiment = await made('two-steps', { repeat: 3, concurrency: 1 });
    expect((await reached(experiment, 'finished')).progress).toMatchObject({ passed: 1, errored: 2 });
    const before = await runsOf(experiment);
    const retried = await retry(experiment);
    expect([retried.status, retried.body.runs.length, retried.body.experiment.progress.total]).toEqual([
      202, 2, 3,
    ]);
    const ended = await reached(experiment, 'finished');
    expect(ended.progress).toMatchObject({ total: 3, passed: 3, errored: 0 });
    expect(ended.cases[0]!.runs.map(({ repeat, verdict }) => [repeat, verdict])).toEqual([
      [0, 'passed'],
      [1, 'passed'],
      [2, 'passed'],
    ]);
    const runs = await runsOf(experiment);
    expect(runs).toHaveLength(5);
    for (const old of before) {
      const now = runs.find(({ id }) => id === old.id)!;
      if (old.verdict === 'passed') expect(now).toEqual(old);
      else
        expect(runs.find(({ id }) => id === now.retriedAs)).toMatchObject({
          repeat: old.repeat,
          seed: old.seed,
        });
    }
    const again = await retry(experiment);
    expect([again.status, codeOf(again)]).toEqual([409, 'experiment/nothing-errored']);
  });

  it('are followed by what is made in place of their follow-ups', async () => {
    answer = (text) => (text.includes('order') ? { status: 400, error: 'no' } : { text: 'fine' });
    const experiment = await made('related');
    await reached(experiment, 'finished');
    const old = await runsOf(experiment);
    const verdictOf = (caseId: string) => old.find((run) => run.caseId === caseId)?.verdict;
    expect(['order', 'order~politeness', 'bill~politeness'].map(verdictOf)).toEqual([
      'errored',
      'errored',
      'passed',
    ]);
    answer = () => ({ text: 'fine' });
    const { runs } = (await retry(experiment)).body;
    expect(runs).toHaveLength(2);
    expect((await reached(experiment, 'finished')).progress).toMatchObject({ total: 4, passed: 4 });
    const anew = (await runsOf(experiment)).filter(({ id }) => runs.includes(id));
    const source = anew.find(({ caseId }) => caseId === 'order')!;
    expect(anew.find(({ follows }) => follows)?.follows?.runId).toBe(source.id);
  });

  it('cannot be made anew where they were recorded elsewhere', async () => {
    const form = new FormData();
    form.append('format', 'tau-bench');
    form.append('file', new Blob([excerpt()]), 'sample.json');
    const imported = await app.one.operator.post<ImportAnswer>('/api/v1/import/trajectories', form);
    const refused = await retry(imported.body.experiment);
    expect([refused.status, codeOf(refused)]).toEqual([409, 'graph/not-executable']);
  });
});
