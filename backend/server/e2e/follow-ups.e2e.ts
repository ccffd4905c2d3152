import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  CreateExperimentRequest,
  ExperimentView,
  Problem,
  ReplayAnswer,
  RunPage,
  RunView,
} from '@rehearse/contracts';
import { graphText } from '@rehearse/testkit';
import { codeOf, startTestApp, until, type Answer, type TestApp } from './harness.js';
import { upload } from './samples.js';

/** An agent that says more to who is polite, and that may fail when its tool does. */
const DESK = `providers: {main: {targets: [{provider: mock, script: desk}]}}
mocks:
  desk:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: look}]}, latency: 20ms}
    - {reply: {content: "{{ inputs.message.startsWith('Please') ? 'Gladly.' : 'Here.' }}"}}
tools: {look: {mock: [{return: 1}]}}
inputs: {type: object, required: [message]}
nodes: {desk: {type: agent, prompt: "{{ inputs.message }}", tools: [look]}}
contracts: [{id: looks, eventually: 'type == "tool.returned"'}]
chaos: {broken: [{on: 'tool:look', fault: error}]}
metamorphic:
  - {id: politeness, transform: {message: "Please, {{ vars.message }}"}, relation: same-tools}
  - {id: words, transform: {message: "Please, {{ vars.message }}"}, relation: equal}
cases: [{id: order, vars: {message: my order}, repeat: {runs: 2, minPass: 1}}, {id: bill, vars: {message: my bill}}]
`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await upload(app.one.operator, graphText(DESK, 'desk'));
  const unchecked = DESK.replace(/^inputs:.*\n/m, '');
  await upload(app.one.operator, graphText(unchecked.replaceAll('vars.message', 'vars.massage'), 'misspelt'));
});
afterAll(() => app.close());

const create = (request: CreateExperimentRequest): Promise<Answer<{ experiment: ExperimentView }>> =>
  app.one.operator.post('/api/v1/experiments', request);

async function made(request: CreateExperimentRequest): Promise<ExperimentView> {
  const { id } = (await create(request)).body.experiment;
  const view = async () => (await app.one.viewer.get<ExperimentView>(`/api/v1/experiments/${id}`)).body;
  await until(async () => (await view()).status === 'finished');
  return view();
}
const told = ({ cases }: ExperimentView) =>
  cases.map(({ caseId, chaos, verdict, runs }) => [caseId, chaos ?? null, verdict, runs.length]);

describe('an experiment of a graph with metamorphic relations', () => {
  it('makes the follow-ups of each run behind it, and compares them with it', async () => {
    const experiment = await made({ graph: 'desk', concurrency: 2 });
    expect(told(experiment)).toEqual([
      ['order', null, 'passed', 2],
      ['order~politeness', null, 'passed', 2],
      ['order~words', null, 'failed', 2],
      ['bill', null, 'passed', 1],
      ['bill~politeness', null, 'passed', 1],
      ['bill~words', null, 'failed', 1],
    ]);
    expect(experiment.cases.map(({ minPass }) => minPass)).toEqual([1, 1, 1, null, null, null]);
    const { items } = (await app.one.viewer.get<RunPage>(`/api/v1/runs?experiment=${experiment.id}`)).body;
    const [source] = experiment.cases[3]!.runs;
    const followUp = items.find(({ caseId }) => caseId === 'bill~words')!;
    expect(followUp.follows).toEqual({ runId: source!.id, relation: 'words' });
    const run = (await app.one.viewer.get<RunView>(`/api/v1/runs/${followUp.id}`)).body;
    expect(run).toMatchObject({ vars: { message: 'Please, my bill' }, output: 'Gladly.', seed: 1 });
    expect(run.assertions.map(({ id, verdict }) => [id, verdict])).toEqual([['metamorphic:words', 'failed']]);
    const replay = await app.one.viewer.post<ReplayAnswer>(`/api/v1/user-testing/runs/${run.id}/replay`, {});
    expect(replay.body.identical).toBe(true);
  });

  it('begins a follow-up when the run that it follows is over', async () => {
    const { id } = (await create({ graph: 'desk', cases: ['bill'] })).body.experiment;
    await until(async () => {
      const view = (await app.one.viewer.get<ExperimentView>(`/api/v1/experiments/${id}`)).body;
      return view.status === 'finished';
    });
    const order = await app.database.asWorker(
      (tx) => tx.$queryRaw<{ inOrder: boolean }[]>`
        select f.started_at >= s.finished_at as "inOrder" from run f join run s on s.id = f.follows_run_id
        where f.experiment_id = ${id}::uuid`,
    );
    expect(order).toEqual([{ inOrder: true }, { inOrder: true }]);
  });

  it('is refused when the vars of a follow-up cannot be made', async () => {
    const answer = await create({ graph: 'misspelt' });
    expect([answer.status, codeOf(answer)]).toEqual([422, 'experiment/bad-follow-up']);
    expect((answer.body as unknown as Problem).detail).toContain('massage');
  });
});

describe('an experiment', () => {
  it('runs all cases under each profile of faults, and clean', async () => {
    const experiment = await made({ graph: 'desk', cases: ['bill'], chaos: [null, 'broken'] });
    expect(told(experiment).filter(([, , , runs]) => runs === 1)).toEqual([
      ['bill', null, 'passed', 1],
      ['bill~politeness', null, 'passed', 1],
      ['bill~words', null, 'failed', 1],
      ['bill', 'broken', 'failed', 1],
      ['bill~politeness', 'broken', 'failed', 1],
      ['bill~words', 'broken', 'failed', 1],
    ]);
  });

  it('sets how many of its repeats must pass', async () => {
    const experiment = await made({ graph: 'desk', cases: ['bill'], repeat: { runs: 3, minPass: 2 } });
    expect(experiment.cases.map(({ minPass, total }) => [minPass, total])).toEqual(
      Array.from({ length: 3 }, () => [2, 3]),
    );
    const refused = await create({ graph: 'desk', repeat: { runs: 2, minPass: 3 } });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'request/invalid']);
    const unknown = await create({ graph: 'desk', chaos: [null, 'brokn'] });
    expect([unknown.status, codeOf(unknown)]).toEqual([422, 'run/unknown-chaos-profile']);
  });

  it('names the experiment of the same graph that it is to be compared with', async () => {
    const first = await made({ graph: 'desk', cases: ['bill'] });
    expect(first.baseline).toBeNull();
    const second = await made({ graph: 'desk', cases: ['bill'], baseline: first.id });
    expect(second.baseline).toBe(first.id);
    await upload(app.one.operator, graphText(DESK, 'other'));
    for (const request of [
      { graph: 'other', baseline: first.id },
      { graph: 'desk', baseline: 'nothing' },
    ]) {
      const answer = await create(request);
      expect([answer.status, codeOf(answer)]).toEqual([422, 'experiment/unknown-baseline']);
    }
    const foreign = await app.two.operator.get(`/api/v1/experiments/${second.id}`);
    expect(foreign.status).toBe(404);
  });
});
