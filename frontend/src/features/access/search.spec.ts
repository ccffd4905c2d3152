import { describe, expect, it } from '@jest/globals';
import { safeTarget } from './search.js';

describe('where a sign-in leads', () => {
  it('is the page of the studio that was asked for', () => {
    expect(safeTarget('/runs/1?tab=log#seq-3')).toBe('/runs/1?tab=log#seq-3');
    expect(safeTarget(undefined)).toBe('/');
  });

  it('is never another site, nor the sign-in itself', () => {
    for (const to of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/sign-in?to=/',
    ])
      expect(safeTarget(to)).toBe('/');
  });
});
