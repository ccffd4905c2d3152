import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunEstimate } from '@rehearse/contracts';
import { codeOf, startTestApp, type TestApp } from './harness.js';
import { execute, slowGraph, upload } from './samples.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const estimateOf = async (id: string) =>
  (await app.one.viewer.get<RunEstimate>(`/api/v1/runs/${id}/estimate`)).body;

describe('the estimate of a run', () => {
  it('is told from three earlier runs of the same graph digest on', async () => {
    await upload(app.one.operator, slowGraph('estimated', { latency: '5ms', steps: 5 }));
    const runs = [];
    for (let made = 0; made < 4; made++)
      runs.push((await execute(app.one.operator, 'estimated', {})).body.run);
    const { nodes, durationMs } = await estimateOf(runs[2]!.id);
    expect([nodes, durationMs]).toEqual([5, null]);
    const known = await estimateOf(runs[3]!.id);
    const earlier = runs
      .slice(0, 3)
      .map((run) => run.durationMs!)
      .sort((a, b) => a - b);
    expect(known.runs).toBe(3);
    expect(known.durationMs!.p50).toBeCloseTo(earlier[1]!, 3);
    expect(known.durationMs!.p90).toBeCloseTo(earlier[1]! + 0.8 * (earlier[2]! - earlier[1]!), 3);
  });

  it('begins anew with another version, and is nobody else’s', async () => {
    await upload(app.one.operator, slowGraph('estimated', { latency: '6ms', steps: 5 }));
    const { run } = (await execute(app.one.operator, 'estimated', {})).body;
    expect(await estimateOf(run.id)).toMatchObject({ runs: 0, durationMs: null });
    expect(codeOf(await app.two.viewer.get(`/api/v1/runs/${run.id}/estimate`))).toBe('run/not-found');
  });
});
