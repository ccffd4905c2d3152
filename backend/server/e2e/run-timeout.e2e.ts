import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './harness.js';
import { execute, slowGraph, upload } from './samples.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { RUN_TIMEOUT: '1' } });
});
afterAll(() => app.close());

it('a run that is driven longer than RUN_TIMEOUT is ended errored, and says why; others go on', async () => {
  await upload(app.one.operator, slowGraph('endless', { latency: '1h', steps: 5 }));
  await upload(app.one.operator, slowGraph('quick', { latency: '1ms', steps: 5 }));
  const { run } = (await execute(app.one.operator, 'endless')).body;
  expect(run).toMatchObject({
    status: 'finished',
    verdict: 'errored',
    error: { code: 'run/timeout', category: 'timeout', message: expect.stringContaining('RUN_TIMEOUT') },
  });
  expect((await execute(app.one.operator, 'quick')).body.run.verdict).toBe('passed');
});
