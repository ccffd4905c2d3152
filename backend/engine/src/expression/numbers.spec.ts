import { describe, expect, it } from '@jest/globals';
import { table } from './testing/outcome.js';

describe('numbers', () => {
  it('mix as people expect, and only two integer literals divide as integers', () => {
    expect(
      table(`
        1 + 2.5
        inputs.n > 2
        inputs.n % 2 == 1
        inputs.n == 3
        inputs.n == 3.0
        [1, 2][inputs.i]
        inputs.n / 2
        7 / 2
        -7 / 2
        7.0 / 2
        (1 + 6) / 2
        -inputs.n
        0 * -1
        inputs.tags.size() == 2
        int("42") + 1
        int(3.9)
        double("1e3")
        2 < 10
        "2" < "10"
        inputs.n in [1, 2, 3]
      `),
    ).toMatchInlineSnapshot(`
     "1 + 2.5
         3.5
     inputs.n > 2
         true
     inputs.n % 2 == 1
         true
     inputs.n == 3
         true
     inputs.n == 3.0
         true
     [1, 2][inputs.i]
         2
     inputs.n / 2
         1.5
     7 / 2
         3
     -7 / 2
         -3
     7.0 / 2
         3.5
     (1 + 6) / 2
         3.5
     -inputs.n
         -3
     0 * -1
         0
     inputs.tags.size() == 2
         true
     int("42") + 1
         43
     int(3.9)
         3
     double("1e3")
         1000
     2 < 10
         true
     "2" < "10"
         false
     inputs.n in [1, 2, 3]
         true"
    `);
  });

  it('never become NaN, Infinity or an integer that a double cannot hold', () => {
    expect(
      table(`
        inputs.n / 0
        inputs.n % 0
        1e308 * 10.0
        9007199254740993
        9007199254740991 + 2
        [9007199254740991 + 2, 1]
        int("9007199254740993")
        double("NaN")
        int("0x10")
      `),
    ).toMatchInlineSnapshot(`
     "inputs.n / 0
         expression/number inputs.n / 0: division by zero
     inputs.n % 0
         expression/number inputs.n % 0: division by zero
     1e308 * 10.0
         expression/number 1e308 * 10.0: the result is not a finite number
     9007199254740993
         expression/limit 9007199254740993 is too large to be exact
     9007199254740991 + 2
         "9007199254740992"
     [9007199254740991 + 2, 1]
         ["9007199254740992",1]
     int("9007199254740993")
         expression/number "9007199254740993" is not a number
     double("NaN")
         expression/number "NaN" is not a number
     int("0x10")
         expression/number "0x10" is not a number"
    `);
  });
});
