import { describe, expect, it } from '@jest/globals';
import { always, ANSWER, json } from '../testing/answers.js';
import { about, told, unanswered } from '../testing/told.js';

describe('retrieved context', () => {
  const vars = { query: 'When does it ship?', context: 'It ships on Monday. We sell bicycles.' };
  const subject = about('It ships on Monday.', { bindings: { vars, run: { seed: 1 } } });

  it('is judged statement by statement', async () => {
    const claims = json({
      reason: 'One is not.',
      claims: [
        { text: 'a', supported: true },
        { text: 'b', supported: false },
      ],
    });
    const sentences = (key: string) =>
      json({
        reason: 'Half.',
        sentences: [
          { text: 'a', [key]: true },
          { text: 'b', [key]: false },
        ],
      });
    expect([
      await told({ type: 'context-faithfulness' }, subject, always(claims)),
      await told({ type: 'context-faithfulness', threshold: 0.5 }, subject, always(claims)),
      await told(
        { type: 'context-faithfulness', value: 'Mondays are for shipping.' },
        about('x'),
        always(claims),
      ),
      await told(
        { type: 'context-recall', value: 'Monday', threshold: 0.5 },
        subject,
        always(sentences('found')),
      ),
      await told({ type: 'context-relevance' }, subject, always(sentences('needed'))),
      await told({ type: 'not-context-relevance' }, subject, always(sentences('needed'))),
      await told({ type: 'context-faithfulness' }, subject, always(json({ reason: 'None.', claims: [] }))),
      await told({ type: 'context-recall', value: 'x' }, about('x'), always(sentences('found'))),
      await told(
        { type: 'context-relevance', value: { question: '{{ inputs.city }}?', context: 'c' } },
        ANSWER,
        always(unanswered('down')),
      ),
    ]).toMatchInlineSnapshot(`
      [
        "failed 0.5: expected the share of the output's claims that the context supports to be at least 0.7, got score 0.5: One is not.",
        "passed 0.5: expected the share of the output's claims that the context supports to be at least 0.5, got score 0.5: One is not.",
        "failed 0.5: expected the share of the output's claims that the context supports to be at least 0.7, got score 0.5: One is not.",
        "passed 0.5: expected the share of what is expected that the context holds to be at least 0.5, got score 0.5: Half.",
        "failed 0.5: expected the share of the context that the question needs to be at least 0.7, got score 0.5: Half.",
        "passed 0.5: expected the share of the context that the question needs not to be at least 0.7, got score 0.5: Half.",
        "errored 0: the judge found no claims: None.",
        "errored 0: there is no context: give \`value.context\`, or \`vars.context\`",
        "errored 0: the judge could not answer: down",
      ]
    `);
  });
});
