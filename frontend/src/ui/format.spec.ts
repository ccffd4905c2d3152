import { describe, expect, it } from '@jest/globals';
import { ago, count, duration, percent, plural, short, shortId, signed, usd } from './format.js';

describe('numbers for people', () => {
  it('gives durations in the unit that fits', () => {
    expect([null, 0, 0.4, 840, 1_420, 12_340, 125_000, 4_320_000].map(duration)).toEqual([
      ...['—', '0 ms', '<1 ms', '840 ms', '1.42 s', '12.3 s', '2 m 05 s', '1 h 12 m'],
    ]);
  });

  it('gives money with digits that say something', () => {
    expect([0, 1.2, 0.014, 0.00042, 0.0000123].map(usd)).toEqual([
      '$0',
      '$1.20',
      '$0.01',
      '$0.00042',
      '$0.000012',
    ]);
  });

  it('gives shares, counts and the beginning of a digest', () => {
    expect([percent(0.42), percent(2 / 3), percent(null)]).toEqual(['42 %', '66.7 %', '—']);
    expect([plural(1, 'case'), plural(1_200, 'case')]).toEqual(['1 case', '1,200 cases']);
    expect(short('a'.repeat(64))).toHaveLength(12);
    expect(shortId('01a1fccc-1335-7454-b0c0-c24df212f516')).toBe('f212f516');
  });

  it('puts a sign before a difference', () => {
    expect([signed(98, duration), signed(-1_200, count), signed(0, count), signed(0.2, duration)]).toEqual([
      ...['+98 ms', '−1,200', '±0', '±<1 ms'],
    ]);
  });

  it('says how long ago, and the date when that is long', () => {
    const now = Date.parse('2026-03-10T12:00:00Z');
    const before = (seconds: number) => ago(new Date(now - seconds * 1_000).toISOString(), now);
    expect([2, 40, 300, 7_200, 86_400].map(before)).toEqual([
      ...['just now', '40 sec. ago', '5 min. ago', '2 hr. ago', 'yesterday'],
    ]);
    expect(before(30 * 86_400)).toBe('Feb 8, 2026');
  });
});
