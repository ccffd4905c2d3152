import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphImportAnswer, Problem, RunView } from '@rehearse/contracts';
import { strToU8, zipSync } from 'fflate';
import { type Client, startTestApp, type TestApp } from './harness.js';
import { execute } from './samples.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const CONFIG = `description: Tea shop
prompts: [file://prompts/ask.txt]
providers: [echo]
tests:
  - { description: Green, vars: { drink: green tea }, assert: [{ type: contains, value: tea }, { type: python, value: x }] }
`;

function send(client: Client, what: string, files: Readonly<Record<string, string | Uint8Array>>) {
  const form = new FormData();
  for (const [name, content] of Object.entries(files))
    form.append('file', new Blob([content as string]), name);
  return client.post<GraphImportAnswer & Problem>(`/api/v1/import/${what}`, form);
}

const zip = (files: Readonly<Record<string, string>>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

describe('importing promptfoo', () => {
  it('stores a graph for each prompt, out of a zip, and notes what was left out', async () => {
    const archive = zip({
      'shop/promptfooconfig.yaml': CONFIG,
      'shop/prompts/ask.txt': 'Tell me about {{ drink }}.',
    });
    const answer = await send(app.one.operator, 'promptfoo', { 'shop.zip': archive });
    expect(answer.status).toBe(201);
    const { graphs, notes, complete } = answer.body;
    expect(graphs.map(({ name, version, caseIds }) => ({ name, version, caseIds }))).toEqual([
      { name: 'tea-shop', version: 1, caseIds: ['green'] },
    ]);
    expect([complete, notes]).toEqual([
      false,
      [
        {
          ...{ kind: 'lost', file: 'shop/promptfooconfig.yaml', line: 5, path: 'tests[0].assert[1]' },
          message: 'the assertion `python` has no counterpart',
        },
      ],
    ]);
    const { run } = (await execute(app.one.operator, 'tea-shop', { caseId: 'green' })).body as {
      run: RunView;
    };
    expect([run.verdict, run.output]).toEqual(['passed', 'Tell me about green tea.']);
    expect((await send(app.one.operator, 'promptfoo', { 'shop.zip': archive })).status).toBe(200);
  });

  it('takes several files of a form, and never a file of the server', async () => {
    const config = CONFIG.replace(
      'file://prompts/ask.txt',
      'file:///etc/motd.txt, file://../../../etc/motd.txt, Hi',
    );
    const { status, body } = await send(app.one.operator, 'promptfoo', { 'promptfooconfig.yaml': config });
    expect(status).toBe(201);
    expect(body.notes.filter(({ path }) => path.startsWith('prompts')).map(({ message }) => message)).toEqual(
      [
        '/etc/motd.txt cannot be read: it was not sent along',
        '../../../etc/motd.txt cannot be read: it was not sent along',
      ],
    );
  });

  it('refuses what is none, what cannot be read, and people who only read', async () => {
    const codes = async (client: Client, files: Parameters<typeof send>[2]) => {
      const { status, body } = await send(client, 'promptfoo', files);
      return `${status} ${body.code} ${body.detail}`;
    };
    expect([
      await codes(app.one.operator, {}),
      await codes(app.one.operator, { 'a.yaml': 'a: 1', 'b.yaml': 'b: 1' }),
      await codes(app.one.operator, { 'a.yaml': 'apiVersion: rehearse/v1' }),
      await codes(app.one.operator, { 'a.yaml': 'prompts: [' }),
      await codes(app.one.operator, { 'a.zip': new Uint8Array([0x50, 0x4b, 3, 4, 9, 9]) }),
      await codes(app.one.viewer, { 'promptfooconfig.yaml': CONFIG }),
    ]).toMatchInlineSnapshot(`
      [
        "400 graph/no-file Send a form with files, or a zip archive, in the field \`file\`.",
        "422 import/invalid Send one promptfooconfig.yaml, with what it names beside it; there are a.yaml, b.yaml.",
        "422 import/invalid a.yaml is no config of promptfoo",
        "422 import/invalid unexpected end of the stream within a flow collection",
        "400 request/invalid a.zip is not a readable zip archive: invalid zip data.",
        "403 access/forbidden This is for Operator, Admin; you are Viewer.",
      ]
    `);
  });
});

describe('importing agents', () => {
  it('stores a graph for each config, in the tenant alone, and no secret', async () => {
    const answer = await send(app.two.operator, 'agents', {
      'support.yaml':
        'name: Support\nsystem_prompt: You help.\nmodel: gpt-5\npricing: { call: 1 }\nopenai_api_key: sk-0123456789\n',
      'writer.json': '{"name": "writer", "system_prompt": "You write.", "model": "gpt-5"}',
      'broken.yaml': 'name: [',
    });
    expect(answer.status).toBe(201);
    expect(answer.body.graphs.map(({ name }) => name)).toEqual(['support', 'writer']);
    const kinds = answer.body.notes.map(({ kind, file }) => `${kind} ${file}`);
    expect(kinds).toEqual(
      expect.arrayContaining(['lost broken.yaml', 'ignored support.yaml', 'mapped writer.json']),
    );
    const { body: yaml } = await app.two.viewer.get<string>('/api/v1/graphs/support/yaml');
    expect(yaml).toContain('${secret:openai_api_key}');
    expect(JSON.stringify(answer.body) + yaml).not.toContain('sk-0123456789');
    const theirs = await app.one.viewer.get<{ items: unknown[] }>('/api/v1/graphs?q=support');
    expect(theirs.body.items).toEqual([]);
  });
});
