import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  ExperimentView,
  ForkTree,
  ImportAnswer,
  JournalEvent,
  Problem,
  ReplayAnswer,
  RunDiff,
  RunOrigins,
  RunPage,
  RunView,
} from '@rehearse/contracts';
import { type Client, codeOf, startTestApp, type TestApp, until } from './harness.js';
import { execute, recordings, REFUND, TAU_FILE, upload } from './samples.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await upload(app.one.operator, REFUND);
  await upload(app.one.operator, LOOKS());
});
afterAll(() => app.close());

const LOOKS = (prompt = 'Help') => `apiVersion: rehearse/v1
kind: Graph
name: looks
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks:
  main:
    - {when: node == "first", reply: {content: Hello}}
    - {when: turn < 3, reply: {toolCalls: [{name: lookup_order, arguments: {n: "{{ turn }}"}}]}}
    - {when: 'has(toolResults[1].result.error)', reply: {content: "I could not look."}}
    - {reply: {content: "It is done."}}
tools: {lookup_order: {mock: [{return: {status: delivered}}]}}
nodes:
  first: {type: llm, prompt: First}
  handle: {type: agent, prompt: "${prompt} {{ nodes.first.text }}", tools: [lookup_order]}
assert: [{type: contains, value: done}]
`;

const replayBy = (client: Client, id: string, body: object, query = '') =>
  client.post<ReplayAnswer>(`/api/v1/user-testing/runs/${id}/replay${query}`, body);
const replay = (id: string, body: object, query = '') => replayBy(app.one.operator, id, body, query);
const eventsOf = async (id: string) =>
  (await app.one.viewer.get<{ items: JournalEvent[] }>(`/api/v1/runs/${id}/events?limit=1000`)).body.items;
const recorded = async (graph = 'looks', request = {}) =>
  (await execute(app.one.operator, graph, request)).body.run;
const seqOf = (events: readonly JournalEvent[], key: string, type: string) =>
  events.find((event) => event.key === key && event.type === type)!.seq;
const view = async (id: string) => (await app.one.viewer.get<RunView>(`/api/v1/runs/${id}`)).body;
const originsOf = async (id: string) =>
  (await app.one.viewer.get<RunOrigins>(`/api/v1/runs/${id}/origins`)).body;
const forksOf = async (id: string) => (await app.one.viewer.get<ForkTree>(`/api/v1/runs/${id}/forks`)).body;

