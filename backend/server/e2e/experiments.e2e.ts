import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  CreateExperimentRequest,
  ExperimentSummary,
  ExperimentView,
  ImportAnswer,
  Problem,
  ReplayAnswer,
  RunPage,
  RunView,
  UploadAnswer,
} from '@rehearse/contracts';
import { strToU8, zipSync } from 'fflate';
import { type Client, codeOf, startTestApp, type TestApp } from './harness.js';
import { excerpt, recordings, REFUND, slowGraph, TAU_FILE, upload } from './samples.js';

const ROWS = `apiVersion: rehearse/v1
kind: Graph
name: rows
providers: {main: {targets: [{provider: mock, script: echo}]}}
mocks: {echo: [{reply: {content: "{{ messages[0].content }}"}}]}
nodes: {ask: {type: llm, prompt: {file: prompts/ask.md}}}
cases:
  - {id: inline, vars: {q: x}}
  - {dataset: rows.csv}
`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await upload(app.one.operator, REFUND);
});
afterAll(() => app.close());

const create = (client: Client, request: CreateExperimentRequest) =>
  client.post<{ experiment: ExperimentView }>('/api/v1/experiments', request);
const get = async (id: string) =>
  (await app.one.viewer.get<ExperimentView>(`/api/v1/experiments/${id}`)).body;

