import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  ExperimentView,
  JournalEvent,
  ReplayAnswer,
  RunAssertions,
  RunCompliance,
  RunTimeline,
  RunView,
} from '@rehearse/contracts';
import { codeOf, startTestApp, until, type TestApp } from './harness.js';
import { execute, upload } from './samples.js';

const graph = `
apiVersion: rehearse/v1
kind: Graph
name: reported
inputs: {type: object, properties: {n: {type: integer}}}
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks:
  main:
    - {when: 'run.seed == 1.0', reply: {content: 'yes to {{ inputs.n }}'}}
    - {reply: {content: 'no to {{ inputs.n }}'}}
budget: {maxTurns: 5}
nodes:
  ask: {type: llm, prompt: 'Is it?'}
  sure: {type: human, prompt: 'Sure of {{ nodes.ask.output }}?', needs: [ask], approvers: [Operator]}
contracts: [{id: asks-once, atMost: {count: 1, of: 'type == "model.requested"'}}]
assert: [{type: cel, value: 'nodes.ask.text.startsWith("yes")'}, {type: pii}]
cases: [{id: one, vars: {n: 1}, repeat: {runs: 2}}]
`;

const asked = `
apiVersion: rehearse/v1
kind: Graph
name: asked
inputs: {type: object, properties: {n: {type: integer}}}
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: 'yes to {{ inputs.n }}'}}]}
nodes: {ask: {type: llm, prompt: 'Is it?'}}
assert: [{type: contains, value: 'yes'}]
`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await upload(app.one.operator, graph);
});
afterAll(() => app.close());

const report = async <T>(run: { id: string }, name: string) =>
  (await app.one.viewer.get<T>(`/api/v1/user-testing/runs/${run.id}/${name}`)).body;
const view = async ({ id }: { id: string }) => (await app.one.viewer.get<RunView>(`/api/v1/runs/${id}`)).body;
async function decide(run: { id: string }): Promise<void> {
  const decision = { key: 'sure', decision: 'approve', reason: '=fine, "quite"' };
  const answer = await app.one.operator.post(`/api/v1/user-testing/runs/${run.id}/decisions`, decision);
  expect([answer.status, answer.body]).toEqual([202, expect.anything()]);
}

describe('the reports of a run', () => {
  let run: RunView;
  beforeAll(async () => {
    const request = { vars: { n: 1 }, wait: 0 };
    run = (await execute(app.one.operator, 'reported', request)).body.run;
    await until(async () => (await view(run)).status === 'waiting');
  });

  it('are there while it waits: what runs, what is asked, and nothing decided', async () => {
    const timeline = await report<RunTimeline>(run, 'timeline');
    expect(timeline.lanes.map(({ lane }) => lane)).toEqual(['ask', 'sure']);
    expect(timeline.waits).toMatchObject([{ kind: 'human', key: 'sure', endMs: null }]);
    expect(timeline.queuedMs).toBeGreaterThanOrEqual(0);
    const { approvals, contracts, chain } = await report<RunCompliance>(run, 'compliance');
    expect(approvals).toMatchObject([{ key: 'sure', decision: null, approvers: ['Operator'] }]);
    // Nothing has broken one; whether they hold is known at the end.
    expect(contracts).toEqual([]);
    expect(chain).toEqual({ isWhole: true, message: null });
  });

  it('tell of a finished one who decided, what it used, and what was expected', async () => {
    await decide(run);
    await until(async () => (await view(run)).status === 'finished');
    const compliance = await report<RunCompliance>(run, 'compliance');
    expect(compliance.approvals).toMatchObject([{ decision: 'approve', by: app.one.emails.operator }]);
    expect(compliance.contracts).toMatchObject([
      { id: 'asks-once', verdict: 'passed', rule: { atMost: { count: 1 } } },
    ]);
    expect(compliance.safety.map(({ type }) => type)).toEqual(['pii']);
    expect(compliance.budget.find(({ limit }) => limit === 'maxTurns')).toEqual({
      ...{ limit: 'maxTurns', max: 5, used: 1, isExceeded: false },
    });
    const { assertions } = await report<RunAssertions>(run, 'assertions');
    expect(assertions[0]).toMatchObject({
      ...{ id: 'assert[0]', verdict: 'passed', repeats: [], isFlaky: false },
      expected: 'nodes.ask.text.startsWith("yes")',
      line: 16,
    });
  });

  it('are a file for spreadsheets, too, in which no cell is a formula', async () => {
    const path = `/api/v1/user-testing/runs/${run.id}/compliance?format=csv`;
    const { headers, body } = await app.one.viewer.get<string>(path);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const lines = body.split('\r\n');
    expect(lines[0]).toBe('kind,subject,outcome,severity,seq,at,key,by,detail');
    expect(lines.find((line) => line.startsWith('approval'))).toContain(`"'=fine, ""quite"""`);
    expect(lines.find((line) => line.startsWith('chain'))).toBe('chain,digests,whole,,,,,,');
  });

  it('are nobody else’s, and of nothing that is not there', async () => {
    for (const name of ['timeline', 'assertions', 'compliance'])
      expect(codeOf(await app.two.viewer.get(`/api/v1/user-testing/runs/${run.id}/${name}`))).toBe(
        'run/not-found',
      );
    const bad = await app.one.viewer.get(`/api/v1/user-testing/runs/${run.id}/compliance?format=pdf`);
    expect(codeOf(bad)).toBe('request/invalid');
  });
});

describe('an assertion across the repeats of a case', () => {
  it('is flaky when it passed in one and failed in another', async () => {
    const made = await app.one.operator.post<{ experiment: ExperimentView }>('/api/v1/experiments', {
      graph: 'reported',
    });
    const { id } = made.body.experiment;
    const runs = async () =>
      (await app.one.viewer.get<{ items: RunView[] }>(`/api/v1/runs?experiment=${id}`)).body.items;
    await until(async () => (await runs()).every(({ status }) => status === 'waiting'));
    for (const run of await runs()) await decide(run);
    await until(async () => (await runs()).every(({ status }) => status === 'finished'));
    const [first, second] = await runs();
    const { assertions } = await report<RunAssertions>(first!, 'assertions');
    expect(assertions[0]).toMatchObject({ isFlaky: true, repeats: [{ runId: second!.id }] });
    expect(assertions[1]).toMatchObject({ type: 'pii', isFlaky: false });
  });

  it('does not count forks, which were edited', async () => {
    await upload(app.one.operator, asked);
    const { run } = (await execute(app.one.operator, 'asked', { vars: { n: 2 } })).body;
    const { items } = (
      await app.one.viewer.get<{ items: JournalEvent[] }>(`/api/v1/runs/${run.id}/events?limit=100`)
    ).body;
    const { seq } = items.find(({ type }) => type === 'model.responded')!;
    const request = {
      ...{ mode: 'fork', fromSeq: seq, wait: 10 },
      edits: [{ seq, data: { content: 'no' } }],
    };
    const forked = await app.one.operator.post<ReplayAnswer>(
      `/api/v1/user-testing/runs/${run.id}/replay`,
      request,
    );
    const fork = forked.body.run!;
    await until(async () => (await view(fork)).status === 'finished');
    for (const one of [run, fork])
      expect((await report<RunAssertions>(one, 'assertions')).assertions).toMatchObject([
        { repeats: [], isFlaky: false },
      ]);
    expect((await view(fork)).verdict).toBe('failed');
  });
});
