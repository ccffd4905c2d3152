import { describe, expect, it } from '@jest/globals';
import type { AssertionSpec } from '@rehearse/contracts';
import { always, ANSWER, inTurn, json, modelOf } from '../testing/answers.js';
import { compiled, settle, told, unanswered } from '../testing/told.js';

describe('g-eval', () => {
  const steps = json({ reason: 'x', steps: ['Look for a date.', 'Look for a name.'] });

  it('plans first, and grades by the plan', async () => {
    const spec: AssertionSpec = { type: 'g-eval', value: ['names a date', 'names a person'] };
    const { result, asked } = settle(
      compiled(spec),
      ANSWER,
      inTurn(steps, json({ reason: 'One of two.', grade: 5 })),
    );
    expect(`${result.verdict} ${result.score}: ${result.reason}`).toMatchInlineSnapshot(
      `"failed 0.5: expected the output to score 0.7 at least for "names a date names a person", got score 0.5: One of two."`,
    );
    expect(asked.map(({ at }) => at)).toEqual(['/turn[1]', '/turn[2]']);
    expect(modelOf(asked[1]!.ask).messages[1]!.content).toContain('1. Look for a date.\n2. Look for a name.');
  });

  it('asks once where the plan is given, and is errored where one of the two fails', async () => {
    const given: AssertionSpec = {
      type: 'g-eval',
      value: { criteria: 'names a date', steps: ['Look for it.'] },
      votes: 3,
      threshold: 0.8,
    };
    expect([
      await told(
        given,
        ANSWER,
        inTurn(
          json({ reason: 'a', grade: 9 }),
          json({ reason: 'b', grade: 8 }),
          json({ reason: 'c', grade: 1 }),
        ),
      ),
      await told({ type: 'g-eval', value: 'x' }, ANSWER, always(unanswered('down'))),
      await told({ type: 'g-eval', value: 'x' }, ANSWER, inTurn(steps, json({ reason: 'x', grade: 11 }))),
      await told({ type: 'not-g-eval', value: 'x' }, ANSWER, inTurn(steps, json({ reason: 'x', grade: 2 }))),
    ]).toMatchInlineSnapshot(`
      [
        "passed 0.6: expected the output to score 0.8 at least for "names a date", got 2 of 3 votes, score 0.6: a",
        "errored 0: the judge could not answer: down",
        "errored 0: the judge's answer does not fit: /grade must be at most 10, not 11",
        "passed 0.8: expected the output not to score 0.7 at least for "x", got score 0.2: x",
      ]
    `);
  });
});
