import { describe, expect, it } from '@jest/globals';
import { asDraft, formatOf, problemsOfValue, proposal, readValue, whyNot } from './decision-draft.js';

const ada = { role: 'Operator', email: 'ada@example.com' } as const;

describe('whyNot', () => {
  it('lets whoever may write decide where nobody is named', () => {
    expect(whyNot({}, ada)).toBeUndefined();
    expect(whyNot({ approvers: [] }, ada)).toBeUndefined();
  });

  it('lets those decide whose role or address is named', () => {
    expect(whyNot({ approvers: ['Operator'] }, ada)).toBeUndefined();
    expect(whyNot({ approvers: ['Ada@Example.com'] }, ada)).toBeUndefined();
    expect(whyNot({ approvers: ['Admin', 'grace@example.com'] }, ada)).toBe(
      'This is for Admin, grace@example.com to decide; your role is Operator.',
    );
  });

  it('says to a Viewer who decides, also to one who is named', () => {
    expect(whyNot({ approvers: ['ada@example.com'] }, { ...ada, role: 'Viewer' })).toBe(
      'Your role is Viewer; an Operator or an Admin decides.',
    );
    expect(whyNot({}, null)).toBe('Sign in to decide.');
  });
});

describe('proposal', () => {
  it('fills a form with its defaults and with what the step was given by the same names', () => {
    const form = {
      type: 'object',
      properties: { amount: { type: 'number' }, note: { type: 'string', default: 'ok' }, other: {} },
    };
    expect(proposal(form, [{ amount: 250 }, { amount: 1, customer: 'Ada' }])).toEqual({
      amount: 250,
      note: 'ok',
    });
  });

  it('is what the step was given where there is no form, and nothing where that is not one value', () => {
    expect(proposal(undefined, ['A draft'])).toBe('A draft');
    expect(proposal(undefined, ['a', 'b'])).toBeNull();
    expect(proposal({ type: 'string', default: 'x' }, [])).toBe('x');
  });
});

describe('the value of a decision', () => {
  it('is edited as text when it is text and as JSON otherwise', () => {
    expect([formatOf('a', undefined), formatOf(null, { type: 'string' }), formatOf({}, undefined)]).toEqual([
      'text',
      'text',
      'json',
    ]);
    expect(asDraft({ a: 1 }, 'json')).toBe('{\n  "a": 1\n}');
    expect(asDraft(null, 'text')).toBe('');
  });

  it('is refused in the editor when it is no JSON', () => {
    expect(readValue('{"a": 1}', 'json')).toEqual({ ok: true, value: { a: 1 } });
    expect(readValue('', 'text')).toEqual({ ok: true, value: '' });
    expect(readValue('{a', 'json')).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/^Must be JSON/),
    });
    expect(readValue(' ', 'json')).toEqual({ ok: false, problem: 'Must not be empty' });
  });

  it('shows what the server found at the member that it is about', () => {
    const errors = [
      { path: 'value/amount', message: 'must be number' },
      { path: 'value', message: 'must have note' },
      { path: 'key', message: 'unknown' },
    ];
    expect(problemsOfValue(errors)).toEqual({ amount: 'must be number', '': 'must have note' });
  });
});
