import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  ApiKeyView,
  ExperimentView,
  PersonaUploadAnswer,
  Problem,
  RunView,
  UploadAnswer,
} from '@rehearse/contracts';
import { startTestApp, type Client, type TestApp } from './harness.js';
import { execute, excerpt, REFUND, upload } from './samples.js';

interface OpenApi {
  paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
}

let app: TestApp;
/** What tenant two has, by the name of the path parameter and the first word of the path. */
let theirs: Record<string, string>;
let operations: { method: string; path: string }[];

/** Ids that look right and that nobody has. */
const ABSENT = '0190c7a8-0000-7000-8000-000000000001';

beforeAll(async () => {
  app = await startTestApp();
  const { operator, admin } = app.two;
  const graph = await upload(operator, REFUND);
  const run = (await execute(operator, graph.name, { caseId: 'happy-path' })).body.run;
  const made = await operator.post<{ experiment: ExperimentView }>('/api/v1/experiments', {
    graph: graph.name,
    repeat: 1,
  });
  const keys = await admin.get<{ items: ApiKeyView[] }>('/api/v1/api-keys');
  const users = await admin.get<{ items: { id: string }[] }>('/api/v1/users');
  theirs = {
    graphs: graph.id,
    runs: run.id,
    'user-testing': run.id,
    experiments: made.body.experiment.id,
    'api-keys': keys.body.items[0]!.id,
    users: users.body.items[0]!.id,
    suites: await uploadSuite(operator),
    personas: await uploadPersona(operator),
  };
  operations = operationsOf((await app.one.admin.get<OpenApi>('/api/v1/openapi.json')).body);
});
afterAll(() => app.close());

async function uploadSuite(client: Client): Promise<string> {
  const form = new FormData();
  const add = (name: string, text: string) => form.append('file', new Blob([text]), name);
  add('refund.yaml', REFUND);
  add('suite.yaml', 'apiVersion: rehearse/v1\nkind: Suite\nname: nightly\ngraphs: [refund.yaml]\n');
  const answer = await client.post<UploadAnswer>('/api/v1/graphs/upload', form);
  return answer.body.suites![0]!.id;
}

async function uploadPersona(client: Client): Promise<string> {
  const text = 'apiVersion: rehearse/v1\nkind: Persona\nname: their-own\ngoal: Stay unseen\n';
  const type = { 'content-type': 'application/yaml' };
  const answer = await client.post<PersonaUploadAnswer>('/api/v1/graphs/upload', text, type);
  return answer.body.personas[0]!.name;
}

function operationsOf({ paths }: OpenApi): { method: string; path: string }[] {
  return Object.entries(paths)
    .filter(([path]) => path.includes('{'))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
    );
}

/** The path with an id in it: of a graph where runs are made of one. */
function withId(path: string, id: (kind: string) => string): string {
  const kind = path.includes('{graph}') ? 'graphs' : path.replace(/^\/api\/v1\//, '').split('/')[0]!;
  return path.replaceAll(/\{[^}]+\}/g, () => id(kind));
}

/** A body that each route takes, so that the answer is about the id. */
const bodyOf = (method: string, path: string): unknown => {
  if (path.endsWith('/control')) return { action: 'stop' };
  if (path.endsWith('/decisions')) return { key: 'review', decision: 'approve', reason: '' };
  return method === 'POST' || method === 'PATCH' ? {} : undefined;
};

/** What a route asks for besides, so that the answer is about the id. */
const queryOf = (path: string): string => (path.endsWith('/step') ? '?seqA=1&seqB=1' : '');

/** The answer without what may differ: the request's own id, and the id that was asked for. */
async function answerOf(client: Client, { method, path, id }: { method: string; path: string; id: string }) {
  const answer = await client.call<Problem>(path + queryOf(path), { method, body: bodyOf(method, path) });
  const { requestId: _, ...problem } = answer.body;
  return { status: answer.status, problem: JSON.stringify(problem).replaceAll(id, '<id>') };
}

describe('another tenant', () => {
  it('has routes to be asked for, each with an id of its own kind', () => {
    expect(operations.length).toBeGreaterThan(10);
    const kinds = operations.map(({ path }) => withId(path, (kind) => `<${theirs[kind] ? 'id' : kind}>`));
    expect(kinds.filter((path) => !path.includes('<id>'))).toEqual([]);
  });

  it('cannot be seen: on every route its ids answer like ids that do not exist', async () => {
    for (const { method, path } of operations) {
      const ask = (idOf: (kind: string) => string) => {
        let id = '';
        const target = withId(path, (kind) => (id = idOf(kind)));
        return answerOf(app.one.admin, { method, path: target, id });
      };
      const foreign = await ask((kind) => theirs[kind]!);
      const absent = await ask(() => ABSENT);
      expect({ method, path, ...foreign }).toEqual({ method, path, ...absent });
      expect({ method, path, status: foreign.status }).toEqual({ method, path, status: 404 });
    }
  });

  it('cannot be named in a body, a filter or a form either', async () => {
    const experiment = await app.one.operator.post<Problem>('/api/v1/experiments', {
      graph: theirs['graphs'],
    });
    expect([experiment.status, experiment.body.code]).toEqual([404, 'graph/not-found']);
    const form = new FormData();
    form.append('format', 'tau-bench');
    form.append('graph', theirs['graphs']!);
    form.append('file', new Blob([excerpt()]), 'a.json');
    expect((await app.one.operator.post('/api/v1/import/trajectories', form)).status).toBe(404);
    for (const filter of [
      `experiment=${theirs['experiments']}`,
      `graph=${theirs['graphs']}`,
      `q=${theirs['runs']}`,
    ])
      expect((await app.one.viewer.get<{ items: RunView[] }>(`/api/v1/runs?${filter}`)).body.items).toEqual(
        [],
      );
  });

  it('has lists of its own, and may use the same names', async () => {
    const mine = await upload(app.one.operator, REFUND);
    expect([mine.version, mine.id === theirs['graphs']]).toEqual([1, false]);
    const list = await app.one.viewer.get<{ items: { id: string }[] }>('/api/v1/graphs');
    expect(list.body.items.map(({ id }) => id)).toEqual([mine.id]);
    expect((await app.two.viewer.get(`/api/v1/runs/${theirs['runs']}`)).status).toBe(200);
  });
});
