import { describe, expect, it } from '@jest/globals';
import type { AssertionSpec, Json } from '@rehearse/contracts';
import { about, evaluate, line, verdicts } from './testing/evaluated.js';
import { compiled, settle } from './testing/told.js';

describe('a text assertion', () => {
  it('says what was expected and what was there', () => {
    expect(
      [
        line({ type: 'contains', value: 'refund' }),
        line({ type: 'contains', value: 'REFUND' }),
        line({ type: 'icontains', value: 'REFUND' }),
        line({ type: 'not-contains', value: 'refund' }),
        line({ type: 'contains', value: '{{ inputs.order_id }}' }),
        line({ type: 'contains', value: '{{ inputs.gone }}' }),
        line({ type: 'contains-all', value: ['refund', 'W1'] }),
        line({ type: 'contains-all', value: 'refund, W2, "on, its"' }),
        line({ type: 'contains-any', value: ['no', 'W{{ 1 }}'] }),
        line({ type: 'icontains-all', value: ['REFUND', 'Way'] }),
        line({ type: 'icontains-any', value: 'NOPE,YOUR' }),
        line({ type: 'not-icontains-any', value: 'nope' }),
        line({ type: 'starts-with', value: 'Your' }),
        line({ type: 'ends-with', value: 'way' }),
        line({ type: 'equals', value: 'Your refund for {{ inputs.order_id }} is on its way.' }),
        line({ type: 'regex', value: 'W\\d+' }),
        line({ type: 'regex', value: '{{ inputs.pattern }}' }),
        line({ type: 'regex', value: '{{ inputs.bad }}' }),
        line({ type: 'word-count', value: 8 }),
        line({ type: 'word-count', value: { min: 9, max: 12 } }),
        line({ type: 'word-count', value: { max: 8 } }),
        line({ type: 'not-word-count', value: { min: 1 } }),
        line({ type: 'is-refusal' }),
        line({ type: 'not-is-refusal' }),
      ].join('\n'),
    ).toMatchInlineSnapshot(`
           "passed 1: expected the text to contain "refund", got "Your refund for W1 is on its way."
           failed 0: expected the text to contain "REFUND", got "Your refund for W1 is on its way."
           passed 1: expected the text to contain, in any case, "REFUND", got "Your refund for W1 is on its way."
           failed 0: expected the text not to contain "refund", got "Your refund for W1 is on its way."
           passed 1: expected the text to contain "W1", got "Your refund for W1 is on its way."
           errored 0: inputs.gone: no such field 'gone'
           passed 1: expected the text to contain all of "refund", "W1", got "Your refund for W1 is on its way."
           failed 0: expected the text to contain all of "refund", "W2", "on, its", got "Your refund for W1 is on its way." without "W2", "on, its"
           passed 1: expected the text to contain any of "no", "W1", got "Your refund for W1 is on its way."
           passed 1: expected the text to contain, in any case, all of "REFUND", "Way", got "Your refund for W1 is on its way."
           passed 1: expected the text to contain, in any case, any of "NOPE", "YOUR", got "Your refund for W1 is on its way."
           passed 1: expected the text not to contain, in any case, any of "nope", got "Your refund for W1 is on its way."
           passed 1: expected the text to start with "Your", got "Your refund for W1 is on its way."
           failed 0: expected the text to end with "way", got "Your refund for W1 is on its way."
           passed 1: expected the text to equal "Your refund for W1 is on its way.", got "Your refund for W1 is on its way."
           passed 1: expected the text to match "W\\d+", got "Your refund for W1 is on its way."
           passed 1: expected the text to match "^Your", got "Your refund for W1 is on its way."
           errored 0: "(" cannot be used: missing closing ): \`(\`
           passed 1: expected the text to have exactly 8 words, got 8
           failed 0: expected the text to have 9 to 12 words, got 8
           passed 1: expected the text to have at most 8 words, got 8
           failed 0: expected the text not to have at least 1 word, got 8
           failed 0: expected the text to be a refusal, got "Your refund for W1 is on its way."
           passed 1: expected the text not to be a refusal, got "Your refund for W1 is on its way.""
        `);
  });

  it('sees the canonical JSON of what is no text, and compares objects as such', () => {
    const order = about({ total: 5, id: 'W1' });
    expect(
      verdicts(
        [
          ...[
            { type: 'contains', value: '"id":"W1"' },
            { type: 'equals', value: { id: '{{ inputs.order_id }}', total: 5 } },
          ],
          ...[
            { type: 'equals', value: { id: 'W1' } },
            { type: 'starts-with', value: '{"id"' },
          ],
        ],
        order,
      ),
    ).toEqual(['passed', 'passed', 'failed', 'passed']);
    expect(verdicts([{ type: 'equals', value: { a: [1] } }], about(' {"a": [1]} '))).toEqual(['passed']);
    expect(
      verdicts(
        [
          { type: 'equals', value: { a: 1 } },
          { type: 'not-equals', value: { a: 1 } },
        ],
        about('no'),
      ),
    ).toEqual(['failed', 'passed']);
    expect(
      verdicts(
        [
          { type: 'equals', value: 5 },
          { type: 'equals', value: '5' },
        ],
        about(5),
      ),
    ).toEqual(['passed', 'passed']);
  });

  it('takes commas in templates and in quoted items for text, and other quotation marks too', () => {
    const shown = (value: string) => evaluate({ type: 'contains-any', value }).evidence!.expected;
    expect([
      shown('{{ inputs.order_id.replace("W", ",") }}, b'),
      shown('"well, maybe", yes'),
      shown('5" pipe, 3" pipe'),
      shown('"open, x'),
      shown('say "hi", "{{ "a,b" }}, c" , d'),
      shown(' a ,, "" , b,'),
    ]).toEqual([
      [',1', 'b'],
      ['well, maybe', 'yes'],
      ['5" pipe', '3" pipe'],
      ['"open', 'x'],
      ['say "hi"', 'a,b, c', 'd'],
      ['a', 'b'],
    ]);
    expect(evaluate({ type: 'contains-all', value: '{{ inputs.order_id.replace(",", "-") }}' }).verdict).toBe(
      'passed',
    );
  });

  it('cannot tell anything when its value comes out empty', () => {
    const value = '{{ "" }}';
    const types = [
      'contains',
      'not-contains',
      'icontains',
      'starts-with',
      'ends-with',
      'contains-any',
      'regex',
    ];
    for (const type of types)
      expect(evaluate({ type, value })).toMatchObject({
        verdict: 'errored',
        reason: 'the value came out empty, which any text would fulfil',
      });
    expect(evaluate({ type: 'contains-all', value: ['Your', value] }).verdict).toBe('errored');
    expect(evaluate({ type: 'equals', value }, about('')).verdict).toBe('passed');
  });

  it('cannot tell anything when there is no output, with `not-` as without', () => {
    for (const spec of [
      ...[
        { type: 'contains', value: 'a' },
        { type: 'not-contains', value: 'a' },
        { type: 'is-json' },
        { type: 'not-is-refusal' },
      ],
      ...[
        { type: 'bleu', value: 'a' },
        { type: 'contains-json' },
        { type: 'cel', value: 'true', transform: 'output' },
      ],
    ]) {
      expect(evaluate(spec, about(null))).toMatchObject({
        verdict: 'errored',
        score: 0,
        reason: 'the run has no output',
      });
    }
  });

  it('looks at the output after its transform', () => {
    const order = about({ message: 'All is well', list: [1, 2] });
    expect(line({ type: 'equals', value: 'All is well', transform: 'output.message' }, order)).toMatch(
      /^passed/,
    );
    expect(line({ type: 'cel', value: 'output == 2', transform: 'output.list.size()' }, order)).toMatch(
      /^passed/,
    );
    const list: AssertionSpec = { type: 'cel', value: 'text == "[1,2]"', transform: 'output.list' };
    expect(line(list, { ...order, text: 'All is well' })).toMatch(/^passed/);
    expect(line({ type: 'equals', value: 'x', transform: 'output.gone' }, order)).toMatchInlineSnapshot(
      `"errored 0: the transform failed: output.gone: no such field 'gone'"`,
    );
  });

  it('looks at what a program makes of the output, and asks itself behind it', () => {
    const spec: AssertionSpec = {
      type: 'javascript',
      value: 'output > 1',
      transform: { javascript: 'output.n' },
    };
    const answers: Record<string, Json> = { '/turn[1]': 2, '/turn[2]': true };
    const { result, asked } = settle(compiled(spec), about({ n: 2 }), (_, at) => answers[at]!);
    expect(asked.map(({ at, ask }) => [at, 'bindings' in ask && ask.bindings.output])).toEqual([
      ['/turn[1]', { n: 2 }],
      ['/turn[2]', 2],
    ]);
    expect(result.verdict).toBe('passed');
    const nothing = settle(compiled(spec), about({ n: 2 }), () => ({ ok: true, value: null }));
    expect(nothing.result).toMatchObject({
      ...{ verdict: 'errored', reason: 'the transform failed: the program gave null' },
    });
    expect(settle(compiled(spec), about(null)).result.reason).toBe('the run has no output');
  });
});
