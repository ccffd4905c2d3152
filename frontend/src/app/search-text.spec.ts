import { describe, expect, it } from '@jest/globals';
import { RunSearch, RunsSearch } from '../features/runs/search.js';
import { parseSearch, stringifySearch } from './search-text.js';

describe('the address of the runs pages', () => {
  it('reads what it knows and drops what it cannot read', () => {
    expect(RunSearch.parse(parseSearch('?tab=log&seq=12&follow=1&q=42'))).toEqual({
      tab: 'log',
      seq: 12,
      follow: '1',
      q: '42',
    });
    expect(RunSearch.parse(parseSearch('?tab=nothing&seq=-3&level=7'))).toEqual({
      tab: undefined,
      seq: undefined,
      level: undefined,
    });
    expect(RunsSearch.parse(parseSearch('?status=running&verdict=maybe'))).toEqual({
      status: 'running',
      verdict: undefined,
    });
  });

  it('writes plain text, without what is not set', () => {
    expect(stringifySearch({ q: 'a b', seq: 3, node: undefined, type: '' })).toBe('?q=a+b&seq=3');
    expect(stringifySearch({})).toBe('');
    expect(parseSearch('?q=a+b&seq=3')).toEqual({ q: 'a b', seq: '3' });
  });
});
