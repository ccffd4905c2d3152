import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphListItem, RunPage, RunView } from '@rehearse/contracts';
import { DemoService } from '../src/features/demo/index.js';
import { startTestApp, type TestApp } from './harness.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const runs = async (query = '') =>
  (await app.one.viewer.get<RunPage>(`/api/v1/runs?limit=200${query}`)).body.items;

async function settled(): Promise<RunPage['items']> {
  for (;;) {
    const items = await runs();
    if (items.length > 0 && items.every(({ status }) => status === 'finished')) return items;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

describe('the demo', () => {
  it('fills a tenant with graphs, runs that pass, a run that fails, and an import; and only once', async () => {
    const demo = app.application.nest.get(DemoService, { strict: false });
    await demo.seed(app.one.id);
    const first = await settled();
    const graphs = (await app.one.viewer.get<{ items: GraphListItem[] }>('/api/v1/graphs')).body.items;
    expect(graphs.map(({ name, runs: { total } }) => [name, total])).toEqual([
      ['hasty-refund', 6],
      ['imported-tau-bench-airline', 12],
      ['refund-agent', 18],
    ]);
    await demo.seed(app.one.id);
    expect((await settled()).map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect((await app.two.viewer.get<RunPage>('/api/v1/runs')).body.items).toEqual([]);
  });

  it('has a failed run that shows the event which broke its contract', async () => {
    const [failed] = await runs('&graph=hasty-refund&verdict=failed');
    const run = (await app.one.viewer.get<RunView>(`/api/v1/runs/${failed!.id}`)).body;
    expect(run.caseId).toBe('pressed');
    expect(run.contracts).toMatchObject([{ id: 'verify-first', verdict: 'failed', seq: expect.any(Number) }]);
    expect((await runs('&graph=refund-agent')).every(({ verdict }) => verdict === 'passed')).toBe(true);
  });
});
