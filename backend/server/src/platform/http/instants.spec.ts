import { describe, expect, it } from '@jest/globals';
import { instantOf } from './instants.js';

const read = (text: string) => instantOf(text)?.toISOString() ?? null;

describe('an instant in a query', () => {
  it('is a date, or a date and a time, in UTC where no offset is named', () => {
    expect(read('2026-11-27')).toBe('2026-11-27T00:00:00.000Z');
    expect(read('2026-11-27T08:00:00Z')).toBe('2026-11-27T08:00:00.000Z');
    expect(read('2026-11-27T08:00:00.125+05:30')).toBe('2026-11-27T02:30:00.125Z');
    expect(read('2026-11-27T08:00')).toBe('2026-11-27T08:00:00.000Z');
    expect(read('0001-01-01')).toBe('0001-01-01T00:00:00.000Z');
  });

  it.each([
    ...[
      '',
      'yesterday',
      '2026-11-27junk',
      '2026-11-27 (hi)',
      '2026-13-01',
      '2026-02-30',
      '2026-11-27T25:00Z',
    ],
    ...['0000-01-01', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00+05:00', '9999-12-31T23:59:59-05:00'],
  ])('is not %j', (text) => {
    expect(read(text)).toBeNull();
  });
});
