import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GenerateAnswer, Problem } from '@rehearse/contracts';
import { graphFromDescription } from '@rehearse/engine';
import { fakeOpenai } from '@rehearse/testkit';
import { type Client, startTestApp, type TestApp } from './harness.js';
import { execute, REFUND, upload } from './samples.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const generate = (client: Client, request: unknown) =>
  client.post<GenerateAnswer & Problem>('/api/v1/graphs/builder/generate', request);

describe('the builder', () => {
  it('writes a graph from a description that can be uploaded and passes', async () => {
    const { status, body } = await generate(app.one.operator, {
      from: 'description',
      text: 'Triage support mail into categories',
    });
    expect([status, body.diagnostics]).toEqual([200, []]);
    const graph = await upload(app.one.operator, body.yaml);
    expect(graph.name).toBe(body.name);
    const { run } = (await execute(app.one.operator, graph.name, { caseId: graph.caseIds[0]! })).body;
    expect(run.verdict).toBe('passed');
  });

  it('writes a graph from nodes and edges, and says what is wrong with them', async () => {
    const nodes = [
      { id: 'one', type: 'transform', value: '1' },
      { id: 'two', type: 'transform', value: '2' },
    ];
    const fine = await generate(app.one.operator, {
      from: 'spec',
      nodes,
      edges: [{ from: 'one', to: 'two' }],
    });
    expect(fine.body).toMatchInlineSnapshot(`
      {
        "diagnostics": [],
        "name": "built",
        "yaml": "apiVersion: rehearse/v1
      kind: Graph
      name: built
      nodes:
        one: {type: transform, value: '1'}
        two: {type: transform, needs: [one], value: '2'}
      ",
      }
    `);
    const wrong = await generate(app.one.operator, {
      from: 'spec',
      nodes,
      edges: [{ from: 'on', to: 'two' }],
    });
    expect(wrong.body.diagnostics).toMatchObject([{ code: 'graph/unknown-node', path: 'edges[0].from' }]);
  });

  it('writes a graph from a run that answers and calls tools as the run did', async () => {
    const graph = await upload(app.one.operator, REFUND);
    const { run } = (await execute(app.one.operator, graph.name, { caseId: 'happy-path' })).body;
    const { body } = await generate(app.one.operator, { from: 'run', runId: run.id });
    expect(body.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const recorded = await upload(app.one.operator, body.yaml);
    const again = (await execute(app.one.operator, recorded.name, { caseId: 'happy-path', offline: true }))
      .body.run;
    expect([again.verdict, again.output]).toEqual(['passed', run.output]);
    expect((await generate(app.two.operator, { from: 'run', runId: run.id })).status).toBe(404);
  });

  it('refuses an unknown source, a provider that is not configured, and people who only read', async () => {
    const told = async (client: Client, request: unknown) => {
      const { status, body } = await generate(client, request);
      return `${status} ${body.code} ${body.detail}`;
    };
    expect([
      await told(app.one.operator, { from: 'nothing' }),
      await told(app.one.operator, { from: 'spec', nodes: [] }),
      await told(app.one.operator, { from: 'description', text: 'x', provider: 'absent' }),
      await told(app.one.viewer, { from: 'description', text: 'x' }),
    ]).toMatchInlineSnapshot(`
      [
        "400 request/invalid from: must be one of description, spec, run",
        "400 request/invalid nodes: Too small: expected array to have >=1 items",
        "409 builder/no-provider There is no provider absent, but mock, openai, anthropic; leave \`provider\` out to get a template.",
        "403 access/forbidden This is for Operator, Admin; you are Viewer.",
      ]
    `);
  });
});

describe('the builder with a provider', () => {
  it('has the model mend what does not validate, and tells when it cannot be asked', async () => {
    const fine = graphFromDescription('triage mail').yaml;
    const answers = ['name: [', fine, 'down'];
    const provider = await fakeOpenai(() => {
      const text = answers.shift()!;
      return text === 'down' ? { status: 400, error: 'no such model' } : { text };
    });
    const env = {
      OPENAI_API_KEY: 'test-key',
      OPENAI_BASE_URL: `${provider.url}/v1`,
      REHEARSE_EGRESS_ALLOW_LOOPBACK: 'true',
    };
    const configured = await startTestApp({ env });
    try {
      const request = { from: 'description', text: 'Triage mail', provider: 'openai' };
      const { status, body } = await generate(configured.one.operator, request);
      expect([status, body.name, body.diagnostics]).toEqual([200, 'classifier', []]);
      expect(body.yaml).toBe(fine);
      const asked = JSON.stringify(provider.requests[1]!.json);
      expect(asked).toContain('This was refused');
      const down = await generate(configured.one.operator, request);
      expect([down.status, down.body.code]).toEqual([502, 'builder/provider-failed']);
    } finally {
      await configured.close();
      await provider.close();
    }
  });
});
