import { describe, expect, it } from '@jest/globals';
import type { AssertionSubject } from './index.js';
import { about, call, evaluate, line, SUBJECT, verdicts } from './testing/evaluated.js';

describe('a trajectory assertion', () => {
  it('looks at the tools that were called', () => {
    const args = { name: 'issue_refund', args: { order_id: '{{ inputs.order_id }}' } };
    const lines = { order_id: 'W1', lines: [{ sku: 'a' }] };
    expect(
      [
        line({ type: 'trajectory:tool-used', value: 'issue_refund' }),
        line({ type: 'trajectory:tool-used', value: ['lookup_order', 'cancel'] }),
        line({ type: 'not-trajectory:tool-used', value: ['cancel', 'issue_refund'] }),
        line({ type: 'not-trajectory:tool-used', value: ['cancel', 'delete'] }),
        line({ type: 'trajectory:tool-used', value: { pattern: '*_order', max: 1 } }),
        line({ type: 'trajectory:tool-used', value: { name: 'lookup_order', min: 2 } }),
        line({ type: 'trajectory:tool-used', value: { pattern: '*', max: 0 } }),
        line({ type: 'trajectory:tool-args-match', value: args }),
        line({ type: 'trajectory:tool-args-match', value: { ...args, mode: 'exact' } }),
        line({ type: 'trajectory:tool-args-match', value: { ...args, mode: 'exact', ignore: 'li*' } }),
        line({ type: 'trajectory:tool-args-match', value: { name: 'issue_refund', args: lines } }),
        line({ type: 'trajectory:tool-args-match', value: { name: 'cancel', args: {} } }),
        line({ type: 'trajectory:step-count', value: { max: 3 } }),
        line({ type: 'trajectory:step-count', value: { exact: 2 } }),
        line({ type: 'tool-call-f1', value: ['lookup_order', 'cancel'], threshold: 0.5 }),
        line({ type: 'tool-call-f1', value: 'lookup_order, issue_refund' }),
        line({ type: 'tool-call-f1', value: 'cancel' }, about('x', { toolCalls: [] })),
        line({ type: 'finish-reason', value: 'STOP' }),
        line({ type: 'finish-reason', value: 'length' }),
        line({ type: 'finish-reason', value: 'stop' }, {
          ...SUBJECT,
          finishReason: undefined,
        } as unknown as AssertionSubject),
      ].join('\n'),
    ).toMatchInlineSnapshot(`
           "passed 1: expected the run to use issue_refund, got lookup_order, issue_refund
           failed 0: expected the run to use lookup_order, cancel, got lookup_order, issue_refund
           failed 0: expected the run not to use any of cancel, issue_refund, got lookup_order, issue_refund
           passed 1: expected the run not to use any of cancel, delete, got lookup_order, issue_refund
           passed 1: expected the run to use *_order exactly 1 time, got 1 of lookup_order, issue_refund
           failed 0: expected the run to use lookup_order at least 2 times, got 1 of lookup_order, issue_refund
           failed 0: expected the run to use * exactly 0 times, got 2 of lookup_order, issue_refund
           passed 1: expected the run to call issue_refund with {"order_id":"W1"}, got {"lines":[{"n":1,"sku":"a"}],"order_id":"W1"}
           failed 0: expected the run to call issue_refund with exactly {"order_id":"W1"}, got {"lines":[{"n":1,"sku":"a"}],"order_id":"W1"}
           passed 1: expected the run to call issue_refund with exactly {"order_id":"W1"}, got {"order_id":"W1"}
           passed 1: expected the run to call issue_refund with {"lines":[{"sku":"a"}],"order_id":"W1"}, got {"lines":[{"n":1,"sku":"a"}],"order_id":"W1"}
           failed 0: expected the run to call cancel with {}, got lookup_order, issue_refund
           passed 1: expected the run to take at most 3 steps, got 3
           failed 0: expected the run to take exactly 2 steps, got 3
           passed 0.5: expected the F1 score of the tools against lookup_order, cancel to be at least 0.5, got 0.5 for lookup_order, issue_refund
           passed 1: expected the F1 score of the tools against lookup_order, issue_refund to be at least 1, got 1 for lookup_order, issue_refund
           failed 0: expected the F1 score of the tools against cancel to be at least 1, got 0 for no tool call
           passed 1: expected the finish reason to be "STOP", got "stop"
           failed 0: expected the finish reason to be "length", got "stop"
           errored 0: no model told why it finished"
        `);
  });

  it('compares sequences in five ways', () => {
    const MODES = ['exact', 'in_order', 'unordered', 'subset', 'superset'];
    const table = (calls: string, steps: string): string => {
      const subject = about('x', { toolCalls: Array.from(calls, (name) => call(name)) });
      const holding = MODES.filter((mode) => {
        const value = { mode, steps: Array.from(steps, (name) => (name === '*' ? { pattern: '*' } : name)) };
        return evaluate({ type: 'trajectory:tool-sequence', value }, subject).verdict === 'passed';
      });
      return `${calls || '(none)'} against ${steps}: ${holding.join(' ')}`;
    };
    expect(
      [
        ...[
          table('ab', 'ab'),
          table('ba', 'ab'),
          table('acb', 'ab'),
          table('a', 'ab'),
          table('', 'ab'),
          table('aab', 'ab'),
        ],

        ...[table('ab', 'aab'), table('c', 'ab'), table('ab', '*a'), table('ba', '*a'), table('aa', 'a*')],
      ].join('\n'),
    ).toMatchInlineSnapshot(`
           "ab against ab: exact in_order unordered subset superset
           ba against ab: unordered subset superset
           acb against ab: in_order superset
           a against ab: subset
           (none) against ab: subset
           aab against ab: in_order superset
           ab against aab: subset
           c against ab: 
           ab against *a: unordered subset superset
           ba against *a: exact in_order unordered subset superset
           aa against a*: exact in_order unordered subset superset"
        `);
    expect(
      evaluate({ type: 'trajectory:tool-sequence', value: ['lookup_order', 'issue_refund'] }).verdict,
    ).toBe('passed');
    const nothing = { type: 'trajectory:tool-sequence', value: { mode: 'exact', steps: [] } };
    expect(verdicts([nothing], about('x', { toolCalls: [] }))).toEqual(['passed']);
  });
});
