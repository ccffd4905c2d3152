import { describe, expect, it } from '@jest/globals';
import type { RunDiff, RunDiffSide, RunDiffStep } from '@rehearse/contracts';
import { nextDifference, placeOf, rowsOf, selectedOf } from './diff-rows.js';

const side = (key: string, more: Partial<RunDiffSide> = {}): RunDiffSide => ({
  ...{ key, seq: 1, attempt: 1, type: 'node', label: 'llm' },
  ...more,
});
const step = (key: string, change: RunDiffStep['change'], more: Partial<RunDiffSide> = {}): RunDiffStep => ({
  ...{ key, change },
  a: change === 'added' ? null : side(key, more),
  b: change === 'removed' ? null : side(key, more),
});
const STEPS = [
  step('run', 'same', { type: 'run', label: 'start' }),
  step('look', 'same', { type: 'tool', label: 'find' }),
  step('write', 'changed', { type: 'model', label: 'gpt' }),
  step('gone', 'removed'),
  step('write', 'same', { attempt: 2 }),
  step('run', 'changed', { type: 'run', label: 'end' }),
];
const diff = (firstDivergence: { key: string } | null) =>
  ({ steps: STEPS, firstDivergence }) as unknown as RunDiff;

describe('the rows of a diff', () => {
  it('are all steps, those that differ, or those with the words', () => {
    expect(rowsOf(STEPS, {})).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rowsOf(STEPS, { only: 'changed' })).toEqual([2, 3, 5]);
    expect(rowsOf(STEPS, { q: 'FIND' })).toEqual([1]);
    expect(rowsOf(STEPS, { q: 'removed' })).toEqual([3]);
    expect(rowsOf(STEPS, { q: 'write', only: 'changed' })).toEqual([2]);
  });

  it('lead from difference to difference, both ways, and end', () => {
    const rows = rowsOf(STEPS, {});
    expect(nextDifference(STEPS, { rows, from: -1, by: 1 })).toBe(2);
    expect(nextDifference(STEPS, { rows, from: 3, by: 1 })).toBe(5);
    expect(nextDifference(STEPS, { rows, from: 5, by: 1 })).toBeUndefined();
    expect(nextDifference(STEPS, { rows, from: 3, by: -1 })).toBe(2);
    expect(nextDifference(STEPS, { rows, from: 2, by: -1 })).toBeUndefined();
  });

  it('have an address each, the start and the end of the run too', () => {
    STEPS.forEach((one, index) => expect(selectedOf(diff(null), placeOf(one))).toBe(index));
  });

  it('open at the first divergence where the address names none', () => {
    expect(selectedOf(diff({ key: 'write' }), {})).toBe(2);
    expect(selectedOf(diff({ key: 'run' }), {})).toBe(5);
    expect(selectedOf(diff(null), {})).toBe(-1);
    expect(selectedOf(diff(null), { node: 'nowhere' })).toBe(-1);
  });
});
