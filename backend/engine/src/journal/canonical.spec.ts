import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, digestOf, NotCanonical, sha256Hex, wellFormed } from './canonical.js';

describe('canonical JSON', () => {
  it('sorts members by UTF-16 code units and prints numbers as ECMAScript does (RFC 8785, section 3.2.3)', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 1e-27],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toMatchInlineSnapshot(
      `"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}"`,
    );
  });

  it('is the same for the same members in another order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (members) => {
        const shuffled = Object.fromEntries(Object.entries(members).reverse());
        expect(canonicalJson(wellFormed(shuffled))).toBe(canonicalJson(wellFormed(members)));
      }),
    );
  });

  it('reads back as the value that was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const mended = wellFormed(value);
        expect(JSON.parse(canonicalJson(mended))).toEqual(mended);
      }),
    );
  });

  it('leaves out members that are undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it.each([[Number.NaN], [Infinity], ['\uD800'], [{ '\uDC00': 1 }], [undefined], [1n], [() => 1]])(
    'refuses what JSON cannot hold: %p',
    (value) => {
      expect(() => canonicalJson([value])).toThrow(NotCanonical);
    },
  );

  it('mends half characters and minus zero', () => {
    expect(wellFormed({ a: ['x\uD800y', -0, '😀'] })).toEqual({ a: ['x\uFFFDy', 0, '😀'] });
  });
});

describe('digests', () => {
  it('are SHA-256 over the UTF-8 bytes (FIPS 180-4 example)', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('of a value are those of its canonical JSON', () => {
    expect(digestOf({ b: 1, a: 2 })).toBe(sha256Hex('{"a":2,"b":1}'));
  });
});
