import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  Diagnostic,
  GraphListItem,
  GraphView,
  Problem,
  RunView,
  UploadAnswer,
  ValidateAnswer,
} from '@rehearse/contracts';
import { strToU8, zipSync } from 'fflate';
import { codeOf, startTestApp, type Answer, type Client, type TestApp } from './harness.js';

const REFUND = readFileSync(
  fileURLToPath(new URL('../../cli/examples/refund-agent.yaml', import.meta.url)),
  'utf8',
);
const YAML = { 'content-type': 'application/yaml' };

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const upload = (client: Client, body: string | FormData, headers: Record<string, string> = YAML) =>
  client.post<UploadAnswer>('/api/v1/graphs/upload', body, body instanceof FormData ? {} : headers);
const hello = (name: string, text = 'Hello') =>
  `apiVersion: rehearse/v1\nkind: Graph\nname: ${name}\nnodes:\n  greet: {type: transform, value: '"${text}"'}\n`;
const form = (files: Record<string, string | Uint8Array>) => {
  const data = new FormData();
  for (const [name, content] of Object.entries(files))
    data.append('file', new Blob([content as BlobPart]), name);
  return data;
};
const errorsOf = (answer: Answer<unknown>) => (answer.body as Problem).errors as Diagnostic[];

describe('uploading a graph', () => {
  it('stores the refund graph and shows it by id, by name and by version', async () => {
    const answer = await upload(app.one.operator, REFUND);
    expect([answer.status, answer.headers.get('location')]).toEqual([201, '/api/v1/graphs/refund-agent@1']);
    const { graph } = answer.body;
    expect(graph).toMatchObject({ name: 'refund-agent', version: 1, nodeCount: 3, imported: false });
    const rules = [
      { on: 'tool:lookup_order', fault: 'error' },
      { on: 'llm:*', fault: 'latency' },
      { on: 'llm:classify', fault: 'truncate' },
    ];
    expect(graph.chaos).toEqual([{ name: 'flaky-tools', rules }]);
    expect(graph.nodes.map(({ id, needs }) => [id, needs])).toEqual([
      ['classify', []],
      ['handle', ['classify']],
      ['decline', ['classify']],
    ]);
    for (const reference of [graph.id, 'refund-agent', 'refund-agent@1', `${graph.id}@1`]) {
      const found = await app.one.viewer.get<GraphView>(`/api/v1/graphs/${reference}`);
      expect(found.body).toEqual(graph);
    }
    const yaml = await app.one.viewer.get<string>('/api/v1/graphs/refund-agent/yaml');
    expect(yaml.body).toBe(REFUND);
    expect(yaml.headers.get('content-type')).toMatch(/^text\/yaml/);
  });

  it('answers the same content with the version that exists, and new content with the next number', async () => {
    const first = await upload(app.one.operator, hello('versions'));
    const same = await upload(app.one.operator, hello('versions'));
    const other = await upload(app.one.operator, hello('versions', 'Hi'));
    const back = await upload(app.one.operator, hello('versions'));
    expect([first, same, other, back].map(({ status, body }) => [status, body.graph.version])).toEqual([
      [201, 1],
      [200, 1],
      [201, 2],
      [200, 1],
    ]);
    const versions = await app.one.viewer.get<{ items: GraphView[] }>(
      '/api/v1/graphs/versions/versions?limit=1',
    );
    expect(versions.body).toMatchObject({ items: [{ version: 2 }], nextCursor: expect.any(String) });
  });

  it('gives every one of many uploads at once its own number, and equal ones the same', async () => {
    const texts = ['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd'].map((text) => hello('at-once', text));
    const answers = await Promise.all(texts.map((text) => upload(app.one.operator, text)));
    const numbers = answers.map(({ body }) => body.graph.version);
    expect(new Set(numbers)).toEqual(new Set([1, 2, 3, 4]));
    expect(numbers.slice(0, 4)).toEqual(numbers.slice(4));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
  });

  it('takes several files and archives, all of them or none', async () => {
    const archive = zipSync({ 'graphs/zip-b.yaml': strToU8(hello('zip-b')) });
    const good = await upload(app.one.operator, form({ 'a.yaml': hello('zip-a'), 'more.zip': archive }));
    expect(good.status).toBe(201);
    expect(good.body.graphs?.map(({ name }) => name)).toEqual(['zip-a', 'zip-b']);
    const bad = await upload(app.one.operator, form({ 'c.yaml': hello('zip-c'), 'd.yaml': 'name: d' }));
    expect([bad.status, codeOf(bad)]).toEqual([422, 'graph/invalid']);
    expect(errorsOf(bad)[0]?.message).toMatch(/^d\.yaml: /);
    expect((await app.one.viewer.get('/api/v1/graphs/zip-c')).status).toBe(404);
  });

  it('reads prompts, personas and other graphs beside it or in the tenant, and keeps what it read', async () => {
    const graph = (prompt: string) => ({
      'g/graph.yaml': strToU8(
        hello('with-files').replace(
          'nodes:',
          `providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}}]}
nodes:
  ask: {type: llm, role: night-owl, prompt: {file: prompts/ask.md}}`,
        ),
      ),
      'g/prompts/ask.md': strToU8(prompt),
      'g/persona.yaml': strToU8('apiVersion: rehearse/v1\nkind: Persona\nname: night-owl\ngoal: Sleep\n'),
      'g/suite.yaml': strToU8('apiVersion: rehearse/v1\nkind: Suite\nname: s\ngraphs: [with-files]\n'),
    });
    const zipped = (prompt: string) => upload(app.one.operator, form({ 'all.zip': zipSync(graph(prompt)) }));
    const [first, same, other] = [await zipped('one'), await zipped('one'), await zipped('two')];
    expect([first, same, other].map(({ status, body }) => [status, body.graph.version])).toEqual([
      [201, 1],
      [200, 1],
      [201, 2],
    ]);
    expect(first.body.graph.digest).not.toBe(other.body.graph.digest);
    expect(first.body.diagnostics).toEqual([]);
    expect([first, same, other].map(({ body }) => body.suites![0]!.version)).toEqual([1, 1, 2]);
    const run = await app.one.operator.post<{ run: RunView }>('/api/v1/runs/with-files@1/execute', {});
    expect(run.body.run).toMatchObject({ status: 'finished', graphDigest: first.body.graph.digest });
    const yaml = await app.one.viewer.get<string>('/api/v1/graphs/with-files@1/yaml');
    expect(yaml.body).toContain('file: prompts/ask.md');
  });

  it('refuses what a graph does not get to read, at the place that names it', async () => {
    const reading = (file: string) =>
      `apiVersion: rehearse/v1\nkind: Graph\nname: reads\nproviders: {m: {targets: [{provider: mock, script: s}]}}\nmocks: {s: [{reply: {content: hi}}]}\nnodes: {a: {type: llm, prompt: {file: ${file}}}}\n`;
    const alone = await upload(app.one.operator, reading('a.md'));
    const outside = zipSync({ 'g/x.yaml': strToU8(reading('../a.md')), 'a.md': strToU8('secret') });
    const missing = zipSync({ 'g/x.yaml': strToU8(reading('b.md')), 'a.md': strToU8('x') });
    const answers = [
      alone,
      await upload(app.one.operator, form({ 'o.zip': outside })),
      await upload(app.one.operator, form({ 'm.zip': missing })),
    ];
    expect(answers.map((answer) => errorsOf(answer).map(({ code, line }) => `${line} ${code}`))).toEqual([
      ['6 graph/file-unavailable'],
      ['6 graph/file-outside'],
      ['6 graph/file-missing'],
    ]);
  });

  it('says what a document is for that is no graph, and checks it all the same', async () => {
    const persona = 'apiVersion: rehearse/v1\nkind: Persona\nname: p\ngoal: x\n';
    const policy = 'apiVersion: rehearse/v1\nkind: GuardPolicy\nname: p\n';
    const refused = await upload(app.one.operator, policy);
    expect([refused.status, errorsOf(refused).map(({ code }) => code)]).toEqual([422, ['graph/other-kind']]);
    const valid = await app.one.viewer.post<ValidateAnswer>('/api/v1/graphs/validate', persona, YAML);
    expect(valid.body).toEqual({ valid: true, diagnostics: [], graph: null });
    const broken = await upload(
      app.one.operator,
      form({ 'a.yaml': hello('beside'), 'p.yaml': persona.replace('goal', 'gaol') }),
    );
    expect(errorsOf(broken).map(({ message }) => message)).toEqual(['p.yaml: unknown key `gaol`']);
    const both = await upload(app.one.operator, form({ 'a.yaml': hello('beside'), 'policy.yaml': policy }));
    expect([both.status, both.body.diagnostics.map(({ severity }) => severity)]).toEqual([201, ['warning']]);
  });

  it('answers a graph with five mistakes with five diagnostics, and stores nothing', async () => {
    const source = [
      'apiVersion: rehearse/v1',
      'kind: Graph',
      'name: five-mistakes',
      'nodes:',
      '  a: {type: transform, vallue: "1", value: nodes.c.output}',
      '  b: {type: transform, value: nodes.aa.output, needs: [c]}',
      '  c: {type: transform, value: nodes.b.output}',
      '  d: {type: transform, value: "1 +"}',
      '  e: {type: transform, value: "1"}',
      'contracts:',
      '  - {id: twice, never: \'tool == "x"\'}',
      '  - {id: twice, never: \'tool == "y"\'}',
    ].join('\n');
    const answer = await upload(app.one.operator, source);
    expect(answer.status).toBe(422);
    const found = errorsOf(answer).filter(({ severity }) => severity === 'error');
    expect(found.map(({ code, line, column }) => `${line}:${column} ${code}`).sort()).toMatchInlineSnapshot(`
      [
        "12:10 graph/duplicate-id",
        "5:24 graph/unknown-key",
        "6:31 graph/unknown-node",
        "7:31 graph/cycle",
        "8:35 expression/syntax",
      ]
    `);
    expect(found.every(({ suggestion }) => suggestion !== undefined)).toBe(true);
    expect((await app.one.viewer.get('/api/v1/graphs/five-mistakes')).status).toBe(404);
  });

  it.each([
    ['1,200 brackets', `a: ${'['.repeat(1_200)}`],
    ['an alias bomb', aliasBomb()],
  ])('refuses %s and lives', async (_, source) => {
    const answer = await upload(app.one.operator, source);
    expect([answer.status, codeOf(answer)]).toEqual([422, 'graph/invalid']);
    expect((await app.anonymous.get('/live')).status).toBe(200);
  });

  it.each([
    ['nothing', '', YAML, 400, 'graph/no-file'],
    ['a picture', 'x', { 'content-type': 'image/png' }, 415, 'request/unsupported-media-type'],
    ['too much', `# ${'x'.repeat(3 * 1_048_576)}`, YAML, 413, 'request/too-large'],
  ])('refuses %s in words', async (_, body, headers, status, code) => {
    const answer = await upload(app.one.operator, body, headers);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });

  it('is done once for one Idempotency-Key', async () => {
    const headers = { ...YAML, 'idempotency-key': 'upload-1' };
    const [first, second] = [
      await upload(app.one.operator, hello('idem'), headers),
      await upload(app.one.operator, hello('idem'), headers),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    const conflict = await upload(app.one.operator, hello('idem', 'other'), headers);
    expect(codeOf(conflict)).toBe('request/idempotency-conflict');
  });

  it('is for those who may write', async () => {
    expect((await upload(app.one.viewer, hello('viewer'))).status).toBe(403);
    expect((await upload(await app.one.key(['runs:write']), hello('key'))).status).toBe(403);
    expect((await upload(app.anonymous, hello('nobody'))).status).toBe(401);
  });
});

describe('validating a graph', () => {
  it('says what upload would say, and stores nothing', async () => {
    const validate = (body: string) =>
      app.one.viewer.post<ValidateAnswer>('/api/v1/graphs/validate', body, YAML);
    const good = await validate(hello('validated'));
    expect(good.status).toBe(200);
    expect(good.body).toMatchObject({ valid: true, graph: { name: 'validated', nodes: [{ id: 'greet' }] } });
    const bad = await validate('kind: Graph');
    expect(bad.body).toMatchObject({ valid: false, graph: null });
    expect(bad.body.diagnostics.length).toBeGreaterThan(0);
    expect((await app.one.viewer.get('/api/v1/graphs/validated')).status).toBe(404);
  });
});

describe('the list of graphs', () => {
  it('goes by name, in pages, with what their runs said, and can be searched', async () => {
    const { admin } = app.two;
    for (const name of ['gamma', 'alpha', 'beta']) await upload(admin, hello(name));
    const list = (query: string) =>
      admin.get<{ items: GraphListItem[]; nextCursor: string }>(`/api/v1/graphs?${query}`);
    const first = await list('limit=2');
    expect(first.body.items.map(({ name, runs }) => [name, runs.total])).toEqual([
      ['alpha', 0],
      ['beta', 0],
    ]);
    const second = await list(`limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ name: 'gamma' }], nextCursor: null });
    expect((await list('q=AMM')).body.items.map(({ name }) => name)).toEqual(['gamma']);
    expect(codeOf(await list('cursor=nonsense'))).toBe('request/bad-cursor');
    expect(codeOf(await list('sort=name'))).toBe('request/invalid');
  });

  it('publishes the JSON Schema of the format', async () => {
    type Schema = { $ref: string; $defs: Record<'Graph' | 'Persona' | 'Suite', object> };
    const schema = await app.anonymous.get<Schema>('/api/v1/graphs/schema.json');
    expect(schema.headers.get('content-type')).toMatch(/^application\/schema\+json/);
    const { $ref, $defs } = schema.body;
    expect($ref).toBe('#/$defs/Graph');
    expect($defs.Graph).toMatchObject({ title: 'Rehearse graph', additionalProperties: false });
    expect($defs.Persona).toMatchObject({
      title: 'Rehearse persona',
      required: ['apiVersion', 'kind', 'name', 'goal'],
    });
    expect($defs.Suite).toMatchObject({ title: 'Rehearse suite' });
    const named = [...JSON.stringify(schema.body).matchAll(/"#\/\$defs\/(\w+)"/g)].map(([, name]) => name);
    expect(named.filter((name) => !Object.hasOwn($defs, name!))).toEqual([]);
  });
});

function aliasBomb(): string {
  const levels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  const line = (name: string, i: number) =>
    i === 0
      ? `${name}: &${name} [x, x, x]`
      : `${name}: &${name} [${Array(9)
          .fill(`*${levels[i - 1]}`)
          .join(', ')}]`;
  return levels.map(line).join('\n');
}
