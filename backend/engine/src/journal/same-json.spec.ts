import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical.js';
import { isSameJson } from './same-json.js';

describe('whether two values have the same canonical JSON', () => {
  it('is true of a copy, whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = JSON.parse(canonicalJson(value as never)) as unknown;
        expect(isSameJson(value, copy)).toBe(true);
      }),
    );
  });

  it('is never true of values that are written differently', () => {
    const values = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const isWrittenSame = canonicalJson(a as never) === canonicalJson(b as never);
        expect(isSameJson(a, b) && !isWrittenSame).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a member that is undefined', { a: undefined }, { a: undefined }],
    ['a member that one lacks', { a: 1 }, { a: 1, b: 2 }],
    ['a member of another name', { a: 1 }, { b: 1 }],
    ['a list and a mapping', [], {}],
    ['lists of other lengths', [1], [1, 2]],
    ['what no JSON has', [NaN, Infinity], [NaN, Infinity]],
    ['null and a mapping', null, {}],
    ['a member of the prototype', { toString: 1 }, {}],
  ])('is not certain of %s', (_, a, b) => {
    expect(isSameJson(a, b)).toBe(false);
  });
});
