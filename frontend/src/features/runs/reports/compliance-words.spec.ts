import { expect, it } from '@jest/globals';
import type { RunCompliance } from '@rehearse/contracts';
import { budgetLine, troublesOf } from './compliance-words.js';

it('a budget is told in its unit, with the share that is used', () => {
  expect([
    budgetLine({ limit: 'maxCostUsd', max: 2, used: 0.5, isExceeded: false }),
    budgetLine({ limit: 'maxTurns', max: 5, used: 7, isExceeded: true }),
    budgetLine({ limit: 'maxDuration', max: null, used: 1_500, isExceeded: false }),
    budgetLine({ limit: 'maxCostUsd', max: 2, used: null, isExceeded: false }),
  ]).toEqual([
    { name: 'Cost', used: '$0.50', max: '$2.00', share: 0.25, isExceeded: false },
    { name: 'Turns', used: '7', max: '5', share: 1, isExceeded: true },
    { name: 'Duration', used: '1.50 s', max: 'no limit', share: null, isExceeded: false },
    { name: 'Cost', used: 'unknown', max: '$2.00', share: null, isExceeded: false },
  ]);
});

it('what is not as it should be is named, and nothing else', () => {
  const clean = {
    ...{ contracts: [{ verdict: 'passed' }], safety: [], policyHits: [], approvals: [], budget: [] },
    chain: { isWhole: true, message: null },
  } as unknown as RunCompliance;
  expect(troublesOf(clean)).toEqual([]);
  const report = {
    ...{ contracts: [{ verdict: 'failed' }], safety: [{ verdict: 'failed' }, { verdict: 'failed' }] },
    ...{ policyHits: [{}], approvals: [{ decision: null }], budget: [{ isExceeded: true }] },
    chain: { isWhole: false, message: 'seq 3' },
  } as unknown as RunCompliance;
  expect(troublesOf(report)).toEqual([
    'the journal was changed',
    '1 contract is broken',
    '2 safety checks failed',
    '1 refusal',
    '1 budget is used up',
    '1 decision is open',
  ]);
});
