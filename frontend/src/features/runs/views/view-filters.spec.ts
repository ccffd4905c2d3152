import { expect, it } from '@jest/globals';
import { filterWords, isShown } from './view-filters.js';

it('a view is what its filters say, in whichever order', () => {
  const filters = { verdict: 'failed', graph: 'refund-agent' } as const;
  expect(isShown({ filters }, { graph: 'refund-agent', verdict: 'failed', q: undefined })).toBe(true);
  expect(isShown({ filters }, { graph: 'refund-agent' })).toBe(false);
  expect(isShown({ filters: {} }, {})).toBe(true);
});

it('filters are read as words', () => {
  expect(filterWords({ verdict: 'failed', q: 'lamp' })).toBe('“lamp”, verdict failed');
  expect(filterWords({})).toBe('every run');
});
