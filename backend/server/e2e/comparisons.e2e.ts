import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  BaselineView,
  CreateExperimentRequest,
  ExperimentComparison,
  ExperimentView,
} from '@rehearse/contracts';
import { type Client, codeOf, startTestApp, type TestApp } from './harness.js';
import { upload } from './samples.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const CASES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** A version that answers these cases wrongly; with `coin` the last one by the seed. */
const version = (
  wrong: readonly string[],
  { name = 'answers', coin = false } = {},
) => `apiVersion: rehearse/v1
kind: Graph
name: ${name}
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks:
  main:
    - {when: 'inputs.id in ${JSON.stringify(wrong)}', reply: {content: wrong}}
${coin ? `    - {when: 'inputs.id == "h" && run.seed % 2 == 0', reply: {content: wrong}}` : ''}
    - {reply: {content: right}}
nodes: {ask: {type: llm, prompt: "{{ inputs.id }}"}}
assert: [{type: equals, value: right}]
cases: [${CASES.map((id) => `{id: ${id}, vars: {id: ${id}}}`).join(', ')}]
`;

async function experiment(
  source: string,
  request: Partial<CreateExperimentRequest> = {},
): Promise<ExperimentView> {
  const graph = await upload(app.one.operator, source);
  const { body } = await app.one.operator.post<{ experiment: ExperimentView }>('/api/v1/experiments', {
    ...{ graph: `${graph.name}@${graph.version}`, ...request },
  });
  for (;;) {
    const view = (await app.one.viewer.get<ExperimentView>(`/api/v1/experiments/${body.experiment.id}`)).body;
    if (view.status === 'finished') return view;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const compare = (a: string, b: string, client: Client = app.one.viewer) =>
  client.get<ExperimentComparison>(`/api/v1/experiments/${a}/compare/${b}`);
const pin = (id: string, body: object = {}, client: Client = app.one.operator) =>
  client.post<{ baseline: BaselineView; replaced: string | null }>(
    `/api/v1/experiments/${id}/baseline`,
    body,
  );

describe('a comparison of two experiments', () => {
  it('names the cases that regressed and improved, and says how sure it is', async () => {
    const before = await experiment(version(['a']));
    const now = await experiment(version(['b', 'c', 'd', 'e', 'f', 'g']));
    const { status, body } = await compare(before.id, now.id);
    expect(status).toBe(200);
    expect(body.cases.map(({ caseId, change }) => `${caseId} ${change}`)).toEqual([
      ...['b', 'c', 'd', 'e', 'f', 'g'].map((id) => `${id} regressed`),
      ...['a improved', 'h same'],
    ]);
    expect(body).toMatchObject({
      ...{ sameGraph: false, baseline: { id: before.id }, candidate: { id: now.id } },
      counts: { regressed: 6, improved: 1, same: 1, flaky: 0 },
      regression: { method: 'mcnemar', cases: 8, p: expect.closeTo(0.125, 9), isExact: true },
      passRate: { baseline: { n: 8 }, candidate: { n: 8 } },
      latencyMs: { cases: 8, method: 'exact' },
    });
    expect(body.regression!.pAdjusted).toBeGreaterThanOrEqual(body.regression!.p);
    expect(body.passRate.difference!.estimate).toBeCloseTo(-0.625, 9);
  });

  it('has the repeats of a case in one cell, and finds the flaky one', async () => {
    const before = await experiment(version([]), { repeat: 4 });
    const now = await experiment(version([], { coin: true }), { repeat: 4 });
    const { body } = await compare(before.id, now.id);
    expect(body.regression).toMatchObject({ method: 'sign-flip', cases: 8 });
    expect(body.counts).toMatchObject({ regressed: 1, same: 7, flaky: 1 });
    const [first] = body.cases;
    expect(first).toMatchObject({
      ...{ caseId: 'h', change: 'regressed', isFlaky: true, difference: -0.5 },
      baseline: { passed: 4, scored: 4, isFlaky: false },
      candidate: { passed: 2, scored: 4, isFlaky: true },
    });
    expect(first!.candidate!.runs.map(({ repeat }) => repeat)).toEqual([0, 1, 2, 3]);
    expect((await compare(now.id, now.id)).body).toMatchObject({
      sameGraph: true,
      counts: { same: 8 },
      regression: { p: 1 },
    });
  });

  it('is only of experiments of one graph, and of one tenant', async () => {
    const [one, other] = [await experiment(version([])), await experiment(version([], { name: 'others' }))];
    expect(codeOf(await compare(one.id, other.id))).toBe('experiment/not-comparable');
    expect(codeOf(await compare(one.id, one.id, app.two.viewer))).toBe('experiment/not-found');
    expect(codeOf(await compare('nobody', one.id))).toBe('experiment/not-found');
  });
});

describe('a pinned baseline', () => {
  it('stands for its experiment by its name, until another one gets the name', async () => {
    const [first, second] = [await experiment(version(['a'])), await experiment(version(['b', 'a']))];
    const pinned = await pin(first.id);
    expect(pinned.body).toMatchObject({
      ...{ baseline: { name: 'main', graph: 'answers', experiment: { id: first.id } }, replaced: null },
    });
    expect((await compare('main', second.id)).body).toMatchObject({
      ...{ baseline: { id: first.id }, counts: { regressed: 1 } },
    });
    const created = await experiment(version(['a']), { baseline: 'main' });
    expect(created.baseline).toBe(first.id);
    expect((await pin(second.id, { name: 'main' })).body.replaced).toBe(first.id);
    await pin(first.id, { name: 'release-1' });
    const list = await app.one.viewer.get<{ items: BaselineView[] }>(
      '/api/v1/experiments/baselines?graph=answers',
    );
    expect(list.body.items.map(({ name, experiment: { id } }) => [name, id])).toEqual([
      ['main', second.id],
      ['release-1', first.id],
    ]);
    expect(
      (await app.two.viewer.get<{ items: BaselineView[] }>('/api/v1/experiments/baselines')).body.items,
    ).toEqual([]);
  });

  it('is pinned by those who may write, when its runs have ended, by a name that is no id', async () => {
    const one = await experiment(version([]));
    expect(codeOf(await pin(one.id, {}, app.one.viewer))).toBe('access/forbidden');
    expect(codeOf(await pin(one.id, {}, app.two.operator))).toBe('experiment/not-found');
    expect(codeOf(await pin(one.id, { name: 'Main' }))).toBe('request/invalid');
    const asks =
      'apiVersion: rehearse/v1\nkind: Graph\nname: asks\nnodes: {ask: {type: human, prompt: go?}}\n';
    await upload(app.one.operator, asks);
    const running = await app.one.operator.post<{ experiment: ExperimentView }>('/api/v1/experiments', {
      graph: 'asks',
    });
    expect(codeOf(await pin(running.body.experiment.id))).toBe('experiment/not-comparable');
  });
});
