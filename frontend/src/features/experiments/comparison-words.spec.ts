import { expect, it } from '@jest/globals';
import type { ExperimentComparison, ShiftTest } from '@rehearse/contracts';
import { duration } from '../../ui/format.js';
import { headline, passRateText, pText, regressionText, shiftText } from './comparison-words.js';

const counts = { regressed: 2, improved: 1, same: 5, undecided: 0, added: 0, removed: 0, flaky: 1 };

it('a comparison is told by what changed, first what got worse', () => {
  expect(headline({ counts })).toBe('2 newly failing, 1 fixed');
  expect(headline({ counts: { ...counts, regressed: 0, improved: 0, added: 3 } })).toBe('3 only here');
  expect(headline({ counts: { ...counts, regressed: 0, improved: 0 } })).toBe('No case turned out otherwise');
});

it('each figure stands with how sure it is, and by which test', () => {
  const rate = (estimate: number) => ({ estimate, low: 0, high: 1, n: 8 });
  const passRate = {
    ...{ baseline: rate(1), candidate: rate(0.75) },
    difference: { estimate: -0.25, low: -0.591, high: 0.105 },
  };
  const regression: ExperimentComparison['regression'] = {
    ...{ method: 'mcnemar', cases: 8, meanDifference: -0.25, p: 0.5, pAdjusted: 1, isExact: true },
  };
  const shift = { cases: 8, shift: 98, shiftRatio: 0.1, p: 0.0004 } as ShiftTest;
  expect([
    passRateText({ passRate }),
    passRateText({ passRate: { ...passRate, difference: null } }),
    regressionText({ regression }),
    regressionText({ regression: null }),
    shiftText(shift, duration),
    shiftText(null, duration),
    pText(0.0312),
  ]).toMatchInlineSnapshot(`
    [
      "100 % → 75 %, −25 % (−59.1 % to +10.5 %)",
      "100 % → 75 %",
      "p = 0.500, p = 1.000 after Holm (McNemar, exact, n = 8)",
      "no case is scored on both sides",
      "+98 ms, +10 %, p < 0.001 (Hodges and Lehmann, n = 8)",
      "not measured on both sides",
      "p = 0.031",
    ]
  `);
});
