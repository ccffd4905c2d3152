import { describe, expect, it } from '@jest/globals';
import { costUsd } from './prices.js';
import { Latencies, rank } from './ranking.js';

describe('what a call costs', () => {
  const counts = { input: 1_000_000, cached: 0, output: 1_000_000 };

  it('is the list price of its model, a dated snapshot costs what its family costs', () => {
    expect(costUsd('gpt-4o-mini', { ...counts, input: 100_000, output: 0 })).toBeCloseTo(0.015, 10);
    expect(costUsd('gpt-4o-mini-2024-07-18', counts)).toBeCloseTo(0.75, 10);
    expect(costUsd('claude-haiku-4-5-20251001', counts)).toBeCloseTo(6, 10);
  });

  it('is less for what the provider had cached, and more for a long request', () => {
    expect(costUsd('gpt-5', { input: 100, cached: 100, output: 0 })).toBeCloseTo(0.0000125, 12);
    expect(costUsd('gpt-5.5', { input: 300_000, cached: 0, output: 1_000 })).toBeCloseTo(
      0.3 * 10 + 0.045,
      10,
    );
  });

  it('is not known for a model that nobody has a price for', () => {
    expect(costUsd('my-model', counts)).toBeUndefined();
    expect(costUsd('constructor', counts)).toBeUndefined();
  });
});

describe('the order of targets', () => {
  const cheap = { provider: 'openai', model: 'gpt-5-nano' } as const;
  const dear = { provider: 'anthropic', model: 'claude-opus-5' } as const;
  const unknown = { provider: 'openai-compatible', model: 'mine', baseUrl: 'http://localhost' } as const;
  const mock = { provider: 'mock', script: 's' } as const;

  it('by cost: the cheapest first, then those without a price, mocks last', () => {
    expect(rank([mock, unknown, dear, cheap], 'lowest-cost', new Latencies())).toEqual([
      cheap,
      dear,
      unknown,
      mock,
    ]);
  });

  it('by latency: what was never called first, then the fastest of late, mocks last', () => {
    const latencies = new Latencies();
    latencies.add(cheap, 900);
    latencies.add(dear, 100);
    expect(rank([mock, cheap, dear, unknown], 'lowest-latency', latencies)).toEqual([
      unknown,
      dear,
      cheap,
      mock,
    ]);
    for (let i = 0; i < 20; i++) latencies.add(dear, 2_000);
    expect(rank([mock, cheap, dear], 'lowest-latency', latencies)).toEqual([cheap, dear, mock]);
  });
});
