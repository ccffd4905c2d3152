import { describe, expect, it } from '@jest/globals';
import { whyNoChecks } from './check-words.js';

describe('a run without a check', () => {
  it('is said to have none only when it came to its end', () => {
    expect(whyNoChecks({ status: 'finished', verdict: 'passed' })).toBe(
      'Nothing is asserted about this run.',
    );
    expect(whyNoChecks({ status: 'canceled', verdict: null })).toContain('stopped before');
    expect(whyNoChecks({ status: 'finished', verdict: 'errored' })).toContain('broke off before');
    expect(whyNoChecks({ status: 'running', verdict: null })).toContain('yet');
  });
});
