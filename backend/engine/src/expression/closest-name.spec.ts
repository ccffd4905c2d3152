import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import { closestName, editDistance } from './index.js';

describe('the closest name', () => {
  it('is the one that was most likely meant', () => {
    const fields = ['prompt', 'provider', 'output', 'onError', 'type'];
    const meant = ['promt', 'porvider', 'outptu', 'onerror', 'typ', 'system', 'x', ''].map((name) =>
      closestName(name, fields),
    );
    expect(meant).toEqual([
      'prompt',
      'provider',
      'output',
      'onError',
      'type',
      undefined,
      undefined,
      undefined,
    ]);
    expect(closestName('a'.repeat(10_000), ['a'.repeat(9_999)])).toBeUndefined();
  });
});

describe('the edit distance', () => {
  it('counts inserts, deletes, replacements and swaps', () => {
    expect([
      editDistance('', 'abc'),
      editDistance('kitten', 'sitting'),
      editDistance('ab', 'ba'),
      editDistance('a', 'a'),
    ]).toEqual([3, 3, 1, 0]);
  });

  it('is symmetric, and zero for equal texts alone', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (left, right) => {
        expect(editDistance(left, right)).toBe(editDistance(right, left));
        expect(editDistance(left, right) === 0).toBe(left === right);
      }),
    );
  });
});
