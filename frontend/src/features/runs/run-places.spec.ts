import { describe, expect, it } from '@jest/globals';
import type { RunView } from '@rehearse/contracts';
import { failuresOf, neighbourOf } from './run-places.js';

const run = {
  assertions: [
    { verdict: 'failed', seq: 9 },
    { verdict: 'passed', seq: 10 },
  ],
  contracts: [{ verdict: 'failed', seq: 4 }, { verdict: 'errored' }],
  steps: [
    { status: 'errored', lastSeq: 9 },
    { status: 'errored', lastSeq: 6 },
    { status: 'finished', lastSeq: 3 },
  ],
} as unknown as RunView;

describe('the places of a run that keys lead to', () => {
  it('are what failed or errored, each place once, in order', () => {
    expect(failuresOf(run)).toEqual([4, 6, 9]);
  });

  it('lie behind and before the one where the reader stands, also when it is none of them', () => {
    const next = (from?: number) => neighbourOf([4, 6, 9], { from, by: 1 });
    const previous = (from?: number) => neighbourOf([4, 6, 9], { from, by: -1 });
    expect([next(), next(4), next(5), next(9)]).toEqual([4, 6, 6, undefined]);
    expect([previous(), previous(9), previous(5), previous(4)]).toEqual([9, 6, 4, undefined]);
  });
});
