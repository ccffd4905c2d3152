import { describe, expect, it } from '@jest/globals';
import { expectedAssertion } from './expected.js';
import { rowCase } from './row-case.js';

const asserted = (text: string) => {
  const expected = expectedAssertion(text);
  return expected.ok ? expected.assertion : expected.message;
};

describe('an `__expected` cell', () => {
  it.each([
    ['Paris', { type: 'equals', value: 'Paris' }],
    ['note: this is plain text', { type: 'equals', value: 'note: this is plain text' }],
    ['equals: {"a": 1}', { type: 'equals', value: '{"a": 1}' }],
    ['contains: Paris: the city', { type: 'contains', value: 'Paris: the city' }],
    ['not-contains: Rome', { type: 'not-contains', value: 'Rome' }],
    ['contains-any: a, b ,c', { type: 'contains-any', value: ['a', 'b', 'c'] }],
    ['similar(0.8): a greeting', { type: 'similar', value: 'a greeting', threshold: 0.8 }],
    ['levenshtein(5):Paris', { type: 'levenshtein', value: 'Paris', threshold: 5 }],
    ['latency(1000)', { type: 'latency', threshold: 1000 }],
    ['levenshtein: Paris', { type: 'levenshtein', value: 'Paris', threshold: 0.75 }],
    ['is-json', { type: 'is-json' }],
    ['not-is-json', { type: 'not-is-json' }],
    ['is-json: {"type": "object"}', { type: 'is-json', value: { type: 'object' } }],
    ['word-count: 5', { type: 'word-count', value: 5 }],
    ['grade: is polite', { type: 'llm-rubric', value: 'is polite' }],
    ['llm-rubric(0.7): is polite', { type: 'llm-rubric', value: 'is polite', threshold: 0.7 }],
    ['javascript: output.length > 5', { type: 'javascript', value: 'output.length > 5' }],
    ['fn: output.length > 5', { type: 'javascript', value: 'output.length > 5' }],
    ['trajectory:tool-used: search', { type: 'trajectory:tool-used', value: 'search' }],
    ['python: True', 'the assertion `python` of promptfoo has no counterpart here'],
  ])('%s', (text, expected) => {
    expect(asserted(text)).toEqual(expected);
  });
});

describe('the columns of promptfoo', () => {
  const row = (cells: Record<string, string>) =>
    rowCase({ number: 1, line: 2, position: 0, cells }, { isText: true, inputs: undefined });

  it('say what is expected, in their order', () => {
    const { case: made, problems } = row({
      ...{
        q: 'x',
        __expected2: 'contains: b',
        __expected1: 'contains: a',
        __expected3: '',
        __metric: 'taste',
      },
      ...{ '__config:__expected2:threshold': '0.5', __description: 'one', '__metadata:topic': 'food' },
      ...{ __prefix: 'Please: ', __suffix: '!' },
    });
    expect(problems).toEqual([]);
    expect(made).toEqual({
      ...{ id: null, description: 'one', labels: { topic: 'food' } },
      vars: { q: 'x', prefix: 'Please: ', suffix: '!' },
      assert: [
        { type: 'contains', value: 'a', metric: 'taste' },
        { type: 'contains', value: 'b', metric: 'taste', threshold: 0.5 },
      ],
    });
  });

  it('make a set of them that needs a share when there is a threshold', () => {
    expect(
      row({ __expected1: 'contains: a', __expected2: 'contains: b', __threshold: '0.5' }).case.assert,
    ).toEqual([{ type: 'assert-set', threshold: 0.5, assert: [expect.anything(), expect.anything()] }]);
  });

  it('do not reach what they should not', () => {
    const { case: made, problems } = row(JSON.parse('{"__proto__": "x", "constructor": "y"}'));
    expect(made.vars).toEqual({ constructor: 'y' });
    expect(problems.map(({ message }) => message)).toEqual(['the column __proto__ means nothing']);
  });
});
