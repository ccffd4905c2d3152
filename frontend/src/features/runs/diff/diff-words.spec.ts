import { describe, expect, it } from '@jest/globals';
import type { CheckDiff, RunDiff } from '@rehearse/contracts';
import { checksOf, placeWords, summaryOf, totalsOf } from './diff-words.js';

const check = (id: string, flip: CheckDiff['flip']): CheckDiff => ({
  id,
  type: 'contains',
  a: null,
  b: null,
  flip,
});
const diff = (more: object) => ({ steps: [], assertions: [], contracts: [], ...more }) as unknown as RunDiff;

describe('the words of a diff', () => {
  it('sum up steps and checks', () => {
    const steps = ['same', 'changed', 'changed', 'added'].map((change) => ({ change }));
    const assertions = [check('a', 'regressed'), check('b', 'fixed'), check('c', 'none')];
    expect(summaryOf(diff({ steps, assertions }))).toBe(
      '4 steps: 2 changed, 1 added; 3 checks: 1 newly failing, 1 fixed',
    );
    expect(summaryOf(diff({ steps: [{ change: 'same' }] }))).toBe('1 step: all the same; no checks');
    expect(summaryOf(diff({ contracts: [check('a', 'none')] }))).toBe(
      '0 steps: all the same; 1 check: none flips',
    );
  });

  it('put what got worse first', () => {
    const assertions = [check('a', 'none'), check('b', 'fixed')];
    const contracts = [check('c', 'regressed')];
    expect(checksOf({ assertions, contracts }).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('say that a run which goes on has no total yet', () => {
    const none = { a: 5, b: null, delta: null };
    const totals = { durationMs: none, costUsd: { a: 0, b: 0.01, delta: 0.01 }, tokens: none };
    expect(totalsOf({ totals })).toEqual([
      { name: 'Duration', a: '5 ms', b: 'not yet', delta: 'not yet' },
      { name: 'Cost', a: '$0', b: '$0.01', delta: '+$0.01' },
      { name: 'Tokens', a: '5', b: 'not yet', delta: 'not yet' },
    ]);
  });

  it('read a pointer as a way', () => {
    expect(placeWords('/request/messages/1/a~1b')).toBe('request › messages › 1 › a/b');
    expect(placeWords('')).toBe('all of it');
  });
});