describe('a fork on the server', () => {
  it('of a refund with an edited second answer: the prefix stays, the rest is new, the diff shows the edit', async () => {
    const run = await recorded('refund-agent', { caseId: 'happy-path', offline: true });
    const events = await eventsOf(run.id);
    const key = 'handle/turn[2]';
    const fromSeq = seqOf(events, key, 'model.responded');
    const edits = [{ seq: fromSeq, content: 'I cannot refund that.' }];
    const { status, body, headers } = await replay(run.id, { mode: 'fork', fromSeq, edits });
    expect([status, headers.get('location')]).toEqual([200, `/api/v1/runs/${body.run.id}`]);
    expect(body).toMatchObject({
      ...{ mode: 'fork', identical: false, verdict: 'failed', recordedVerdict: 'passed' },
      ...{ parent: { runId: run.id, fromSeq, copied: fromSeq }, costUsd: 0 },
    });
    const forked = await eventsOf(body.run.id);
    const prefix = (all: readonly JournalEvent[]) =>
      all
        .slice(0, fromSeq - 1)
        .map(({ seq, lane, key: at, type, attempt, inDigest, data }) =>
          JSON.stringify([seq, lane, at, type, attempt, inDigest, data]),
        );
    expect(prefix(forked)).toEqual(prefix(events));
    expect(forked[fromSeq]).toMatchObject({
      type: 'fork.base',
      data: { parent: run.id, fromSeq, edits: [{ seq: fromSeq }] },
    });
    const diff = await app.one.viewer.get<RunDiff>(`/api/v1/runs/${run.id}/diff/${body.run.id}`);
    expect(diff.body.firstDivergence).toMatchObject({ key, seqA: fromSeq, seqB: fromSeq });
    expect((await replay(body.run.id, { mode: 'strict' })).body).toMatchObject({
      identical: true,
      reexecuted: true,
    });
    const view = (await app.one.viewer.get<RunView>(`/api/v1/runs/${body.run.id}`)).body;
    expect(view.parent).toEqual({ runId: run.id, fromSeq });
  });

  it('says of each answer whether it is from the tape', async () => {
    const run = await recorded();
    const events = await eventsOf(run.id);
    const fromSeq = seqOf(events, 'handle/turn[2]', 'model.responded');
    const { body } = await replay(run.id, { mode: 'fork', fromSeq });
    expect(body).toMatchObject({ identical: true, answers: { tape: 4, live: 2 } });
    expect(body.origins!.map(({ key, from }) => `${key} ${from}`)).toEqual([
      'first/turn[1] tape',
      'handle/turn[1] tape',
      'handle/turn[1]/tool#0 tape',
      'handle/turn[2] tape',
      'handle/turn[2]/tool#0 live',
      'handle/turn[3] live',
    ]);
  });

  it('is there at once when nobody waits for its end, and tells later where its answers are from', async () => {
    const run = await recorded();
    const fromSeq = seqOf(await eventsOf(run.id), 'handle/turn[2]', 'model.responded');
    const { status, body } = await replay(run.id, { mode: 'fork', fromSeq, wait: 0 });
    expect([200, 202]).toContain(status);
    await until(async () => (await view(body.run.id)).status === 'finished');
    const { parent, answers, costUsd, origins } = await originsOf(body.run.id);
    expect({ parent, answers, costUsd }).toEqual({
      parent: { runId: run.id, fromSeq, copied: fromSeq },
      ...{ answers: { tape: 4, live: 2 }, costUsd: 0 },
    });
    expect(origins.filter(({ from }) => from === 'live').map(({ key }) => key)).toEqual([
      'handle/turn[2]/tool#0',
      'handle/turn[3]',
    ]);
    expect(await originsOf(run.id)).toMatchObject({ parent: null, answers: { tape: 0, live: 6 } });
    expect(codeOf(await app.two.viewer.get(`/api/v1/runs/${run.id}/origins`))).toBe('run/not-found');
  });

  it('stands in a tree with its parent, its own forks, and what was edited', async () => {
    const run = await recorded();
    const first = (await replay(run.id, { mode: 'fork', fromSeq: 5, edits: [] })).body.run;
    const grandchild = (await replay(first.id, { mode: 'fork', fromSeq: 4 })).body.run;
    const second = (
      await replay(run.id, {
        ...{ mode: 'chaos', at: { on: 'tool:lookup_order' } },
        fault: { fault: 'error', status: 503 },
      })
    ).body.run;
    for (const one of [run, first, grandchild, second]) {
      const { root, items } = await forksOf(one.id);
      expect(root).toBe(run.id);
      expect(items.map(({ run: { id }, depth, parent }) => [id, depth, parent?.runId ?? null])).toEqual([
        [run.id, 0, null],
        [first.id, 1, run.id],
        [grandchild.id, 2, first.id],
        [second.id, 1, run.id],
      ]);
      expect(items[3]).toMatchObject({
        fault: { key: 'handle/turn[1]/tool#0', on: 'tool:lookup_order', fault: { fault: 'error' } },
      });
    }
    expect((await replay(grandchild.id, {})).body).toMatchObject({ mode: 'strict', identical: true });
    expect(codeOf(await app.two.viewer.get(`/api/v1/runs/${run.id}/forks`))).toBe('run/not-found');
  });

  it('with other vars runs with them', async () => {
    const run = await recorded('refund-agent', { caseId: 'happy-path', offline: true });
    const vars = { message: 'hello', order_id: 'W1' };
    const { body } = await replay(run.id, { mode: 'fork', fromSeq: 1, vars });
    const view = (await app.one.viewer.get<RunView>(`/api/v1/runs/${body.run.id}`)).body;
    expect([view.vars, view.steps.find(({ node }) => node === 'decline')?.status]).toEqual([
      vars,
      'finished',
    ]);
    expect(codeOf(await replay(run.id, { mode: 'fork', fromSeq: 1, vars: {} }))).toBe('replay/bad-vars');
  });

  it('is kept from those who may only read, and from other tenants', async () => {
    const run = await recorded();
    const fork = { mode: 'fork', fromSeq: 3 };
    expect(codeOf(await replayBy(app.one.viewer, run.id, fork))).toBe('access/forbidden');
    expect(codeOf(await replayBy(app.two.operator, run.id, fork))).toBe('run/not-found');
    expect((await replayBy(app.one.viewer, run.id, { mode: 'strict' })).status).toBe(200);
  });

  it.each<[object, string, string]>([
    [{ mode: 'fork', fromSeq: 999 }, 'replay/no-such-seq', 'fromSeq'],
    [{ mode: 'fork', fromSeq: 4, edits: [{ seq: 2, content: 'x' }] }, 'replay/bad-edit', 'edits[0].seq'],
    [{ mode: 'chaos', at: { on: 'tool:pay' }, fault: { fault: 'error' } }, 'replay/no-such-call', 'at'],
    [
      { mode: 'chaos', at: { on: 'tool:lookup_order' }, fault: { fault: 'slow-stream' } },
      'replay/bad-fault',
      'fault',
    ],
    [{ mode: 'compare', graphVersion: 99 }, 'replay/no-such-version', 'graphVersion'],
    [
      { mode: 'regrade', contracts: [{ id: 'c', never: 'tool ==' }] },
      'replay/bad-checks',
      'contracts[0].never',
    ],
  ])('is refused as %j with code and place', async (request, code, path) => {
    const run = await recorded();
    const { status, body } = await replay(run.id, request);
    expect(status).toBe(422);
    expect(body as unknown as Problem).toMatchObject({ code, errors: [expect.objectContaining({ path })] });
  });
});

