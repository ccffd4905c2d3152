import { describe, expect, it } from '@jest/globals';
import { costUsd, type TokenCounts } from './prices.js';
import { Latencies, rank } from './ranking.js';

const costOf = (model: string, counts: TokenCounts, own = {}) => costUsd(model, counts, own);

describe('what a call costs', () => {
  const counts = { input: 1_000_000, cached: 0, output: 1_000_000 };

  it('is the list price of its model, a dated snapshot costs what its family costs', () => {
    expect(costOf('gpt-4o-mini', { ...counts, input: 100_000, output: 0 })).toBeCloseTo(0.015, 10);
    expect(costOf('gpt-4o-mini-2024-07-18', counts)).toBeCloseTo(0.75, 10);
    expect(costOf('claude-haiku-4-5-20251001', counts)).toBeCloseTo(6, 10);
  });

  it('is less for what the provider had cached, and more for a long request', () => {
    expect(costOf('gpt-5', { input: 100, cached: 100, output: 0 })).toBeCloseTo(0.0000125, 12);
    expect(costOf('gpt-5.5', { input: 300_000, cached: 0, output: 1_000 })).toBeCloseTo(0.3 * 10 + 0.045, 10);
  });

  it('is what the operator says, for a snapshot or for its family, before what the list says', () => {
    const own = {
      'gpt-5': { input: 1, cached: 0.5, output: 2 },
      'gpt-4o-mini-2024-07-18': { input: 7, cached: 7, output: 0 },
      mine: { input: 0, cached: 0, output: 0 },
    };
    expect(costOf('gpt-5-2025-08-07', { ...counts, cached: 1_000_000 }, own)).toBe(2.5);
    expect(costOf('gpt-4o-mini-2024-07-18', counts, own)).toBe(7);
    expect(costOf('gpt-4o-mini', counts, own)).toBeCloseTo(0.75, 10);
    expect(costOf('mine', counts, own)).toBe(0);
  });

  it('is not known for a model that nobody has a price for', () => {
    expect(costOf('my-model', counts)).toBeUndefined();
    expect(costOf('constructor', counts)).toBeUndefined();
  });
});

describe('the order of targets', () => {
  const cheap = { provider: 'openai', model: 'gpt-5-nano' } as const;
  const dear = { provider: 'anthropic', model: 'claude-opus-5' } as const;
  const unknown = { provider: 'openai-compatible', model: 'mine', baseUrl: 'http://localhost' } as const;
  const mock = { provider: 'mock', script: 's' } as const;

  it('by cost: the cheapest first, then those without a price, mocks last', () => {
    expect(
      rank([mock, unknown, dear, cheap], 'lowest-cost', { latencies: new Latencies(), prices: {} }),
    ).toEqual([cheap, dear, unknown, mock]);
  });

  it('by latency: what was never called first, then the fastest of late, mocks last', () => {
    const latencies = new Latencies();
    latencies.add(cheap, 900);
    latencies.add(dear, 100);
    expect(rank([mock, cheap, dear, unknown], 'lowest-latency', { latencies, prices: {} })).toEqual([
      unknown,
      dear,
      cheap,
      mock,
    ]);
    for (let i = 0; i < 20; i++) latencies.add(dear, 2_000);
    expect(rank([mock, cheap, dear], 'lowest-latency', { latencies, prices: {} })).toEqual([
      cheap,
      dear,
      mock,
    ]);
  });
});
