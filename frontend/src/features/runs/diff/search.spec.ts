import { describe, expect, it } from '@jest/globals';
import { addressOf, DiffSearch, othersOf, pairOf, withFront } from './search.js';

describe('the address of a diff', () => {
  it('names two runs', () => {
    expect(pairOf(addressOf({ a: 'x', b: 'y' }))).toEqual({ a: 'x', b: 'y' });
    for (const text of ['x', 'x...', '...y', 'x...y...z', '']) expect(pairOf(text)).toBeNull();
  });

  it('has up to four runs beside the baseline, each once', () => {
    const pair = { a: 'base', b: 'one' };
    expect(othersOf(pair, {})).toEqual(['one']);
    expect(othersOf(pair, { with: 'two, one,base,,three,four,five' })).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
    expect(withFront(['one', 'two', 'three'], 'two')).toEqual({ with: 'one,three' });
    expect(withFront(['one'], 'one')).toEqual({ with: undefined });
  });

  it('is read even where a part of it makes no sense', () => {
    expect(DiffSearch.parse({ only: 'odd', ignore: 'words', attempt: 'x', node: 'a/b' })).toEqual({
      node: 'a/b',
    });
  });
});
