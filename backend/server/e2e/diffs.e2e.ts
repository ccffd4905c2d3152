import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ImportAnswer, Problem, RunDiff, RunDiffStep, RunPage, RunView } from '@rehearse/contracts';
import { codeOf, startTestApp, type TestApp } from './harness.js';
import { excerpt, execute, REFUND, slowGraph, upload } from './samples.js';

const LARGE = `apiVersion: rehearse/v1
kind: Graph
name: large
inputs: {type: object, properties: {say: {type: string}}}
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: all is well}}]}
nodes: {ask: {type: llm, prompt: '{{ inputs.say }}'}}
assert: [{type: contains, value: well}]
`;

let app: TestApp;
let happy: RunView;
let other: RunView;
beforeAll(async () => {
  app = await startTestApp();
  await upload(app.one.operator, REFUND);
  happy = await run('refund-agent', 'happy-path');
  other = await run('refund-agent', 'happy-path', { order_id: 'W2' });
});
afterAll(() => app.close());

async function run(graph: string, caseId?: string, vars?: Record<string, string>): Promise<RunView> {
  const request = { ...(caseId && { caseId }), ...(vars && { vars }) };
  const { status, body } = await execute(app.one.operator, graph, request);
  if (status >= 300) throw new Error(JSON.stringify(body));
  return body.run;
}
const diff = (a: string, b: string, query = '') =>
  app.one.viewer.get<RunDiff>(`/api/v1/runs/${a}/diff/${b}${query}`);

const stepOf = (a: string, b: string, step: RunDiffStep) =>
  app.one.viewer.get<RunDiffStep>(
    `/api/v1/runs/${a}/diff/${b}/step?${[
      ...(step.a ? [`seqA=${step.a.seq}`] : []),
      ...(step.b ? [`seqB=${step.b.seq}`] : []),
    ].join('&')}`,
  );

