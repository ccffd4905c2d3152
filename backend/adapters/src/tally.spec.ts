import { describe, expect, it } from '@jest/globals';
import { Tally } from './tally.js';

describe('a tally', () => {
  it('counts what has the same labels together', () => {
    const tally = new Tally<'provider' | 'outcome'>();
    for (const outcome of ['ok', 'provider/error', 'ok']) tally.add({ provider: 'openai', outcome });
    expect(tally.counts()).toEqual([
      { labels: { provider: 'openai', outcome: 'ok' }, value: 2 },
      { labels: { provider: 'openai', outcome: 'provider/error' }, value: 1 },
    ]);
  });
});
