import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { EVENT_TYPES } from './event-types.js';
import { fitsOf, readerOf } from './fits.js';
import { CassetteHeader, isJournalEvent, JournalEvent } from './journal.js';
import type { Json, JsonObject } from './json.js';

const RECORDINGS = path.resolve(import.meta.dirname, '../../cli/examples/cassettes');

function recordedLines(): JsonObject[] {
  const files = readdirSync(RECORDINGS, { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => readFileSync(path.join(RECORDINGS, file), 'utf8'));
  return texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line) as JsonObject);
}

/** Which is nearly what a schema says, mostly. */
const WRONG: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  '',
  'x',
  [],
  {},
  ['x'],
  { x: 1 },
  { x: null },
];

/** Puts another value at a place, takes it out, or puts something beside it. */
function changed(value: Json, steps: readonly number[], put: Json | undefined): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return put;
  const names = [...Object.keys(value), Array.isArray(value) ? `${value.length}` : 'added'];
  const name = names[step % names.length]!;
  const copy = structuredClone(value) as Record<string, Json>;
  const made = changed(copy[name] ?? null, rest, put);
  if (made === undefined) delete copy[name];
  else copy[name] = made;
  return copy;
}

const anyChange = fc.record({
  at: fc.nat(),
  steps: fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }),
  put: fc.option(fc.constantFrom(...WRONG), { nil: undefined }),
});

describe('whether something fits', () => {
  const lines = recordedLines();
  const events = lines.filter((line) => 'seq' in line);
  const headers = lines.filter((line) => 'rehearse' in line);

  const isHeader = fitsOf(CassetteHeader);

  it('holds of all that was recorded', () => {
    expect(events.length).toBeGreaterThan(1_000);
    expect(events.filter((event) => !isJournalEvent(event))).toEqual([]);
    expect(headers.filter((header) => !isHeader(header))).toEqual([]);
  });

  it('is what the schema of an event says, whatever is changed in one', () => {
    fc.assert(
      fc.property(anyChange, fc.constantFrom(null, ...EVENT_TYPES), ({ at, steps, put }, type) => {
        const event = { ...events[at % events.length], ...(type && { type }) };
        const value = changed(event, steps, put);
        expect(isJournalEvent(value)).toBe(JournalEvent.safeParse(value).success);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is what the schema of a header says, whatever is changed in one', () => {
    fc.assert(
      fc.property(anyChange, ({ at, steps, put }) => {
        const value = changed(headers[at % headers.length]!, steps, put);
        expect(isHeader(value)).toBe(CassetteHeader.safeParse(value).success);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['the limits of numbers', z.number().min(0).max(1), [0, 1, -0.1, 1.1, NaN, Infinity, '0']],
    ['limits that are not in it', z.number().gt(0).lt(1), [0, 1, 0.5]],
    ['whole numbers', z.int(), [1, 1.5, 2 ** 53, '1']],
    [
      'the length of texts and lists',
      z.union([z.string().min(1).max(2), z.array(z.int()).max(1)]),
      ['', 'a', 'abc', [1], [1, 2], ['1']],
    ],
    [
      'patterns and instants',
      z.union([z.string().regex(/^a+$/), z.iso.datetime()]),
      ['aa', 'b', '2026-11-27T10:00:00.000Z', '2026-11-27'],
    ],
    ['a pattern that remembers where it was', z.string().regex(/a/g), ['a', 'a', 'a']],
    [
      'members that may be left out',
      z.object({ a: z.string().optional() }),
      [{}, { a: undefined }, { a: null }, [], null],
    ],
    ['members that nobody knows', z.strictObject({ a: z.null() }), [{ a: null }, { a: null, b: 1 }]],
    ['members that have a schema for all others', z.object({}).catchall(z.int()), [{}, { b: 1 }, { b: 'x' }]],
    ['what is asked of the schema itself', z.string().refine((text) => text === text.trim()), ['a', ' a']],
    ['formats that it has no short way for', z.url(), ['https://example.com', 'no']],
  ] as const)('knows %s', (_, schema: z.ZodType, values: readonly unknown[]) => {
    const fits = fitsOf(schema);
    expect(values.map(fits)).toEqual(values.map((value) => schema.safeParse(value).success));
  });

  it('reads what fits as it stands, and says of the rest what the schema says', () => {
    const read = readerOf(z.object({ a: z.string() }));
    const value = { a: 'x', b: 1 };
    expect(read(value)).toEqual({ success: true, data: value });
    expect(read({ a: 1 }).error?.issues.map(({ path: at }) => at.join('.'))).toEqual(['a']);
  });
});
