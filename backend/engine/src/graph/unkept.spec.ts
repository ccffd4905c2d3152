import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unkeptIn } from './unkept.js';

const told = (text: string) =>
  unkeptIn(text, JSON.parse(text)).map(({ code, offset }) => `${code} ${offset}`);

describe('what JSON can write and nobody can keep', () => {
  it('is found with its place', () => {
    expect(told('[1e999, -1e400, 123456789012345678, 1e300, 0.12345678901234567]')).toEqual([
      'yaml/not-json 1',
      'yaml/not-json 8',
      'yaml/integer-too-large 16',
    ]);
    expect(told('{"a": "\\ud800", "\\u0000": "\\\\", "b": {"a": 1, "a" : 2}, "prototype": 1}')).toEqual([
      'yaml/not-json 6',
      'yaml/not-json 16',
      'yaml/duplicate-key 46',
      'yaml/forbidden-key 56',
    ]);
  });

  it('is nothing in what was written from a value', () => {
    const value = fc.jsonValue({ stringUnit: 'binary' });
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1), (one, indent) => {
        const text = JSON.stringify(one, null, indent);
        fc.pre(!/\\u(0000|[dD][89a-fA-F])|__proto__|constructor|prototype|\d{16}/.test(text));
        expect(told(text)).toEqual([]);
      }),
    );
  });

  it('is a key that stands twice, wherever it does', () => {
    const text = fc.string({ unit: fc.constantFrom('"', '\\', ':', ' ', 'a', '{', ']') });
    fc.assert(
      fc.property(text, text, (key, other) => {
        const [a, b] = [JSON.stringify(key), JSON.stringify(other)];
        expect(told(`[{${a}: ${b}}, {"x": {${a} :${b}, ${a}:1}}]`)).toHaveLength(1);
      }),
    );
  });
});
