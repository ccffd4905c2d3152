import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JournalEvent, ReplayAnswer, RunView } from '@rehearse/contracts';
import { startTestApp, type TestApp } from './harness.js';
import { execute, upload } from './samples.js';

const GRAPH = `apiVersion: rehearse/v1
kind: Graph
name: checked
providers:
  main: {targets: [{provider: mock, script: main}]}
  judge: {targets: [{provider: mock, script: judge}]}
mocks:
  main: [{reply: {content: SELECT id FROM orders, costUsd: 0.01}}]
  judge: [{reply: {content: {reason: Fine., pass: true, score: 1}, costUsd: 5}}]
nodes: {a: {type: llm, provider: main, prompt: x, assert: [{type: llm-rubric, value: short}]}}
assert:
  - {type: is-sql, value: {allowedTables: ['select::null::orders']}}
  - {type: javascript, value: output.startsWith("SELECT")}
  - {type: similar, value: SELECT id FROM orders}
`;

const verdicts = ({ assertions }: RunView) => assertions.map(({ type, verdict }) => `${type} ${verdict}`);

let app: TestApp;
let trusting: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  trusting = await startTestApp({ env: { REHEARSE_JAVASCRIPT_ASSERTIONS: 'true' } });
  for (const { one } of [app, trusting]) await upload(one.operator, GRAPH);
});
afterAll(() => Promise.all([app.close(), trusting.close()]));

describe('assertions that ask', () => {
  it('are answered in the server; programs only where they are allowed', async () => {
    const { body } = await execute(app.one.operator, 'checked');
    expect(verdicts(body.run)).toEqual([
      'llm-rubric passed',
      'is-sql passed',
      'javascript errored',
      'similar passed',
    ]);
    expect(body.run.assertions[2]!.reason).toContain('REHEARSE_JAVASCRIPT_ASSERTIONS=true');
    expect(body.run).toMatchObject({ verdict: 'errored', costUsd: 0.01 });
    const allowed = await execute(trusting.one.operator, 'checked');
    expect(allowed.body.run.assertions[2]).toMatchObject({ type: 'javascript', verdict: 'passed' });
    expect(allowed.body.run.verdict).toBe('passed');
  });

  it('are in the journal, and replay identically', async () => {
    const { run } = (await execute(trusting.one.operator, 'checked')).body;
    const journal = await trusting.one.viewer.get<{ items: JournalEvent[] }>(`/api/v1/runs/${run.id}/events`);
    const asked = journal.body.items.filter(
      ({ lane, type }) => lane === 'verdict' && type === 'model.requested',
    );
    expect(asked.map(({ key }) => key)).toEqual(['a.assert[0]/turn[1]', 'assert[2]/turn[1]']);
    const replay = await app.one.viewer.post<ReplayAnswer>(`/api/v1/user-testing/runs/${run.id}/replay`, {
      mode: 'strict',
    });
    const own = await trusting.one.viewer.post<ReplayAnswer>(`/api/v1/user-testing/runs/${run.id}/replay`, {
      mode: 'strict',
    });
    expect([replay.status, own.body.identical]).toEqual([404, true]);
  });
});
