import { describe, expect, it } from '@jest/globals';
import type { RunView } from '@rehearse/contracts';
import { rangeOf, rangeText, within } from './run-range.js';

const run = {
  steps: [
    { key: 'a', firstSeq: 2, lastSeq: 5 },
    { key: 'b', firstSeq: 6, lastSeq: 9 },
  ],
  assertions: [{ id: 'x', seq: 10 }],
  contracts: [{ id: 'broken', seq: 4 }, { id: 'holds' }],
} as unknown as RunView;

describe('a stretch of a journal', () => {
  it('is read in either direction, and is none where it makes no sense', () => {
    expect(rangeOf('3-9')).toEqual({ from: 3, to: 9 });
    expect(rangeOf('9-3')).toEqual({ from: 3, to: 9 });
    expect(rangeOf('0-4')).toEqual({ from: 1, to: 4 });
    for (const text of [undefined, '', '3', '3-', 'a-b', '1-2-3']) expect(rangeOf(text)).toBeNull();
    expect(rangeOf(rangeText({ from: 3, to: 9 }))).toEqual({ from: 3, to: 9 });
  });

  it('keeps the steps that went on in it and the checks that came out in it', () => {
    const { steps, assertions, contracts } = within(run, { from: 4, to: 6 });
    expect(steps.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(assertions).toEqual([]);
    expect(contracts.map(({ id }) => id)).toEqual(['broken']);
    expect(within(run, { from: 10, to: 12 })).toMatchObject({ steps: [], assertions: [{ id: 'x' }] });
    expect(within(run, null)).toBe(run);
  });
});