async function finished(id: string): Promise<ExperimentView> {
  for (;;) {
    const experiment = await get(id);
    if (experiment.status === 'finished') return experiment;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

describe('an experiment', () => {
  it('runs cases x repeats and says how often they passed', async () => {
    const answer = await create(app.one.operator, { graph: 'refund-agent', label: 'nightly' });
    expect(answer.status).toBe(201);
    const { id } = answer.body.experiment;
    expect(answer.headers.get('location')).toBe(`/api/v1/experiments/${id}`);
    // Two temperatures stand in the matrix of the graph, and each run has a follow-up.
    expect(answer.body.experiment.progress.total).toBe(24);
    const experiment = await finished(id);
    const cases = experiment.cases.filter(({ caseId }) => !caseId.includes('~'));
    expect(
      cases.map(({ caseId, matrix, total, minPass, runs }) => [
        caseId,
        matrix?.['providers.agent.params.temperature'],
        total,
        minPass,
        runs.map(({ repeat }) => repeat),
      ]),
    ).toEqual([
      ['happy-path', 0, 5, 4, [0, 1, 2, 3, 4]],
      ['happy-path', 0.7, 5, 4, [0, 1, 2, 3, 4]],
      ['small-talk', 0, 1, null, [0]],
      ['small-talk', 0.7, 1, null, [0]],
    ]);
    expect(experiment.cases[0]).toMatchObject({ passed: 5, scored: 5, verdict: 'passed', isFlaky: false });
    expect(experiment.passRate.n).toBe(experiment.progress.passed + experiment.progress.failed);
    expect(experiment.passHatK[0]).toBe(1);
    const runs = await app.one.viewer.get<RunPage>(`/api/v1/runs?experiment=${id}`);
    expect(runs.body.items.map(({ experiment: of }) => of)).toEqual(Array(24).fill(id));
    const own = runs.body.items.filter(({ follows }) => follows === undefined);
    expect(own.map(({ caseId, seed }) => [caseId, seed]).reverse()).toEqual([
      ...[1, 2, 3, 4, 5, 1, 2, 3, 4, 5].map((seed) => ['happy-path', seed]),
      ['small-talk', 1],
      ['small-talk', 1],
    ]);
    expect(new Set(runs.body.items.map(({ graphDigest }) => graphDigest)).size).toBe(2);
  });

  it('takes rows of a data set, and a matrix of its own, and its runs replay strictly', async () => {
    const form = new FormData();
    const archive = zipSync({
      'rows.yaml': strToU8(ROWS),
      'prompts/ask.md': strToU8('Say {{ inputs.q }}'),
      'rows.csv': strToU8('id,q,__expected\nfirst,hi,contains: hi\nsecond,ho,contains: nothing\n'),
    });
    form.append('file', new Blob([archive as BlobPart]), 'rows.zip');
    const uploaded = await app.one.operator.post<UploadAnswer>('/api/v1/graphs/upload', form);
    expect(uploaded.body.graph).toMatchObject({ caseIds: ['inline', 'first', 'second'], caseCount: 3 });
    const matrix = { 'providers.main.params.temperature': [0, 1] };
    const request = {
      graph: 'rows',
      dataset: 'rows.csv',
      cases: ['second', 'inline', 'first'],
      matrix,
      repeat: 2,
    };
    const answer = await create(app.one.operator, request);
    const experiment = await finished(answer.body.experiment.id);
    expect(
      experiment.cases.map(({ caseId, matrix: cell, verdict, total }) => [caseId, cell, verdict, total]),
    ).toEqual([
      ['first', { 'providers.main.params.temperature': 0 }, 'passed', 2],
      ['first', { 'providers.main.params.temperature': 1 }, 'passed', 2],
      ['second', { 'providers.main.params.temperature': 0 }, 'failed', 2],
      ['second', { 'providers.main.params.temperature': 1 }, 'failed', 2],
    ]);
    const [run] = experiment.cases[1]!.runs;
    const view = await app.one.viewer.get<RunView>(`/api/v1/runs/${run!.id}`);
    expect(view.body).toMatchObject({ matrix: { 'providers.main.params.temperature': 1 }, caseId: 'first' });
    expect(view.body.graphDigest).not.toBe(uploaded.body.graph.digest);
    const replay = await app.one.operator.post<ReplayAnswer>(`/api/v1/user-testing/runs/${run!.id}/replay`, {
      mode: 'strict',
    });
    expect(replay.body.identical).toBe(true);
    const cassette = await app.one.viewer.get<string>(`/api/v1/runs/${run!.id}/cassette`);
    const elsewhere = await app.two.operator.call<{ run: RunView }>('/api/v1/runs/import', {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: cassette.body,
    });
    expect(elsewhere.status).toBe(201);
    const { digest, graphDigest, matrix: cell } = view.body;
    expect(elsewhere.body.run).toMatchObject({ digest, graphDigest, matrix: cell });
  });

  it('drives no more runs at once than it may', async () => {
    await upload(app.one.operator, slowGraph('one-by-one', { latency: '60ms', steps: 5 }));
    const { id } = (await create(app.one.operator, { graph: 'one-by-one', repeat: 4, concurrency: 1 })).body
      .experiment;
    await finished(id);
    const { items } = (await app.one.viewer.get<RunPage>(`/api/v1/runs?experiment=${id}`)).body;
    const spans = items.map(({ startedAt, finishedAt }) => [startedAt!, finishedAt!] as const).reverse();
    spans.slice(1).forEach(([startedAt], i) => expect(startedAt >= spans[i]![1]).toBe(true));
  });

  it.each<[CreateExperimentRequest, string]>([
    [{ graph: 'nothing' }, 'graph/not-found'],
    [{ graph: 'refund-agent', cases: ['happy-pth'] }, 'run/unknown-case'],
    [{ graph: 'refund-agent', matrix: { a: [1] } }, 'experiment/invalid-matrix'],
    [{ graph: 'refund-agent', matrix: { 'nodes.classify.prompt': [5] } }, 'experiment/invalid-matrix'],
    [{ graph: 'refund-agent', dataset: 'rows.csv' }, 'experiment/unknown-dataset'],
    [{ graph: 'refund-agent', chaos: 'flaky-tool' }, 'run/unknown-chaos-profile'],
    [{ graph: 'refund-agent', repeat: 0 }, 'request/invalid'],
  ])('refuses %j with %s', async (request, code) => {
    expect(codeOf(await create(app.one.operator, request))).toBe(code);
  });

  it('stands in the list, newest first, in pages', async () => {
    const first = await app.one.viewer.get<{ items: ExperimentSummary[]; nextCursor: string }>(
      '/api/v1/experiments?limit=1',
    );
    expect(first.body.items[0]?.graph).toBe('one-by-one');
    const second = await app.one.viewer.get<{ items: ExperimentSummary[] }>(
      `/api/v1/experiments?cursor=${first.body.nextCursor}`,
    );
    expect(second.body.items.map(({ label }) => label)).toEqual(['rows@1', 'nightly']);
  });
});

interface ImportOptions {
  text?: string;
  format?: string;
  graph?: string | Blob;
  name?: string;
}

function bring(client: Client, options: ImportOptions = {}) {
  const { text = recordings(), format = 'tau-bench', graph, name = 'gpt-4o-airline.json' } = options;
  const form = new FormData();
  form.append('format', format);
  form.append('file', new Blob([text]), name);
  if (typeof graph === 'string') form.append('graph', graph);
  else if (graph) form.append('graph', graph, 'airline.yaml');
  return client.post<ImportAnswer>('/api/v1/import/trajectories', form);
}

const AIRLINE = `apiVersion: rehearse/v1
kind: Graph
name: airline
nodes:
  agent: {type: transform, value: '"recorded"'}
contracts:
  - {id: look-first, precedes: {first: 'tool == "get_reservation_details"', then: 'tool == "cancel_reservation"'}}
`;

describe('importing recorded conversations', () => {
  it('makes one experiment of them, with the verdicts of the recording', async () => {
    const answer = await bring(app.one.operator);
    expect(answer.status).toBe(201);
    const { experiment, existing } = answer.body;
    expect([existing, experiment.kind, experiment.graph, experiment.status]).toEqual([
      false,
      'import',
      'imported-gpt-4o-airline',
      'finished',
    ]);
    const { progress, passHatK, cases } = experiment;
    if (TAU_FILE) {
      expect([progress.total, progress.passed, cases.length]).toEqual([200, 84, 50]);
      expect(passHatK.map((value) => value?.toFixed(3))).toEqual(['0.420', '0.273', '0.220', '0.200']);
    } else {
      expect([progress.total, cases.length, cases.every(({ total }) => total === 4)]).toEqual([12, 3, true]);
    }
    expect(passHatK).toHaveLength(4);
  });

  it('keeps every message and tool call, and replays them without running anything', async () => {
    const { experiment } = (await bring(app.one.operator)).body;
    const [first] = experiment.cases[0]!.runs;
    const run = (await app.one.viewer.get<RunView>(`/api/v1/runs/${first!.id}`)).body;
    expect(run).toMatchObject({
      imported: true,
      status: 'finished',
      assertions: [{ type: 'recorded:reward' }],
    });
    const replayed = await app.one.viewer.post<ReplayAnswer>(`/api/v1/user-testing/runs/${run.id}/replay`, {
      mode: 'strict',
    });
    expect(replayed.body).toMatchObject({ identical: true, reexecuted: false, digest: run.digest });
    const cassette = await app.one.viewer.get<string>(`/api/v1/runs/${run.id}/cassette`);
    const brought = await app.two.operator.post<{ run: RunView }>('/api/v1/runs/import', cassette.body, {
      'content-type': 'application/x-ndjson',
    });
    expect(brought.body.run).toMatchObject({ imported: true, digest: run.digest, graph: experiment.graph });
    expect(codeOf(await app.one.operator.post(`/api/v1/runs/${experiment.graph}/execute`, {}))).toBe(
      'graph/not-executable',
    );
  });

  it('does not double what is there, also when asked twice at once', async () => {
    const [again, twice] = await Promise.all([bring(app.one.operator), bring(app.one.operator)]);
    expect([again.status, twice.status]).toEqual([200, 200]);
    expect(again.body).toMatchObject({ existing: true, experiment: { id: twice.body.experiment.id } });
    const both = await Promise.all([
      bring(app.two.operator, { text: excerpt() }),
      bring(app.two.operator, { text: excerpt() }),
    ]);
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 201]);
    expect(both[0]!.body.experiment.id).toBe(both[1]!.body.experiment.id);
    expect(both[0]!.body.experiment.progress.total).toBe(12);
  });

  it('evaluates the contracts of a graph that is lent, and lists the runs under it', async () => {
    const answer = await bring(app.one.operator, { graph: new Blob([AIRLINE]) });
    expect(answer.status).toBe(201);
    const { experiment } = answer.body;
    expect(experiment.graph).toBe('airline');
    const ids = experiment.cases.flatMap(({ runs }) => runs.map(({ id }) => id));
    const runs = await Promise.all(ids.map((id) => app.one.viewer.get<RunView>(`/api/v1/runs/${id}`)));
    const broken = runs.filter(({ body }) =>
      body.contracts.some(({ id, verdict }) => id === 'look-first' && verdict === 'failed'),
    );
    if (TAU_FILE) expect(broken).toHaveLength(2);
    for (const { body } of broken) expect(body.verdict).toBe('failed');
    const byName = await bring(app.one.operator, { graph: 'airline' });
    expect(byName.body.experiment.id).toBe(experiment.id);
  });

  it.each<[string, ImportOptions, number, string]>([
    ['a format nobody knows', { format: 'csv' }, 400, 'import/unknown-format'],
    ['a file that is no JSON', { text: 'x' }, 422, 'import/invalid'],
    ['a graph that is not here', { graph: 'nothing' }, 404, 'graph/not-found'],
    ['a graph with errors', { graph: new Blob(['kind: Graph']) }, 422, 'graph/invalid'],
  ])('refuses %s in words', async (_, options, status, code) => {
    const answer = await bring(app.one.operator, options);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect((answer.body as unknown as Problem).detail).not.toBe('');
  });

  it('says of a file where it is wrong, what is, and how to mend it', async () => {
    const answer = await bring(app.one.operator, { text: '', name: 'a.json' });
    expect((answer.body as unknown as Problem).detail).toBe(
      'a.json, line 1: not JSON: Unexpected end of JSON input; give the whole results file, a JSON list',
    );
  });

  it('takes OpenAI conversations, and finds those inconclusive that nobody scored', async () => {
    const line = {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
      ],
    };
    const answer = await bring(app.one.operator, {
      text: `${JSON.stringify(line)}\n`,
      format: 'openai',
      name: 'chats.jsonl',
    });
    expect(answer.body.experiment).toMatchObject({
      graph: 'imported-chats',
      progress: { total: 1, inconclusive: 1 },
    });
  });
});
