import { describe, expect, it } from '@jest/globals';
import type { Json } from '@rehearse/contracts';
import { table } from './testing/outcome.js';

describe('in a contract', () => {
  const event: Record<string, Json> = {
    ...{ type: 'tool.called', node: 'handle', tool: 'refund', args: { amount: 7, note: null }, turn: 2 },
  };

  it('null and what is missing make a comparison false and nothing fail', () => {
    expect(
      table(
        `
        type == "tool.called" && tool == "refund"
        args.amount > 5
        args.amount < 5
        args.gone > 5
        args.gone <= 5
        args.gone == 5
        args.gone != 5
        !(args.gone == 5)
        args.a.b.c == 1
        result.text.contains("x")
        !result.ok
        agent == null
        agent != null
        tool != null
        args.gone == args.gone
        agent in ["a"]
        "a" in result
        size(result) > 3
        result.items.exists(i, i.x == 1)
        result.items.all(i, i.x == 1)
        turn + at > 1
        -at
        result ? 1 : 2
        has(args.amount)
        has(args.note)
        has(result.x)
        args.?gone.orValue(3) == 3
        agent.matches("x")
        tool.matches("^ref")
        args.list[0] == 1
        inputs.x == 1
        tool + 1
        args.amount && true
      `,
        'contract',
        event,
      ),
    ).toMatchInlineSnapshot(`
     "type == "tool.called" && tool == "refund"
         true
     args.amount > 5
         true
     args.amount < 5
         false
     args.gone > 5
         false
     args.gone <= 5
         false
     args.gone == 5
         false
     args.gone != 5
         false
     !(args.gone == 5)
         true
     args.a.b.c == 1
         false
     result.text.contains("x")
         false
     !result.ok
         true
     agent == null
         true
     agent != null
         false
     tool != null
         true
     args.gone == args.gone
         false
     agent in ["a"]
         false
     "a" in result
         false
     size(result) > 3
         false
     result.items.exists(i, i.x == 1)
         false
     result.items.all(i, i.x == 1)
         true
     turn + at > 1
         false
     -at
         null
     result ? 1 : 2
         2
     has(args.amount)
         true
     has(args.note)
         false
     has(result.x)
         false
     args.?gone.orValue(3) == 3
         true
     agent.matches("x")
         false
     tool.matches("^ref")
         true
     args.list[0] == 1
         false
     inputs.x == 1
         false
     tool + 1
         expression/type tool + 1: cannot add a string and a number
     args.amount && true
         expression/type args.amount must be a bool, not a number"
    `);
  });
});