describe('the diff of two runs', () => {
  it('is identical for two runs of the same', async () => {
    const again = await run('refund-agent', 'happy-path');
    const { status, body } = await diff(happy.id, again.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ identical: true, firstDivergence: null });
    expect(body.steps.every(({ change }) => change === 'same')).toBe(true);
    expect(body.runs).toMatchObject({
      a: {
        ...{ runId: happy.id, graph: 'refund-agent', graphDigest: happy.graphDigest, digest: happy.digest },
        ...{ status: 'finished', startedAt: happy.startedAt, lastSeq: happy.lastSeq },
      },
      b: { runId: again.id, digest: happy.digest },
    });
  });

  it('tells the first divergence, what changed in each step, the checks and the totals', async () => {
    const { body } = await diff(happy.id, other.id);
    expect(body.identical).toBe(false);
    expect(body.firstDivergence).toMatchObject({
      ...{ key: 'run', seqA: 1, seqB: 1, kind: 'input_changed', pointer: '/vars/order_id' },
      b: 'W2',
    });
    expect(body.assertions.map(({ id }) => id)).toEqual(happy.assertions.map(({ id }) => id));
    expect(body.totals.tokens).toEqual({
      a: happy.usage.totalTokens,
      b: other.usage.totalTokens,
      delta: other.usage.totalTokens - happy.usage.totalTokens,
    });
    const way = await diff(other.id, happy.id);
    expect(way.body.firstDivergence).toMatchObject({ a: 'W2' });
  });

  it('masks by the names that are given, and says so', async () => {
    expect((await diff(happy.id, other.id)).body.masks.map(({ name }) => name)).toEqual(['ids', 'times']);
    expect((await diff(happy.id, other.id, '?ignore=none')).body.masks).toEqual([]);
    expect((await diff(happy.id, other.id, '?ignore=times')).body.masks).toMatchObject([{ name: 'times' }]);
  });

  it('leaves out the contents of the steps, and has them one by one, those that are the same too', async () => {
    const { body: whole } = await diff(happy.id, other.id);
    const { body: outline } = await diff(happy.id, other.id, '?contents=none');
    expect(outline.firstDivergence).toEqual(whole.firstDivergence);
    expect(outline.steps.map(({ key, change }) => [key, change])).toEqual(
      whole.steps.map(({ key, change }) => [key, change]),
    );
    expect(JSON.stringify(outline.steps)).not.toMatch(/"(content|text|json)"/);
    for (const step of whole.steps) {
      const { body } = await stepOf(happy.id, other.id, step);
      expect(body).toMatchObject(step);
      expect(body.a?.content).toBeDefined();
      expect(body.b?.content).toBeDefined();
    }
  });

  it('has a step that only one of the runs has', async () => {
    const small = await run('refund-agent', 'small-talk');
    const { body } = await diff(happy.id, small.id);
    const removed = body.steps.find(({ change }) => change === 'removed')!;
    const added = body.steps.find(({ change }) => change === 'added')!;
    expect((await stepOf(happy.id, small.id, removed)).body).toEqual(removed);
    expect((await stepOf(happy.id, small.id, added)).body).toEqual(added);
  });

  it('has what is too large for an event, in the diff and step by step', async () => {
    await upload(app.one.operator, LARGE);
    const text = 'word '.repeat(6_000);
    const [a, b] = [
      await run('large', undefined, { say: `${text}one` }),
      await run('large', undefined, { say: `${text}two` }),
    ];
    const { body } = await diff(a.id, b.id);
    const model = body.steps.find(({ b: side }) => side?.type === 'model')!;
    expect(model.change).toBe('changed');
    const step = (await stepOf(a.id, b.id, model)).body;
    expect(step).toEqual(model);
    expect(JSON.stringify(step.b?.content)).toContain('word two');
    const at = await app.one.viewer.get<RunView>(`/api/v1/runs/${a.id}?atSeq=${a.lastSeq}`);
    expect(at.body).toEqual(a);
  });

  it('knows no step that begins in the middle of another, or of no run', async () => {
    const step = `/api/v1/runs/${happy.id}/diff/${other.id}/step`;
    expect(codeOf(await app.one.viewer.get(`${step}?seqA=${happy.lastSeq + 1}`))).toBe('run/no-such-step');
    expect(codeOf(await app.one.viewer.get(step))).toBe('request/invalid');
    expect(codeOf(await app.two.viewer.get(`${step}?seqA=1&seqB=1`))).toBe('run/not-found');
  });

  it('refuses a normaliser that it does not know', async () => {
    const { status, body } = await app.one.viewer.get<Problem>(
      `/api/v1/runs/${happy.id}/diff/${other.id}?ignore=words`,
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'request/invalid', errors: [{ path: 'ignore' }] });
    expect(JSON.stringify(body)).toContain('Give volatile, none');
  });

  it('compares runs of other graphs, and one that goes on', async () => {
    await upload(app.one.operator, slowGraph('slow', { latency: '20s' }));
    const started = await app.one.operator.post<{ run: RunView }>('/api/v1/runs/slow/execute/async', {});
    const { status, body } = await diff(happy.id, started.body.run.id);
    expect(status).toBe(200);
    expect(body.runs.b).toMatchObject({ graph: 'slow', verdict: null });
    expect(body.totals.durationMs).toMatchObject({ b: null, delta: null });
  });

  it('compares imported recordings', async () => {
    const form = new FormData();
    form.set('file', new Blob([excerpt()]), 'airline.json');
    form.set('format', 'tau-bench');
    const { body } = await app.one.operator.post<ImportAnswer>('/api/v1/import/trajectories', form);
    const list = await app.one.viewer.get<RunPage>(`/api/v1/runs?experiment=${body.experiment.id}&limit=2`);
    const [a, b] = list.body.items;
    const imported = await diff(a!.id, b!.id);
    expect(imported.body.firstDivergence).not.toBeNull();
    expect(imported.body.steps.some(({ a: side }) => side?.type === 'tool')).toBe(true);
    expect((await diff(a!.id, a!.id)).body.identical).toBe(true);
  });

  it('is not told to others, whichever of the two is theirs', async () => {
    await upload(app.two.operator, REFUND);
    const { body } = await execute(app.two.operator, 'refund-agent', { caseId: 'happy-path' });
    const absent = '0190c7a8-0000-7000-8000-000000000001';
    for (const id of [body.run.id, absent]) {
      expect(codeOf(await diff(happy.id, id))).toBe('run/not-found');
      expect(codeOf(await diff(id, happy.id))).toBe('run/not-found');
    }
  });
});
