import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExperimentMetrics, ExperimentSummary, ExperimentView } from '@rehearse/contracts';
import { codeOf, startTestApp, type TestApp, until } from './harness.js';
import { upload } from './samples.js';

const source = (name: string) => `apiVersion: rehearse/v1
kind: Graph
name: ${name}
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks:
  main:
    - {when: 'inputs.id == "b" && run.seed % 2 == 0', reply: {content: wrong}}
    - {reply: {content: right}}
nodes: {ask: {type: llm, prompt: "{{ inputs.id }}"}}
assert:
  - {type: equals, value: right, metric: truth}
  - {type: contains, value: r, metric: spelling}
  - {type: contains, value: i}
cases: [{id: a, vars: {id: a}}, {id: b, vars: {id: b}}]
`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function experiment(name: string, repeat: number, cases?: string[]): Promise<string> {
  await upload(app.one.operator, source(name));
  const { body } = await app.one.operator.post<{ experiment: ExperimentView }>('/api/v1/experiments', {
    ...{ graph: name, repeat, cases },
  });
  const { id } = body.experiment;
  const path = `/api/v1/experiments/${id}`;
  await until(async () => (await app.one.viewer.get<ExperimentView>(path)).body.status === 'finished');
  return id;
}

const metricsOf = async (id: string) =>
  (await app.one.viewer.get<ExperimentMetrics>(`/api/v1/experiments/${id}/metrics`)).body.items;

describe('the metrics of an experiment', () => {
  it('are the mean scores by name, with an interval that is clustered by case', async () => {
    const [spelling, truth, ...more] = await metricsOf(await experiment('measured', 4));
    expect(more).toEqual([]);
    expect(spelling).toMatchObject({ metric: 'spelling', n: 8, cases: 2, mean: 1, low: 1, high: 1 });
    expect(truth).toMatchObject({ metric: 'truth', n: 8, cases: 2, errored: 0 });
    expect(truth!.mean).toBeCloseTo(truth!.passed / 8);
    expect(truth!.passed).toBeLessThan(8);
    // Two cases say little, so the interval is as wide as scores go.
    expect([truth!.low, truth!.high]).toEqual([0, 1]);
  });

  it('have no interval where there is one case only, and are nobody else’s', async () => {
    const id = await experiment('measured-once', 3, ['a']);
    expect(await metricsOf(id)).toMatchObject([
      { metric: 'spelling', n: 3, cases: 1, mean: 1, low: null, high: null },
      { metric: 'truth', n: 3, cases: 1, mean: 1, low: null, high: null },
    ]);
    expect(codeOf(await app.two.viewer.get(`/api/v1/experiments/${id}/metrics`))).toBe(
      'experiment/not-found',
    );
  });
});

it('experiments are listed by graph', async () => {
  const ids = [await experiment('listed-one', 1), await experiment('listed-two', 1)];
  const { body } = await app.one.viewer.get<{ items: ExperimentSummary[] }>(
    '/api/v1/experiments?graph=listed-two',
  );
  expect(body.items.map(({ id }) => id)).toEqual([ids[1]]);
});
