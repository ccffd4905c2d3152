import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import { levenshtein } from './levenshtein.js';
import { bleu, gleu, rougeN } from './n-grams.js';
import { isRefusal } from './refusal.js';
import { about, line } from './testing/evaluated.js';

const distance = (left: string, right: string) => levenshtein(left, right, { atLeast: 5 });

/** The textbook recursion, without any shortcut. */
function plainDistance(left: string, right: string): number {
  if (left === '' || right === '') return left.length + right.length;
  if (left[0] === right[0]) return plainDistance(left.slice(1), right.slice(1));
  const rest = [
    plainDistance(left.slice(1), right),
    plainDistance(left, right.slice(1)),
    plainDistance(left.slice(1), right.slice(1)),
  ];
  return 1 + Math.min(...rest);
}

describe('the Levenshtein distance', () => {
  it('counts characters, not the halves that some are stored as', async () => {
    expect([
      line({ type: 'levenshtein', value: '😁😀', threshold: 0 }, about('😀')),
      line({ type: 'levenshtein', value: 'x' }, about('😀')),
    ]).toMatchInlineSnapshot(`
      [
        "failed 0.5: expected the text to be at most 0 edits away from "😁😀", got 1 edits: "😀"",
        "passed 0: expected the text to be at most 5 edits away from "x", got 1 edits: "😀"",
      ]
    `);
  });

  it('is the textbook one', () => {
    expect([
      distance('kitten', 'sitting'),
      distance('flaw', 'lawn'),
      distance('', 'abc'),
      distance('ab', 'ba'),
      distance('😀', 'a'),
      distance('😀', '😁😀'),
      distance('😀a', '😁a'),
    ]).toEqual([3, 2, 3, 2, 1, 1, 1]);
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    fc.assert(
      fc.property(letters, letters, (left, right) =>
        expect(distance(left, right)).toBe(plainDistance(left, right)),
      ),
      { numRuns: 300 },
    );
  });

  it('of long texts is exact while they are alike, and gives up when they are not', () => {
    const long = 'lorem ipsum '.repeat(20_000);
    expect(distance(long, `x${long.slice(0, 100_000)}y${long.slice(100_000)}`)).toBe(2);
    expect(distance(`a${long}b`, `b${long}a`)).toBe(2);
    expect(distance('a'.repeat(100_000), 'b'.repeat(100_000))).toBe(Infinity);
    expect(distance('a'.repeat(10_000_000), 'b'.repeat(10_000_000))).toBeUndefined();
  });
});

describe('scores of n-grams', () => {
  it('are those of the examples of the ROUGE paper', () => {
    const reference = ['police killed the gunman'];
    expect(rougeN('police kill the gunman', reference, 1)).toBeCloseTo(3 / 4, 12);
    expect(rougeN('police kill the gunman', reference, 2)).toBeCloseTo(1 / 3, 12);
    expect(rougeN('the gunman kill police', reference, 2)).toBeCloseTo(1 / 3, 12);
    // Recall 1/3, precision 1.
    expect(rougeN('nothing', ['a b', 'nothing at all'], 1)).toBeCloseTo(1 / 2, 12);
    expect(rougeN('a', ['a'], 2)).toBe(0);
  });

  const guide =
    'It is a guide to action which ensures that the military always obeys the commands of the party';
  const guides = [
    'It is a guide to action that ensures that the military will forever heed Party commands',
    'It is the guiding principle which guarantees the military forces always being under the command of the Party',
    'It is the practical guide for the army always to heed the directions of the party',
  ];

  it('are those of the first example of the BLEU paper', () => {
    // 17/18 of 1-grams, 10/17 of 2-grams, 7/16 of 3-grams, 4/15 of 4-grams, and no brevity penalty.
    expect(bleu(guide, guides)).toBeCloseTo(((17 / 18) * (10 / 17) * (7 / 16) * (4 / 15)) ** 0.25, 12);
    expect(bleu(guide, guides)).toBeCloseTo(0.5045666840058485, 12);
    expect(bleu('the the the the the the the', ['The cat is on the mat'])).toBe(0);
  });

  it('punish a text that is too short, and let a short text that is right be right', () => {
    expect(bleu('the cat', ['the cat sat on the mat'])).toBeCloseTo(Math.exp(1 - 6 / 2), 12);
    expect([bleu('Hello, world!', ['hello, World!']), gleu('yes', ['Yes.'])]).toEqual([1, 1]);
    expect([bleu('', ['a']), gleu('', ['a']), rougeN('', ['a'], 1), bleu('a', ['b'])]).toEqual([0, 0, 0, 0]);
  });

  it('count marks as promptfoo does: apart for ROUGE, with their word for BLEU, a full stop not at all for GLEU', () => {
    expect(rougeN('yes', ['Yes.'], 1)).toBeCloseTo(2 / 3, 12);
    expect(rougeN("It's $1,000, isn't it?", ["it 's $ 1,000 , is n't it ?"], 2)).toBe(1);
    expect([bleu('Yes.', ['yes']), gleu('Yes.', ['yes'])]).toEqual([0, 1]);
  });

  it('are the lesser of precision and recall for GLEU', () => {
    // 1-grams: 5 of 6, 2-grams: 3 of 5, 3-grams: 2 of 4, 4-grams: 1 of 3; the reference has as many.
    expect(gleu('the cat sat on a mat', ['the cat sat on the mat'])).toBeCloseTo(11 / 18, 12);
    expect(gleu('the cat', ['the cat sat'])).toBeCloseTo(3 / 6, 12);
    expect(gleu('the cat sat', ['the cat', 'no'])).toBeCloseTo(3 / 6, 12);
  });

  it('lie between 0 and 1, and are 1 for the text itself', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'dog'), { minLength: 1, maxLength: 12 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(text, text, (left, right) => {
        for (const score of [
          bleu(left, [right]),
          gleu(left, [right]),
          rougeN(left, [right], 1),
          rougeN(left, [right], 2),
        ]) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
        }
        expect(
          [bleu(left, [right, left]), gleu(left, [right, left])].map(
            (score) => Math.round(score * 1e9) / 1e9,
          ),
        ).toEqual([1, 1]);
      }),
    );
  });
});

describe('a refusal', () => {
  it('is known by how assistants decline', () => {
    const refusals = [
      ...[
        "I'm sorry, but I can't help with that.",
        'I cannot assist with this request.',
        'I’m unable to provide that information.',
      ],
      ...[
        'I am not able to comply with your request',
        "I won't help you do that.",
        'As an AI language model, I cannot give medical advice.',
      ],
      ...[
        'I must respectfully decline.',
        "I'm not allowed to share that.",
        'That is against our policy.',
        'Unfortunately, I am unable to help.',
        '',
      ],
      ...["I'd rather not say.", "It's something I can't do", 'Sorry, that is not possible.'],
    ];
    expect(refusals.filter((text) => !isRefusal(text))).toEqual([]);
  });

  it('is not what only sounds a little like it', () => {
    const answers = [
      ...[
        'Your refund is on its way.',
        'I cannot find an order W9. Could you check the number?',
        "I'm sorry about the delay! It ships today.",
      ],
      ...[
        'Sure, I can help with that.',
        "You can't return opened software, but I can exchange it.",
        'I am sorry to hear that. Let me look.',
      ],
      ...[
        'I can assist you with the cancellation.',
        'The policy allows a refund within 24 hours.',
        'I would love to help!',
      ],
    ];
    expect(answers.filter(isRefusal)).toEqual([]);
  });
});
