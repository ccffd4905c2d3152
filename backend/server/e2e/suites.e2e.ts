import { execFile } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type {
  ExperimentView,
  Problem,
  RunPage,
  RunView,
  SuiteView,
  UploadAnswer,
  ValidateAnswer,
} from '@rehearse/contracts';
import { temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { strToU8, zipSync } from 'fflate';
import { startTestApp, type Client, type TestApp } from './harness.js';

// The command line is a process of its own, on a machine that may be busy.
jest.setTimeout(120_000);

let app: TestApp;
let folder: TemporaryFolder;
beforeAll(async () => {
  app = await startTestApp();
  folder = temporaryFolder();
});
afterAll(async () => {
  await app.close();
  folder.remove();
});

const FILES = {
  'suite.yaml': `apiVersion: rehearse/v1
kind: Suite
name: nightly
description: Everything, every night.
graphs: [ask.yaml, graphs/bare.yaml]
labels: {team: support}
providers: {main: {targets: [{provider: mock, script: s}], params: {temperature: 0.5}}}
vars: {who: nobody}
assert: [{type: contains, value: hi}]
contracts: [{id: one-turn, atMost: {count: 1, of: 'type == "model.requested"'}}]
repeat: {runs: 3, minPass: 2}
chaos: {broken: [{on: 'llm:*', fault: empty}]}
budget: {maxTurns: 5}
`,
  'ask.yaml': `apiVersion: rehearse/v1
kind: Graph
name: ask
providers: {main: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{when: 'run.seed == 2.0', reply: {content: sorry}}, {reply: {content: "hi {{ inputs.who }}"}}]}
nodes: {say: {type: llm, prompt: "{{ inputs.who }}"}}
matrix: {nodes.say.params.temperature: [0, 1]}
cases: [{id: ada, vars: {who: Ada}}, {id: anybody}]
`,
  'graphs/bare.yaml': `apiVersion: rehearse/v1
kind: Graph
name: bare
mocks: {s: [{reply: {content: hi}}]}
nodes: {say: {type: llm, provider: main, prompt: x}}
`,
};

const zipped = (files: Record<string, string>): FormData => {
  const form = new FormData();
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const);
  form.append('file', new Blob([zipSync(Object.fromEntries(entries)) as BlobPart]), 'nightly.zip');
  return form;
};

const upload = (client: Client, files: Record<string, string>) =>
  client.post<UploadAnswer & Problem>('/api/v1/graphs/upload', zipped(files));

interface Created {
  experiment: ExperimentView;
  experiments: ExperimentView[];
}

const experiment = (request: object, client = app.one.operator) =>
  client.post<Created & Problem>('/api/v1/experiments', request);

async function finished(id: string): Promise<ExperimentView> {
  for (;;) {
    const { body } = await app.one.viewer.get<ExperimentView>(`/api/v1/experiments/${id}`);
    if (body.status === 'finished') return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function runsOf(id: string): Promise<RunView[]> {
  const { body } = await app.one.viewer.get<RunPage>(`/api/v1/runs?experiment=${id}&limit=200`);
  return body.items as RunView[];
}

/** What tells runs apart and what came of them, in an order of its own. */
const outcomes = (
  runs: readonly (Pick<RunView, 'graph' | 'graphDigest' | 'repeat' | 'seed' | 'verdict' | 'digest'> & {
    case: string | null;
  })[],
) =>
  runs
    .map(({ graph, graphDigest, case: of, repeat, seed, verdict, digest }) =>
      [graph, graphDigest, of, repeat, seed, verdict, digest].join(' '),
    )
    .sort();

/** The runs of `rehearse run suite.yaml`. */
function byCommandLine(): Promise<Parameters<typeof outcomes>[0]> {
  for (const [name, text] of Object.entries(FILES)) folder.write(name, text);
  const bin = path.resolve(import.meta.dirname, '../../cli/bin/rehearse.mjs');
  const argv = [bin, 'run', 'suite.yaml', '--reporter', 'json'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { cwd: folder.path }, (_, stdout, stderr) => {
      const lines = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      if (lines.at(-1)?.event !== 'done') return reject(new Error(stdout + stderr));
      resolve(lines.filter(({ event }) => event === 'run'));
    });
  });
}

