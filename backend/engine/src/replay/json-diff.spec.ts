import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '@rehearse/contracts';
import { jsonDiff } from './json-diff.js';

describe('the difference of two JSON values', () => {
  it('names each place by its JSON pointer, with a side left out where it has no such member', () => {
    const expected = { a: 1, list: [1, 2], gone: true, 'x/y~z': 'old' };
    const actual = { a: 1, list: [1, 3, 4], 'x/y~z': 'new', added: null };
    expect(jsonDiff(expected, actual)).toMatchInlineSnapshot(`
[
  {
    "actual": 3,
    "expected": 2,
    "pointer": "/list/1",
  },
  {
    "actual": 4,
    "pointer": "/list/2",
  },
  {
    "expected": true,
    "pointer": "/gone",
  },
  {
    "actual": "new",
    "expected": "old",
    "pointer": "/x~1y~0z",
  },
  {
    "actual": null,
    "pointer": "/added",
  },
]
`);
  });

  it('is empty for a value and its copy, and for no other pair', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [left, right] = [JSON.parse(JSON.stringify(a)) as Json, JSON.parse(JSON.stringify(b)) as Json];
        expect(jsonDiff(left, structuredClone(left))).toEqual([]);
        const isSame = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
        expect(jsonDiff(left, right).length === 0).toBe(isSame);
      }),
    );
  });
});

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key]!)]),
  );
}
