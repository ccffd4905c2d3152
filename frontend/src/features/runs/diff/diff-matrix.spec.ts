import { describe, expect, it } from '@jest/globals';
import type { RunDiff, RunDiffStep } from '@rehearse/contracts';
import { markOf, marksOf, standingsOf } from './diff-matrix.js';

const side = (key: string, seq: number) => ({ key, seq, attempt: 1, type: 'node' as const, label: 'llm' });
const step = (
  key: string,
  change: RunDiffStep['change'],
  seqs: [number | null, number | null],
): RunDiffStep => ({
  ...{ key, change },
  a: seqs[0] === null ? null : side(key, seqs[0]),
  b: seqs[1] === null ? null : side(key, seqs[1]),
});
const diff = (steps: RunDiffStep[], flips: string[]) =>
  ({ steps, assertions: flips.map((flip) => ({ flip })), contracts: [] }) as unknown as RunDiff;

describe('runs against one baseline', () => {
  it('are beside each other by the steps of the baseline', () => {
    const marks = marksOf([step('x', 'changed', [2, 7]), step('new', 'added', [null, 9])]);
    expect(markOf(marks, step('x', 'same', [2, 3]))).toBe('changed');
    expect(markOf(marks, step('new', 'added', [null, 4]))).toBe('added');
    expect(markOf(marks, step('other', 'added', [null, 9]))).toBeUndefined();
  });

  it('stand in the order of what got worse', () => {
    const standings = standingsOf([
      { runId: 'same', diff: diff([step('x', 'same', [1, 1])], ['none']) },
      { runId: 'worse', diff: diff([step('x', 'same', [1, 1])], ['regressed', 'fixed']) },
      { runId: 'other', diff: diff([step('x', 'changed', [1, 1])], ['fixed']) },
    ]);
    expect(
      standings.map(({ runId, changed, regressed, fixed }) => [runId, changed, regressed, fixed]),
    ).toEqual([
      ['worse', 0, 1, 1],
      ['other', 1, 0, 1],
      ['same', 0, 0, 0],
    ]);
  });
});
