import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { caseFilter } from './case-filter.js';

const CASE = { id: 'refund-late', labels: { team: 'support', id: 'label-wins' }, dataset: 'rows/a.csv' };
const fits = (filter: string) => caseFilter(filter, 'shop')(CASE);

describe('--filter', () => {
  it.each(['refund', 'late', 'shop', 'ho', 'refund-*', '*-late', 'r?fund*', 'sho?', '*', 'team=support'])(
    '%s takes the case',
    (filter) => expect(fits(filter)).toBe(true),
  );

  it.each(['refunds', 'refund*x', '?shop', 'team=sup', 'team=', 'risk=high', 'constructor=x', '=x*'])(
    '%s leaves it out',
    (filter) => expect(fits(filter)).toBe(false),
  );

  it('knows the id, the graph and the data set by name, and labels before them', () => {
    expect(fits('dataset=rows/*.csv')).toBe(true);
    expect(fits('graph=shop')).toBe(true);
    expect(fits('id=label-*')).toBe(true);
    expect(fits('team=s*t')).toBe(true);
  });

  it('takes a pattern that is made of a text by leaving parts out', () => {
    const parts = fc.array(fc.tuple(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 })), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(parts, (pairs) => {
        const clean = (text: string) => text.replaceAll(/[*?=]/g, '');
        const pattern = pairs.map(([kept]) => `${clean(kept)}*`).join('');
        const id = pairs.map(([kept, dropped]) => clean(kept) + clean(dropped)).join('');
        expect(pattern === '' || caseFilter(pattern, '\n')({ id, labels: {} })).toBe(true);
      }),
    );
  });

  it('takes no time over a pattern that is meant to', () => {
    const one = { id: 'a'.repeat(5_000), labels: {} };
    expect(caseFilter(`${'*a'.repeat(200)}b`, 'g')(one)).toBe(false);
  });
});
