import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical.js';
import { inKeyOrder } from './key-order.js';

describe('a value in the order of its names', () => {
  it('is what its canonical JSON reads as', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(inKeyOrder(value))).toBe(JSON.stringify(JSON.parse(canonicalJson(value))));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the value itself where it is in order already', () => {
    const value = { a: [{ b: 1, c: { d: null } }], e: 'text' };
    expect(inKeyOrder(value)).toBe(value);
    expect(inKeyOrder(value.a)).toBe(value.a);
  });

  it('keeps a member that is called __proto__', () => {
    const value = JSON.parse('{"z": 1, "__proto__": {"y": 1, "x": 2}}') as object;
    expect(JSON.stringify(inKeyOrder(value))).toBe('{"__proto__":{"x":2,"y":1},"z":1}');
  });
});
