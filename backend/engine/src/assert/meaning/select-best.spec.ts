import { describe, expect, it } from '@jest/globals';
import { always, inTurn, json, modelOf } from '../testing/answers.js';
import { about, compiled, settle, told } from '../testing/told.js';

describe('the best of several outputs', () => {
  const nodes = {
    a: { status: 'finished', output: 'short' },
    b: { status: 'finished', output: 'long' },
    c: { status: 'skipped', output: null },
  };
  const subject = about('long', { leaves: ['a', 'b', 'c'], bindings: { nodes, run: { seed: 1 } } });
  const best = (letter: string) => json({ reason: 'Clear.', best: letter });

  it('is that of the run, or of the node that is expected', async () => {
    expect([
      await told({ type: 'select-best', value: 'the clearest' }, subject, always(best('B'))),
      await told({ type: 'select-best', value: 'the clearest' }, subject, always(best('A'))),
      await told(
        { type: 'select-best', value: { criteria: 'the clearest', of: ['b', 'a'], expected: 'a' } },
        subject,
        always(best('B')),
      ),
      await told({ type: 'not-select-best', value: 'the clearest' }, subject, always(best('A'))),
      await told(
        { type: 'select-best', value: { criteria: 'x', of: ['a', 'c'] } },
        subject,
        always(best('A')),
      ),
      await told({ type: 'select-best', value: 'x' }, subject, always(best('C'))),
    ]).toMatchInlineSnapshot(`
      [
        "passed 1: expected the best output to be the run's, by "the clearest", got score 1: b: Clear.",
        "failed 0: expected the best output to be the run's, by "the clearest", got score 0: a: Clear.",
        "passed 1: expected the best output to be that of a, by "the clearest", got score 1: a: Clear.",
        "passed 1: expected the best output not to be the run's, by "the clearest", got score 0: a: Clear.",
        "errored 0: there are no two outputs to choose from; \`of\` names the nodes",
        "errored 0: the judge's answer does not fit: /best must be one of "A", "B", not "C"",
      ]
    `);
  });

  it('is shown in another order to each vote', async () => {
    const { result, asked } = settle(
      compiled({ type: 'select-best', value: 'x', votes: 3 }),
      subject,
      inTurn(best('B'), best('A'), best('A')),
    );
    expect(result.reason).toMatchInlineSnapshot(
      `"expected the best output to be the run's, by "x", got 2 of 3 votes, score 0.667: b: Clear."`,
    );
    const orders = asked.map(({ ask }) =>
      modelOf(ask)
        .messages[1]!.content!.match(/^(short|long)$/gm)!
        .join(' '),
    );
    expect(orders).toEqual(['short long', 'long short', 'short long']);
  });
});
