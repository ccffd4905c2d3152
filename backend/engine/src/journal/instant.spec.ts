import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromInstant, toInstant } from './instant.js';

const LATEST = 253_402_300_799_999;

describe('an instant', () => {
  it('is written as ISO 8601 in UTC, also just after another one', () => {
    const steps = fc.array(
      fc.oneof(fc.integer({ min: -1_500, max: 1_500 }), fc.double({ min: 0, max: 2, noNaN: true })),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LATEST - 1_000_000 }), steps, (start, changes) => {
        let ms = start + 500_000;
        for (const change of [0, ...changes]) {
          ms += change;
          expect(toInstant(ms)).toBe(new Date(ms).toISOString());
        }
      }),
    );
  });

  it('is read as the millisecond that it was written from', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: LATEST })), (all) => {
        for (const ms of all) expect(fromInstant(toInstant(ms))).toBe(ms);
        for (const ms of all) expect(fromInstant(new Date(ms).toISOString())).toBe(ms);
      }),
    );
  });

  it('is the same in another time zone or with more digits, and is written in one way', () => {
    const ms = fromInstant('2026-03-01T12:00:00.250Z');
    for (const other of ['2026-03-01T14:00:00.250+02:00', '2026-03-01T12:00:00.25Z']) {
      expect(fromInstant(other)).toBe(ms);
      expect(toInstant(ms)).toBe('2026-03-01T12:00:00.250Z');
    }
  });
});
