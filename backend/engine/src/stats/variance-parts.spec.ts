import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isotonic, varianceParts, varianceShares, type NestedScores } from './index.js';
import { seededRandom } from './seeded-random.js';

/** Two cases of two levels, whose pooled variances are 1/6 and 1/2 within, 1/3 and 1/3 without. */
const SMALL: NestedScores[] = [
  [
    [
      [1, 1, 0],
      [0, 0, 0],
    ],
    [[1, 0, 1, 0]],
  ],
  [[[1, 0]], [[1, 1, 0]]],
];

const scores = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 2, maxLength: 6 });
const groups = fc.array(scores, { minLength: 1, maxLength: 3 });
const nested = fc
  .integer({ min: 1, max: 4 })
  .chain((levels) =>
    fc.array(fc.array(groups, { minLength: levels, maxLength: levels }), { minLength: 1, maxLength: 5 }),
  );

/**
 * Cases whose model answers well by a coin, and whose judge passes a good answer with one chance and a bad one with
 * another: with 0.9 and 0.1 the judge carries 0.09 of a variance of 0.25, and the model 0.16.
 */
function simulated(cases: number, random: () => number, { good = 0.9, bad = 0.1, runs = 6 } = {}) {
  const judged = (isGood: boolean) => (random() < (isGood ? good : bad) ? 1 : 0);
  const many = (score: () => number) => Array.from({ length: runs }, score);
  const answer = () => random() < 0.5;
  return Array.from({ length: cases }, (): NestedScores => {
    const tapes = [answer(), answer()];
    return [tapes.map((isGood) => many(() => judged(isGood))), [many(() => judged(answer()))]];
  });
}

describe('values that never fall', () => {
  it.each([
    [
      [1, 3, 2, 4, 3.5, 5],
      [1, 2.5, 2.5, 3.75, 3.75, 5],
    ],
    [
      [4, 3, 2, 1],
      [2.5, 2.5, 2.5, 2.5],
    ],
    [[], []],
  ])('nearest to %j are %j', (values, expected) => {
    expect(isotonic(values.map((value) => ({ value, weight: 1 })))).toEqual(expected);
  });

  it('follow the weights', () => {
    const values = [
      { value: 3, weight: 1 },
      { value: 1, weight: 3 },
      { value: 2, weight: 1 },
    ];
    expect(isotonic(values)).toEqual([1.5, 1.5, 2]);
  });

  it('keep the weighted mean, and change nothing that rises already', () => {
    const weighted = fc.record({
      value: fc.integer({ min: 0, max: 100 }),
      weight: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(weighted, { minLength: 1 }), (values) => {
        const rising = isotonic(values);
        const sum = (of: readonly number[]) => of.reduce((a, value, at) => a + value * values[at]!.weight, 0);
        expect(sum(rising)).toBeCloseTo(sum(values.map(({ value }) => value)), 6);
        for (let at = 1; at < rising.length; at++)
          expect(rising[at]!).toBeGreaterThanOrEqual(rising[at - 1]!);
        const sorted = values.toSorted((a, b) => a.value - b.value);
        expect(isotonic(sorted)).toEqual(sorted.map(({ value }) => value));
      }),
    );
  });
});

describe('the parts of a variance', () => {
  it('are what each level adds to those below it', () => {
    const parts = varianceParts(SMALL)!;
    expect(parts.total).toBeCloseTo(1 / 3, 12);
    expect(parts.parts[0]).toBeCloseTo(1 / 3, 12);
    expect(parts.parts[1]).toBeCloseTo(0, 12);
  });

  it('count each case once, however many scores it has', () => {
    const long: NestedScores = [[Array.from({ length: 100 }, (_, at) => at % 2)]];
    const still: NestedScores = [[[1, 1]]];
    expect(varianceParts([long, still])!.total).toBeCloseTo((25 / 99 + 0) / 2, 12);
  });

  it('are not told where a level has no two scores of a group', () => {
    expect(varianceParts([[[[1, 0]], [[1]]]])).toBeNull();
    expect(varianceParts([])).toBeNull();
    expect(varianceShares([[[[1]]]], { seed: 1 })).toBeNull();
  });

  it('add up to the total, are never below 0, and their shares to 1', () => {
    fc.assert(
      fc.property(nested, (cases) => {
        const found = varianceShares(cases, { seed: 7, draws: 200 })!;
        const sum = (of: readonly { estimate: number }[]) => of.reduce((a, { estimate }) => a + estimate, 0);
        expect(sum(found.parts)).toBeCloseTo(found.total.estimate, 9);
        for (const { estimate } of found.parts) expect(estimate).toBeGreaterThanOrEqual(0);
        if (found.shares) expect(sum(found.shares)).toBeCloseTo(1, 9);
        else expect(found.total.estimate).toBe(0);
      }),
    );
  });

  it('give no share to anybody where nothing varies', () => {
    const still: NestedScores[] = [
      [[[1, 1, 1]], [[1, 1]]],
      [[[0, 0]], [[0, 0]]],
    ];
    expect(varianceShares(still, { seed: 1 })).toMatchObject({
      shares: null,
      total: { estimate: 0, high: 0 },
    });
  });

  it('do not change with the order of cases, of groups or of scores', () => {
    fc.assert(
      fc.property(nested, (cases) => {
        const turned = cases
          .toReversed()
          .map((levels) => levels.map((level) => level.toReversed().map((group) => group.toReversed())));
        const [a, b] = [varianceParts(cases)!, varianceParts(turned)!];
        expect(b.total).toBeCloseTo(a.total, 9);
        b.parts.forEach((part, at) => expect(part).toBeCloseTo(a.parts[at]!, 9));
      }),
    );
  });

  it('come near to those that are known, with enough cases', () => {
    const { total, parts } = varianceParts(simulated(2_000, seededRandom(5)))!;
    expect(total).toBeCloseTo(0.25, 2);
    expect(parts[0]! / total).toBeCloseTo(0.36, 1);
    expect(parts[1]! / total).toBeCloseTo(0.64, 1);
  });

  it('lie in their intervals about as often as these say', () => {
    const random = seededRandom(11);
    let held = 0;
    const times = 40;
    for (let at = 0; at < times; at++) {
      const { shares } = varianceShares(simulated(20, random), { seed: at, draws: 200 })!;
      if (shares![1]!.low <= 0.64 && 0.64 <= shares![1]!.high) held++;
    }
    expect(held / times).toBeGreaterThan(0.85);
  });

  it('are the same each time for one seed', () => {
    const cases = simulated(5, seededRandom(3));
    expect(varianceShares(cases, { seed: 9 })).toEqual(varianceShares(cases, { seed: 9 }));
  });
});
