import { describe, expect, it } from '@jest/globals';
import { Json, JsonObject } from './json.js';

const issuesOf = (value: unknown) =>
  Json.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
const nested = (depth: number): Json => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as Json;

describe('a JSON value', () => {
  it.each([null, true, 0, -1.5, '', [], {}, [[{ a: [null] }]], { a: { b: 'c' } }, Object.create(null)])(
    'may be %j',
    (value) => {
      expect(issuesOf(value)).toEqual([]);
    },
  );

  it('is refused with the place of the first part that JSON has no word for', () => {
    expect(issuesOf({ a: [1, { b: NaN }] })).toMatchInlineSnapshot(`
      [
        "a.1.b: Invalid input: expected a JSON value, received NaN",
      ]
    `);
    expect([undefined, 1n, Infinity, new Date(), new Map(), () => 1, Symbol('s')].flatMap(issuesOf))
      .toMatchInlineSnapshot(`
      [
        ": Invalid input: expected a JSON value, received undefined",
        ": Invalid input: expected a JSON value, received bigint",
        ": Invalid input: expected a JSON value, received Infinity",
        ": Invalid input: expected a JSON value, received Date",
        ": Invalid input: expected a JSON value, received Map",
        ": Invalid input: expected a JSON value, received function",
        ": Invalid input: expected a JSON value, received symbol",
      ]
    `);
  });

  it('may be nested a thousand deep, and no program ends because it is deeper', () => {
    expect(issuesOf(nested(1_000))).toEqual([]);
    expect(issuesOf(nested(100_000)).map((issue) => issue.slice(-60))).toMatchInlineSnapshot(`
      [
        "0.0.0.0.0.0.0.0.0: Invalid input: nested more than 1000 deep",
      ]
    `);
  });
});

describe('a JSON object', () => {
  it('is a mapping, and nothing else', () => {
    expect(JsonObject.safeParse({ a: [1] }).success).toBe(true);
    for (const value of [[], 'text', null, 1, { a: undefined }])
      expect(JsonObject.safeParse(value).success).toBe(false);
  });
});
