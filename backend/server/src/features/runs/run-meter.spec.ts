import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { Metrics } from '../../platform/telemetry/index.js';
import { RunMeter } from './run-meter.js';

const event = (type: string, { key = 'a', atMs = 0, data = {} }) =>
  ({ type, key, at: new Date(atMs).toISOString(), data }) as unknown as JournalEvent;

describe('the meter of a run', () => {
  it('tells how long nodes took by their type, whatever they are called, and which budgets ran out', async () => {
    const metrics = new Metrics();
    const meter = new RunMeter(metrics).open();
    meter(event('node.started', { data: { type: 'llm' } }));
    meter(event('node.started', { key: 'b', data: { type: 'tool' } }));
    meter(event('node.finished', { atMs: 2_000 }));
    meter(event('node.errored', { key: 'b', atMs: 500 }));
    // Begun where another process drove the run.
    meter(event('node.finished', { key: 'c' }));
    meter(event('budget.exceeded', { data: { limit: 'maxTokens' } }));
    const lines = (await metrics.text()).split('\n');
    expect(lines.filter((line) => /^(node_duration_seconds_(sum|count)|budget)/.test(line))).toEqual([
      'node_duration_seconds_sum{type="llm"} 2',
      'node_duration_seconds_count{type="llm"} 1',
      'node_duration_seconds_sum{type="tool"} 0.5',
      'node_duration_seconds_count{type="tool"} 1',
      'budget_rejections_total{limit="maxTokens"} 1',
    ]);
  });
});