describe('a suite on a server', () => {
  it('is kept with its graphs, which stay as they were uploaded, and is the same suite the second time', async () => {
    const { status, body } = await upload(app.one.operator, FILES);
    expect([status, body.diagnostics.filter(({ severity }) => severity === 'error')]).toEqual([201, []]);
    expect(body.graphs!.map(({ name, version }) => `${name}@${version}`)).toEqual(['ask@1', 'bare@1']);
    const [suite] = body.suites!;
    expect(suite).toMatchObject({
      ...{
        name: 'nightly',
        version: 1,
        description: 'Everything, every night.',
        labels: { team: 'support' },
      },
      graphs: [
        { name: 'ask', version: 1 },
        { name: 'bare', version: 1 },
      ],
    });
    const yaml = await app.one.viewer.get<string>('/api/v1/graphs/ask/yaml');
    expect(yaml.body).toBe(FILES['ask.yaml']);
    const again = await upload(app.one.operator, FILES);
    expect([again.status, again.body.suites]).toEqual([200, body.suites]);
    expect(
      (await app.one.viewer.get<{ items: unknown[] }>('/api/v1/graphs/ask/versions')).body.items,
    ).toHaveLength(1);
    expect((await app.one.viewer.get<SuiteView>('/api/v1/suites/nightly@1')).body).toEqual(suite);
    expect((await app.one.viewer.get('/api/v1/suites')).body).toEqual({ items: [suite], nextCursor: null });
  });

  it('becomes an experiment for each of its graphs, with the results of `rehearse run suite.yaml`', async () => {
    const { status, body } = await experiment({ suite: 'nightly' });
    expect(status).toBe(201);
    expect(body.experiments.map(({ label, graph, suite }) => [label, graph, suite])).toEqual([
      ['nightly@1: ask', 'ask', { name: 'nightly', version: 1 }],
      ['nightly@1: bare', 'bare', { name: 'nightly', version: 1 }],
    ]);
    const [ask, bare] = await Promise.all(body.experiments.map(({ id }) => finished(id)));
    // Two of three repeats pass, which is enough.
    expect(
      ask!.cases.map(({ caseId, passed, total, minPass, verdict }) => [
        caseId,
        passed,
        total,
        minPass,
        verdict,
      ]),
    ).toEqual([
      ['ada', 2, 3, 2, 'passed'],
      ['ada', 2, 3, 2, 'passed'],
      ['anybody', 2, 3, 2, 'passed'],
      ['anybody', 2, 3, 2, 'passed'],
    ]);
    const made = [...(await runsOf(ask!.id)), ...(await runsOf(bare!.id))];
    const here = outcomes(made.map((run) => ({ ...run, case: run.caseId })));
    expect(here).toEqual(outcomes(await byCommandLine()));
    const replay = { mode: 'strict' };
    for (const { id } of [made[0]!, made.at(-1)!])
      expect(
        (await app.one.operator.post(`/api/v1/user-testing/runs/${id}/replay`, replay)).body,
      ).toMatchObject({
        identical: true,
      });
  });

  it('runs some of its cases, under one of its profiles of faults', async () => {
    const { body } = await experiment({
      suite: 'nightly',
      cases: ['ada'],
      repeat: 1,
      chaos: 'broken',
      label: 'bad day',
    });
    expect(body.experiments.map(({ label }) => label)).toEqual(['bad day: ask']);
    const { cases } = await finished(body.experiment.id);
    expect(cases.map(({ caseId, chaos, verdict }) => [caseId, chaos, verdict])).toEqual([
      ['ada', 'broken', 'failed'],
      ['ada', 'broken', 'failed'],
    ]);
    const unknown = await experiment({ suite: 'nightly', cases: ['bob'] });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'run/unknown-case']);
  });

  it('is a new version when its text or one of its graphs is another; the old one still runs as it did', async () => {
    const changed = { ...FILES, 'ask.yaml': FILES['ask.yaml'].replace('sorry', 'hi again') };
    const { body } = await upload(app.one.operator, changed);
    expect(body.suites![0]).toMatchObject({
      version: 2,
      graphs: [{ name: 'ask', version: 2 }, { version: 1 }],
    });
    const old = await experiment({ suite: 'nightly@1', cases: ['ada'] });
    expect((await finished(old.body.experiment.id)).progress).toMatchObject({ passed: 4, failed: 2 });
    const now = await experiment({ suite: 'nightly', cases: ['ada'] });
    expect((await finished(now.body.experiment.id)).progress).toMatchObject({ passed: 6 });
  });

  it('may have graphs that were uploaded before, by their names', async () => {
    const lone = FILES['suite.yaml']
      .replace('nightly', 'lone')
      .replace('[ask.yaml, graphs/bare.yaml]', '[ask@1]');
    const headers = { 'content-type': 'application/yaml' };
    const { status, body } = await app.one.operator.post<UploadAnswer>(
      '/api/v1/graphs/upload',
      lone,
      headers,
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({
      graph: { name: 'ask', version: 1 },
      suites: [{ name: 'lone', graphs: [{ version: 1 }] }],
    });
    expect((await finished((await experiment({ suite: 'lone' })).body.experiment.id)).progress.total).toBe(
      12,
    );
  });

  it('is refused with what is wrong, and then nothing is kept', async () => {
    const contract = FILES['suite.yaml'].replace(
      'id: one-turn, atMost',
      'id: one-turn, never: nonsense, atMost',
    );
    const wrong = await upload(app.two.operator, { ...FILES, 'suite.yaml': contract });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'graph/invalid']);
    const settings = {
      ...FILES,
      'suite.yaml': FILES['suite.yaml'].replace(
        'type: contains, value: hi',
        'type: cel, value: nodes.gone.output == 1',
      ),
    };
    const misfit = await upload(app.two.operator, settings);
    expect(misfit.status).toBe(422);
    expect(JSON.stringify(misfit.body.errors)).toContain('ask.yaml with the settings of the suite: ');
    const missing = await upload(app.two.operator, { 'suite.yaml': FILES['suite.yaml'] });
    expect(JSON.stringify(missing.body.errors)).toContain('graph/unknown-graph');
    const validated = await app.two.operator.post<ValidateAnswer>(
      '/api/v1/graphs/validate',
      zipped(settings),
    );
    expect(validated.body.valid).toBe(false);
    expect((await app.two.viewer.get<{ items: unknown[] }>('/api/v1/graphs')).body.items).toEqual([]);
  });

  it('cannot be run with what is of one graph, nor where it is not, nor by another tenant', async () => {
    for (const more of [{ graph: 'ask' }, { matrix: { x: [1] } }, { dataset: 'x.csv' }, { baseline: 'x' }])
      expect((await experiment({ suite: 'nightly', ...more })).body.code).toBe('request/invalid');
    expect((await experiment({})).body.code).toBe('request/invalid');
    expect((await experiment({ suite: 'weekly' })).body.code).toBe('suite/not-found');
    const elsewhere = await experiment({ suite: 'nightly' }, app.two.operator);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'suite/not-found']);
    expect((await app.two.viewer.get('/api/v1/suites/nightly')).status).toBe(404);
  });
});
