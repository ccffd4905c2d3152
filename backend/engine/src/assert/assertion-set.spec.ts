import { describe, expect, it } from '@jest/globals';
import type { AssertionSet, AssertionSpec } from '@rehearse/contracts';
import { compileAssertionSet } from './assertion-set.js';
import { about, compiled, settle, unanswered, type Answerer } from './testing/told.js';

const PASSES: AssertionSpec = { type: 'contains', value: 'refund' };
const FAILS: AssertionSpec = { type: 'contains', value: 'sorry' };
const RUBRIC: AssertionSpec = { type: 'llm-rubric', value: 'polite' };
const PROGRAM: AssertionSpec = { type: 'javascript', value: 'true' };

function told(parts: AssertionSpec[], more: Partial<AssertionSet> = {}, answerer?: Answerer): string {
  const set = compileAssertionSet({ type: 'assert-set', assert: parts, ...more }, parts.map(compiled));
  if (Array.isArray(set)) return set.map(({ message }) => message).join();
  const { result, asked } = settle(set, about('Your refund is on its way.'), answerer);
  const places = asked.map(({ at }) => at).join(' ');
  return `${result.verdict} ${Math.round(result.score * 1_000) / 1_000}: ${result.reason}${places && ` [${places}]`}`;
}

const weight = (spec: AssertionSpec, amount: number): AssertionSpec => ({ ...spec, weight: amount });
const down: Answerer = () => unanswered('down');

describe('a set of assertions', () => {
  it('holds when all that count hold, or as much of their weight as the threshold asks for', () => {
    expect([
      told([PASSES, PASSES]),
      told([PASSES, FAILS]),
      told([PASSES, weight(FAILS, 0)]),
      told([PASSES, FAILS], { threshold: 0.5 }),
      told([PASSES, weight(FAILS, 3)], { threshold: 0.5 }),
      told([FAILS], { threshold: 0 }),
      told([weight(PASSES, 0.7), weight(PASSES, 0.1), weight(FAILS, 0.2)], { threshold: 0.8 }),
    ]).toMatchInlineSnapshot(`
      [
        "passed 1: expected all of the set to hold, got 2 of 2, score 1",
        "failed 0.5: expected all of the set to hold, got 1 of 2, score 0.5; contains failed: expected the text to contain "sorry", got "Your refund is on its way."",
        "passed 1: expected all of the set to hold, got 1 of 2, score 1; contains failed: expected the text to contain "sorry", got "Your refund is on its way."",
        "passed 0.5: expected the score of the set to be at least 0.5, got 1 of 2, score 0.5; contains failed: expected the text to contain "sorry", got "Your refund is on its way."",
        "failed 0.25: expected the score of the set to be at least 0.5, got 1 of 2, score 0.25; contains failed: expected the text to contain "sorry", got "Your refund is on its way."",
        "passed 0: expected the score of the set to be at least 0, got 0 of 1, score 0; contains failed: expected the text to contain "sorry", got "Your refund is on its way."",
        "passed 0.8: expected the score of the set to be at least 0.8, got 2 of 3, score 0.8; contains failed: expected the text to contain "sorry", got "Your refund is on its way."",
      ]
    `);
  });

  it('of which no part counts does not count either', () => {
    const parts = [weight(FAILS, 0), weight(PASSES, 0)];
    const set = compileAssertionSet({ type: 'assert-set', assert: parts, weight: 2 }, parts.map(compiled));
    expect(Array.isArray(set) ? set : set.evaluate(about('Your refund is on its way.'))).toMatchObject({
      verdict: 'failed',
      score: 0.5,
      weight: 0,
    });
    expect(told([weight(PASSES, 0)])).toMatch(/^passed 1/);
    expect(told(parts, { threshold: 0.5 })).toMatch(/^passed 0.5/);
  });

  it('is errored only where what could not be told might tip the balance', () => {
    expect([
      told([PASSES, RUBRIC], {}, down),
      told([FAILS, RUBRIC], {}, down),
      told([PASSES, PASSES, RUBRIC], { threshold: 0.6 }, down),
      told([FAILS, FAILS, RUBRIC], { threshold: 0.6 }, down),
      told([PASSES, FAILS, RUBRIC], { threshold: 0.6 }, down),
    ]).toMatchInlineSnapshot(`
      [
        "errored 0: expected all of the set to hold, got 1 of 2, score 0.5; llm-rubric errored: the judge could not answer: down [.assert[1]/turn[1]]",
        "failed 0: expected all of the set to hold, got 0 of 2, score 0; contains failed: expected the text to contain "sorry", got "Your refund is on its way."; llm-rubric errored: the judge could not answer: down [.assert[1]/turn[1]]",
        "passed 0.667: expected the score of the set to be at least 0.6, got 2 of 3, score 0.667; llm-rubric errored: the judge could not answer: down [.assert[2]/turn[1]]",
        "failed 0: expected the score of the set to be at least 0.6, got 0 of 3, score 0; contains failed: expected the text to contain "sorry", got "Your refund is on its way."; contains failed: expected the text to contain "sorry", got "Your refund is on its way."; llm-rubric errored: the judge could not answer: down [.assert[2]/turn[1]]",
        "errored 0: expected the score of the set to be at least 0.6, got 1 of 3, score 0.333; contains failed: expected the text to contain "sorry", got "Your refund is on its way."; llm-rubric errored: the judge could not answer: down [.assert[2]/turn[1]]",
      ]
    `);
  });

  it('asks for all of its parts at once', () => {
    const answerer: Answerer = (ask) =>
      ask.kind === 'script' ? true : JSON.stringify({ reason: 'Kind.', pass: true, score: 1 });
    expect(told([RUBRIC, PASSES, { ...RUBRIC, votes: 3 }, PROGRAM], {}, answerer)).toMatchInlineSnapshot(
      `"passed 1: expected all of the set to hold, got 4 of 4, score 1 [.assert[0]/turn[1] .assert[2]/turn[1] .assert[2]/turn[2] .assert[2]/turn[3] .assert[3]/turn[1]]"`,
    );
  });

  it('carries its own metric, severity and weight, and the results of its parts as evidence', () => {
    const parts = [{ ...PASSES, metric: 'tone' }, FAILS];
    const spec: AssertionSet = {
      type: 'assert-set',
      assert: parts,
      metric: 'all',
      severity: 'critical',
      weight: 2,
    };
    const set = compileAssertionSet(spec, parts.map(compiled));
    expect(Array.isArray(set) ? set : set.evaluate(about('refund'))).toMatchInlineSnapshot(`
      {
        "evidence": {
          "actual": [
            {
              "metric": "tone",
              "reason": "expected the text to contain "refund", got "refund"",
              "score": 1,
              "type": "contains",
              "verdict": "passed",
              "weight": 1,
            },
            {
              "reason": "expected the text to contain "sorry", got "refund"",
              "score": 0,
              "type": "contains",
              "verdict": "failed",
              "weight": 1,
            },
          ],
          "expected": "all",
        },
        "metric": "all",
        "reason": "expected all of the set to hold, got 1 of 2, score 0.5; contains failed: expected the text to contain "sorry", got "refund"",
        "score": 0.5,
        "severity": "critical",
        "type": "assert-set",
        "verdict": "failed",
        "weight": 2,
      }
    `);
    expect(told([PASSES], { threshold: 2 })).toMatchInlineSnapshot(
      `"the threshold must lie between 0 and 1"`,
    );
  });
});
