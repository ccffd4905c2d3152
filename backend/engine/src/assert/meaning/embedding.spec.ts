import { describe, expect, it } from '@jest/globals';
import type { Json } from '@rehearse/contracts';
import { always, ANSWER, json } from '../testing/answers.js';
import { about, compiled, settle, told, unanswered, type Answerer } from '../testing/told.js';

describe('embeddings', () => {
  const embed =
    (vectors: Json): Answerer =>
    (ask) =>
      ask.kind === 'embed' ? vectors : json({ reason: 'x', questions: ['a?', 'b?'], evasive: false });

  it('tell how near a text is to the nearest of some', async () => {
    expect([
      await told(
        { type: 'similar', value: 'A refund was sent.' },
        ANSWER,
        embed([
          [1, 0],
          [1, 0],
        ]),
      ),
      await told(
        { type: 'similar', value: ['x', 'y'], threshold: 0.7 },
        ANSWER,
        embed([
          [1, 1],
          [0, 1],
          [-1, 0],
        ]),
      ),
      await told(
        { type: 'similar', value: 'x' },
        ANSWER,
        embed([
          [1, 0],
          [-1, 0],
        ]),
      ),
      await told(
        { type: 'not-similar', value: 'x' },
        ANSWER,
        embed([
          [1, 0],
          [0, 0],
        ]),
      ),
      await told({ type: 'similar', value: 'x' }, ANSWER, embed([[1, 0]])),
      await told({ type: 'similar', value: 'x' }, ANSWER, embed([[1, 0], [1]])),
      await told({ type: 'similar', value: 'x' }, ANSWER, always(unanswered('down'))),
    ]).toMatchInlineSnapshot(`
      [
        "passed 1: expected the text to be as near as 0.75 to "A refund was sent.", got 1 for "Your refund is on its way."",
        "passed 0.707: expected the text to be as near as 0.7 to "x" or "y", got 0.707 for "Your refund is on its way."",
        "failed 0: expected the text to be as near as 0.75 to "x", got 0 for "Your refund is on its way."",
        "passed 1: expected the text not to be as near as 0.75 to "x", got 0 for "Your refund is on its way."",
        "errored 0: the embedding is not a vector for each text",
        "errored 0: the embedding is not a vector for each text",
        "errored 0: there is no embedding: down",
      ]
    `);
  });

  it('tell whether the question is one that the answer answers', async () => {
    const asked = about('It ships on Monday.', { bindings: { vars: { query: 'When?' }, run: { seed: 1 } } });
    const evasive: Answerer = (ask) =>
      ask.kind === 'embed'
        ? [
            [1, 0],
            [1, 0],
          ]
        : json({ reason: 'x', questions: ['a?'], evasive: true });
    expect([
      await told(
        { type: 'answer-relevance' },
        asked,
        embed([
          [1, 0],
          [1, 0],
          [1, 0],
        ]),
      ),
      await told(
        { type: 'answer-relevance' },
        asked,
        embed([
          [1, 0],
          [0, 1],
          [1, 0],
        ]),
      ),
      await told({ type: 'answer-relevance', value: 'Where is {{ inputs.city }}?' }, ANSWER, evasive),
      await told({ type: 'answer-relevance' }, ANSWER, evasive),
      await told({ type: 'answer-relevance' }, asked, always(unanswered('down'))),
    ]).toMatchInlineSnapshot(`
      [
        "passed 1: expected the relevance of the output to be at least 0.7, got 1: it would answer a? / b?",
        "failed 0.5: expected the relevance of the output to be at least 0.7, got 0.5: it would answer a? / b?",
        "failed 0: expected the relevance of the output to be at least 0.7, got 0 (evasive): it would answer a?",
        "errored 0: there is no question: give it as \`value\`, or as \`vars.query\`",
        "errored 0: the judge could not answer: down",
      ]
    `);
    expect(
      settle(compiled({ type: 'answer-relevance' }), asked, evasive).asked.map(({ ask }) => ask.kind),
    ).toEqual(['model', 'embed']);
  });
});
