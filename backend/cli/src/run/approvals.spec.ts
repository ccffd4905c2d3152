import { describe, expect, it } from '@jest/globals';
import { parseApproval } from './approvals.js';

describe('an approval on the command line', () => {
  it('may have a value, as JSON', () => {
    expect(parseApproval('h=modify:{"a": [1, "é\\u00e9"]}')).toEqual({
      ...{ key: 'h', decision: 'modify', reason: '' },
      value: { a: [1, 'éé'] },
    });
    expect(() => parseApproval('h=modify:{a}')).toThrow('After modify: stands the value as JSON');
  });

  it.each([
    ['{"a":1e999}', '1e999 has no place in JSON'],
    ['{"a":9007199254740993}', 'the integer 9007199254740993 is beyond 2^53'],
    ['{"a":1,"a":2}', 'the key `a` stands twice here'],
    ['{"__proto__":1}', 'the key `__proto__` is not allowed'],
    ['"\\ud800"', 'the text holds half a character'],
  ])('is refused with a value that cannot be kept: %s', (value, message) => {
    expect(() => parseApproval(`h=modify:${value}`)).toThrow(message);
  });
});
