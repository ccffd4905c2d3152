import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

describe('the pace of a socket', () => {
  it('lets a burst through, and then so many a second', () => {
    let now = 0;
    const pace = new Pace({ burst: 3, perSecond: 2 }, () => now);
    const taken = (times: number) => Array.from({ length: times }, () => pace.take());
    expect(taken(4)).toEqual([true, true, true, false]);
    now = 1_000;
    expect(taken(3)).toEqual([true, true, false]);
    now = 3_600_000;
    expect(taken(4)).toEqual([true, true, true, false]);
  });
});
