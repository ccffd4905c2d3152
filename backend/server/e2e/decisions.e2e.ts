import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DecisionRequest, Problem, ReplayAnswer, RunView } from '@rehearse/contracts';
import { codeOf, startTestApp, until, type Client, type TestApp } from './harness.js';
import { execute, upload } from './samples.js';

const REVIEW = `
apiVersion: rehearse/v1
kind: Graph
name: review
nodes:
  review:
    type: human
    prompt: "Refund 10?"
    form: {type: object, required: [amount], properties: {amount: {type: number}}}
  pay: {type: transform, when: 'nodes.review.output.decision != "reject"', value: nodes.review.output.form.amount}
  refuse: {type: transform, when: 'nodes.review.output.decision == "reject"', value: nodes.review.output.reason}
assert: [{type: cel, value: 'output != null'}]
`;
const simple = (name: string, more: string) => `
apiVersion: rehearse/v1
kind: Graph
name: ${name}
nodes:
${more}
assert: [{type: cel, value: 'output != null'}]
`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await prepare(app);
});
afterAll(() => app.close());

async function prepare({ one }: TestApp): Promise<void> {
  await upload(one.operator, REVIEW);
  await upload(
    one.operator,
    simple('admins', '  ask: {type: human, prompt: "Sure?", approvers: [Admin, boss@one.example]}'),
  );
  await upload(one.operator, simple('timed', '  ask: {type: human, prompt: "Sure?", timeout: 1h}'));
  await upload(
    one.operator,
    simple(
      'two',
      '  first: {type: human, prompt: "One?"}\n  second: {type: human, prompt: "Two?", needs: [first]}',
    ),
  );
}

const waiting = async (graph: string) => (await execute(app.one.operator, graph)).body.run;
const decide = (client: Client, { id }: { id: string }, request: DecisionRequest) =>
  client.post<{ run: RunView }>(`/api/v1/user-testing/runs/${id}/decisions`, request);
const view = async ({ id }: { id: string }) => (await app.one.viewer.get<RunView>(`/api/v1/runs/${id}`)).body;

async function ended(run: { id: string }): Promise<RunView> {
  await until(async () => (await view(run)).status === 'finished');
  return view(run);
}

const MODIFY: DecisionRequest = { key: 'review', decision: 'modify', value: { amount: 7 }, reason: 'less' };

describe('a run that asks a person', () => {
  it('waits, says what is asked, and goes on with what they decide', async () => {
    const run = await waiting('review');
    expect([run.status, run.verdict, run.error]).toEqual(['waiting', null, null]);
    expect(run.waitingFor).toMatchObject([{ key: 'review', prompt: 'Refund 10?', form: { type: 'object' } }]);
    const list = await app.one.viewer.get<{ items: RunView[] }>('/api/v1/runs?status=waiting');
    expect(list.body.items.map(({ id }) => id)).toContain(run.id);

    expect((await decide(app.one.operator, run, MODIFY)).status).toBe(202);
    const after = await ended(run);
    expect([after.verdict, after.output, after.waitingFor]).toEqual(['passed', 7, undefined]);
    const step = after.steps.find(({ node }) => node === 'review');
    expect(step?.output).toMatchObject({ decision: 'modify', by: app.one.emails.operator, reason: 'less' });
    const replayed = await app.one.viewer.post<ReplayAnswer>(
      `/api/v1/user-testing/runs/${run.id}/replay`,
      {},
    );
    expect(replayed.body.identical).toBe(true);
  });

  it('goes on behind a rejection too, which needs no value', async () => {
    const run = await waiting('review');
    await decide(app.one.operator, run, { key: 'review', decision: 'reject', reason: 'too much' });
    expect((await ended(run)).output).toBe('too much');
  });

  it('may ask again, and waits again', async () => {
    const run = await waiting('two');
    expect(run.waitingFor?.map(({ key }) => key)).toEqual(['first']);
    await decide(app.one.operator, run, { key: 'first', decision: 'approve', reason: '' });
    await until(async () => (await view(run)).waitingFor?.[0]?.key === 'second');
    await decide(app.one.operator, run, { key: 'second', decision: 'approve', reason: '' });
    expect((await ended(run)).verdict).toBe('passed');
  });

  it('that has time for it hears a decision before the time is over', async () => {
    const { body } = await app.one.operator.post<{ run: RunView }>('/api/v1/runs/timed/execute/async', {});
    await until(async () => (await view(body.run)).status === 'waiting');
    await decide(app.one.operator, body.run, { key: 'ask', decision: 'approve', reason: 'yes' });
    expect((await ended(body.run)).verdict).toBe('passed');
  });
});

describe('a decision', () => {
  it('changes nothing when it comes again, and cannot be replaced by another', async () => {
    const run = await waiting('review');
    await decide(app.one.operator, run, MODIFY);
    await ended(run);
    expect((await decide(app.one.operator, run, MODIFY)).status).toBe(202);
    const other = await decide(app.one.operator, run, { ...MODIFY, decision: 'reject' });
    expect([other.status, codeOf(other)]).toEqual([409, 'run/already-decided']);
  });

  it('is refused with the reason when the value does not fit, the key is not asked or the run is over', async () => {
    const run = await waiting('review');
    const refused = async (request: Partial<DecisionRequest>) => {
      const answer = await decide(app.one.operator, run, { ...MODIFY, ...request });
      return [answer.status, codeOf(answer), (answer.body as unknown as Problem).detail];
    };
    expect(await refused({ value: { amount: 'all' } })).toEqual([
      422,
      'run/does-not-fit',
      'value/amount: must be a number, not a string',
    ]);
    expect(await refused({ key: 'pay' })).toEqual([
      404,
      'run/not-asked',
      'The run does not ask pay; it asks review.',
    ]);
    await decide(app.one.operator, run, MODIFY);
    await ended(run);
    expect(await refused({ key: 'pay' })).toEqual([
      409,
      'run/not-waiting',
      'The run is finished; it asks nobody.',
    ]);
  });

  it('is for those who are asked alone', async () => {
    const run = await waiting('admins');
    const request: DecisionRequest = { key: 'ask', decision: 'approve', reason: '' };
    const operator = await decide(app.one.operator, run, request);
    expect([operator.status, codeOf(operator)]).toEqual([403, 'run/not-an-approver']);
    const viewer = await decide(app.one.viewer, run, request);
    expect([viewer.status, codeOf(viewer)]).toEqual([403, 'access/forbidden']);
    const foreign = await decide(app.two.admin, run, request);
    expect([foreign.status, codeOf(foreign)]).toEqual([404, 'run/not-found']);
    await decide(app.one.admin, run, request);
    expect((await ended(run)).verdict).toBe('passed');
  });
});

describe('a restart of the server', () => {
  it('leaves a waiting run waiting, without another drive, and open to a decision', async () => {
    const run = await waiting('review');
    const epochOf = async () =>
      app.database.asWorker(
        (tx) => tx.$queryRaw<{ epoch: number; status: string }[]>`
          select epoch, status from run where id = ${run.id}::uuid`,
      );
    const before = await epochOf();
    const { token } = app.one.machine;
    await app.close();
    app = await startTestApp();
    expect(await epochOf()).toEqual(before);
    // Sessions end with a server that has no lasting secret; API keys do not.
    app.one.viewer = app.client(token);
    expect((await view(run)).status).toBe('waiting');
    expect((await decide(app.client(token), run, MODIFY)).status).toBe(202);
    expect((await ended(run)).output).toBe(7);
  });
});