describe('chaos on a tape', () => {
  it('breaks the second call of a tool, and the run that this makes replays strictly', async () => {
    const run = await recorded();
    const { body } = await replay(run.id, {
      ...{ mode: 'chaos', at: { on: 'tool:lookup_order', nth: 2 }, fault: { fault: 'error', status: 503 } },
    });
    expect(body).toMatchObject({ mode: 'chaos', verdict: 'failed', recordedVerdict: 'passed' });
    const events = await eventsOf(body.run.id);
    expect(events.filter(({ type }) => type === 'chaos.injected')).toMatchObject([
      { key: 'handle/turn[2]/tool#0', data: { rule: 'replay', fault: 'error', on: 'tool:lookup_order' } },
    ]);
    const strict = (await replay(body.run.id, { mode: 'strict' })).body;
    expect(strict).toMatchObject({ identical: true, digest: body.digest, verdictDigest: body.verdictDigest });
    const cassette = await app.one.viewer.get<string>(`/api/v1/runs/${body.run.id}/cassette`);
    expect(cassette.status).toBe(200);
  });
});

describe('a comparison with another version', () => {
  it('that differs in one prompt names exactly the requests that changed', async () => {
    const run = await recorded();
    const { version } = await upload(app.one.operator, LOOKS('Please help'));
    const { body } = await replay(run.id, { mode: 'compare', graphVersion: version });
    expect(body.requests!.map(({ key, change }) => `${key} ${change}`)).toEqual([
      'handle/turn[1] changed',
      'handle/turn[2] changed',
      'handle/turn[3] changed',
    ]);
    expect(body.requests![0]!.inputDiff).toEqual([
      { pointer: '/messages/0/content', expected: 'Help Hello', actual: 'Please help Hello' },
    ]);
    const all = (await replay(run.id, { mode: 'compare', graphVersion: version }, '?all=true')).body
      .requests!;
    expect(all.filter(({ change }) => change === 'same')).toHaveLength(3);
    const own = (await replay(run.id, { mode: 'compare', graphVersion: run.graphDigest })).body;
    expect(own).toMatchObject({ identical: true, requests: [], answers: { tape: 6, live: 0 } });
  });
});

describe('a regrade', () => {
  it('judges a run by other contracts, and makes no run', async () => {
    const run = await recorded();
    const contracts = [{ id: 'looks-once', atMost: { count: 1, of: 'tool == "lookup_order"' } }];
    const { body } = await replay(run.id, { mode: 'regrade', contracts });
    expect(body).toMatchObject({
      ...{ run: { id: run.id }, identical: false, verdict: 'failed', recordedVerdict: 'passed' },
      ...{ digest: run.digest, contracts: [{ id: 'looks-once', verdict: 'failed' }], costUsd: 0 },
    });
    expect(body.verdictDigest).not.toBe(run.verdictDigest);
    expect((await replay(run.id, { mode: 'regrade' })).body).toMatchObject({
      identical: true,
      verdict: 'passed',
    });
    expect((await app.one.viewer.get<RunView>(`/api/v1/runs/${run.id}`)).body.verdict).toBe('passed');
  });

  it(`of all imported recordings by a new contract: ${TAU_FILE ? 2 : 1} of them break it`, async () => {
    const form = new FormData();
    form.append('format', 'tau-bench');
    form.append('file', new Blob([recordings()]), 'airline.json');
    const answer = await app.one.operator.post<ImportAnswer>('/api/v1/import/trajectories', form);
    const { id } = answer.body.experiment;
    const runs = (await app.one.viewer.get<ExperimentView>(`/api/v1/experiments/${id}`)).body.cases.flatMap(
      (one) => one.runs,
    );
    expect(runs).toHaveLength(TAU_FILE ? 200 : 12);
    const contracts = [
      {
        id: 'details-first',
        precedes: { first: 'tool == "get_reservation_details"', then: 'tool == "cancel_reservation"' },
      },
    ];
    const verdicts: unknown[] = [];
    for (const run of runs) {
      const { body } = await replay(run.id, { mode: 'regrade', contracts });
      expect(body.reexecuted).toBe(false);
      verdicts.push(...(body.contracts ?? []).filter(({ verdict }) => verdict === 'failed'));
    }
    expect(verdicts).toHaveLength(TAU_FILE ? 2 : 1);
    const page = await app.one.viewer.get<RunPage>(`/api/v1/runs?experiment=${id}&limit=1`);
    expect(codeOf(await replay(page.body.items[0]!.id, { mode: 'fork', fromSeq: 2 }))).toBe(
      'replay/only-recorded',
    );
  });
});
