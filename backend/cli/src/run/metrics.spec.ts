import { describe, expect, it } from '@jest/globals';
import type { AssertionView, Json } from '@rehearse/contracts';
import { metricsOf } from './metrics.js';

const view = (more: Partial<AssertionView>): AssertionView => ({
  ...{ id: 'assert[0]', type: 'contains', verdict: 'passed', score: 1, reason: 'x' },
  ...{ severity: 'major', weight: 1, seq: 1 },
  ...more,
});

describe('the metrics of a run', () => {
  it('are means over the assertions of a name, also those within sets', () => {
    const actual: Json[] = [
      { type: 'contains', verdict: 'passed', score: 1, weight: 1, metric: 'tone' },
      { type: 'contains', verdict: 'failed', score: 0, weight: 0, metric: 'tone' },
      { type: 'llm-rubric', verdict: 'errored', score: 0, weight: 1, metric: 'tone' },
      { type: 'contains', verdict: 'passed', score: 1, weight: 1 },
    ];
    const set = view({
      type: 'assert-set',
      score: 0.4,
      metric: 'whole',
      evidence: { expected: 'all', actual },
    });
    const metrics = metricsOf([
      set,
      view({ score: 0.8, metric: 'tone' }),
      view({ type: 'assert-set' }),
      view({}),
    ]);
    expect(Object.fromEntries(metrics)).toEqual({ whole: 0.4, tone: 0.6 });
  });
});
