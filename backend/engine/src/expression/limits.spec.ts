import { describe, it, expect } from '@jest/globals';
import type { Json } from '@rehearse/contracts';
import fc from 'fast-check';
import type { CompiledExpression, ExpressionScope } from './index.js';
import { compileExpression, compileRegex } from './index.js';

const SCOPES: readonly ExpressionScope[] = ['node', 'check', 'mock', 'tool', 'contract'];

function compiled(source: string, scope: ExpressionScope = 'node'): CompiledExpression {
  const result = compileExpression(source, scope);
  if (Array.isArray(result)) throw new Error(result.map(({ message }) => message).join('; '));
  return result;
}

const firstIssue = (source: string) => {
  const result = compileExpression(source, 'node');
  return Array.isArray(result) ? `${result[0]!.code}: ${result[0]!.message}` : 'fine';
};

const fails = (source: string, inputs: Json) => {
  const result = compiled(source).evaluate({ inputs });
  return result.ok ? 'fine' : `${result.error.code}: ${result.error.message}`;
};

/** Pieces of CEL in any order: most are nonsense, many parse. */
const soup = fc
  .array(
    fc.constantFrom(
      ...[
        'inputs',
        'nodes',
        '.a',
        '.?b',
        '[0]',
        '[?"x"]',
        '1',
        '2.5',
        '"s"',
        'null',
        'true',
        '+',
        '-',
        '*',
        '/',
      ],
      ...[
        '%',
        '==',
        '!=',
        '<',
        '&&',
        '||',
        '!',
        '?',
        ':',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        ',',
        ' in ',
        '.size()',
      ],
      ...[
        '.map(x, x)',
        '.all(y, y > 1)',
        '.matches("a+")',
        'has(inputs.a)',
        '.orValue(1)',
        'x',
        '"\\u',
        '}}',
        '{{',
      ],
    ),
    { maxLength: 25 },
  )
  .map((pieces) => pieces.join(''));

describe('an expression', () => {
  it('never throws while it is compiled, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(soup, fc.string({ unit: 'binary' })),
        fc.constantFrom(...SCOPES),
        (source, scope) => {
          const result = compileExpression(source, scope);
          for (const issue of Array.isArray(result) ? result : result.warnings) {
            expect(issue.offset).toBeGreaterThanOrEqual(0);
            expect(issue.offset + issue.length).toBeLessThanOrEqual(source.length);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('never throws while it runs, whatever the JSON, and gives JSON', () => {
    const sources = [
      ...[
        'inputs.a + inputs.b',
        'inputs.a < inputs["b"]',
        'inputs.a == inputs.b',
        'inputs.a in inputs.b',
        '-inputs.a',
      ],
      ...[
        'inputs.a.map(x, x + 1)',
        'inputs.a[inputs.b]',
        'inputs.?a.b',
        'string(inputs)',
        'inputs.a.matches(inputs.b)',
      ],
      ...[
        'inputs.a ? inputs.b : 0',
        'inputs.a * 2 / inputs.b',
        'inputs.a.join(inputs.b)',
        'inputs.a.substring(inputs.b)',
      ],
      ...[
        'inputs.a.split(inputs.b)',
        'int(inputs.a)',
        'has(inputs.a.b)',
        'inputs.a.exists(x, x.b || inputs.b)',
      ],
    ].flatMap((source) => (['node', 'contract'] as const).map((scope) => compiled(source, scope)));
    // As it comes from a journal: without -0.
    const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);
    const inputs = fc.oneof(fc.record({ a: json, b: json }), json);
    fc.assert(
      fc.property(inputs, (value) => {
        for (const expression of sources) {
          const result = expression.evaluate({ inputs: value });
          if (result.ok) expect(JSON.parse(JSON.stringify(result.value))).toEqual(result.value);
          else expect(result.error.code).toMatch(/^expression\//);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has a size and a depth that it may not exceed', () => {
    expect({
      long: firstIssue(`"${'a'.repeat(10_000)}"`),
      nodes: firstIssue(Array(1_500).fill('1').join('+')),
      parentheses: firstIssue('('.repeat(500) + '1' + ')'.repeat(500)),
      signs: firstIssue('!'.repeat(9_999)),
      minus: firstIssue('-'.repeat(9_000) + '1'),
      list: firstIssue(`[${Array(1_200).fill('1').join(',')}]`),
      nesting: firstIssue('inputs.a.all(x, x.all(y, y.all(z, z)))'),
      surrogate: firstIssue('"\ud800"'),
    }).toMatchInlineSnapshot(`
     {
       "list": "expression/limit: the expression is too large: more than the allowed maxListElements (1000)",
       "long": "expression/limit: the expression is longer than 10000 characters",
       "minus": "expression/limit: the expression is too large: more than the allowed maxAstNodes (2000)",
       "nesting": "expression/limit: comprehensions may be nested 2 deep, not deeper",
       "nodes": "expression/limit: the expression is too large: more than the allowed maxAstNodes (2000)",
       "parentheses": "expression/limit: the expression is nested too deeply",
       "signs": "expression/syntax: unexpected token: the end",
       "surrogate": "expression/syntax: half of a character",
     }
    `);
  });

  it('does a bounded amount of work', () => {
    const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
    const long = 'ab'.repeat(3_000_000);
    expect({
      listTooLong: fails('inputs.all(x, true)', numbers(10_001)),
      square: fails('inputs.all(x, inputs.all(y, x + y >= 0))', numbers(5_000)),
      squareOfFailures: fails('inputs.all(x, inputs.all(y, y.gone))', numbers(5_000)),
      doubling: fails(Array(20).fill('inputs.s').join('+'), { s: long }),
      replacing: fails('inputs.s.replace("a", inputs.s)', { s: long }),
      membership: fails('inputs.exists(x, [-1] in inputs.map(y, [y]))', numbers(9_000)),
      patterns: fails('inputs.all(x, "a".matches(string(x)) || true)', numbers(9_999)),
    }).toMatchInlineSnapshot(`
     {
       "doubling": "expression/limit: inputs.s+inputs.s: the text gets too long",
       "listTooLong": "expression/limit: inputs has 10001 elements, more than the 10000 allowed",
       "membership": "expression/limit: the expression does too much work",
       "patterns": "expression/limit: the expression does too much work",
       "replacing": "expression/limit: the text gets too long",
       "square": "expression/limit: the expression does too much work",
       "squareOfFailures": "expression/limit: the expression does too much work",
     }
    `);
  });

  it('matches in linear time, whether the pattern is written or computed', () => {
    const inputs = { text: `${'a'.repeat(50_000)}!`, pattern: '(a+)+$' };
    expect(compiled('inputs.text.matches("(a+)+$")').evaluate({ inputs })).toEqual({
      ok: true,
      value: false,
    });
    expect(compiled('inputs.text.matches(inputs.pattern)').evaluate({ inputs })).toEqual({
      ok: true,
      value: false,
    });
    expect(
      fails('inputs.text.matches(inputs.pattern)', { text: 'a', pattern: '(a)\\1' }),
    ).toMatchInlineSnapshot(
      `"expression/regex: matches: back-references are not supported (invalid escape sequence: \`\\1\`)"`,
    );
  });

  it('reads own fields alone', () => {
    const inputs = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "k": "__proto__"}') as Json;
    expect(fails('inputs[inputs.k]', inputs)).toMatchInlineSnapshot(
      `"expression/missing-field: inputs[inputs.k]: '__proto__' cannot be accessed"`,
    );
    expect(fails('inputs.toString', inputs)).toMatchInlineSnapshot(
      `"expression/missing-field: inputs.toString: no such field 'toString'"`,
    );
    expect(fails('{inputs.k: 1}', inputs)).toMatchInlineSnapshot(
      `"expression/type: \`__proto__\` cannot be a key"`,
    );
    expect(compiled('"constructor" in inputs || has(inputs.hasOwnProperty)').evaluate({ inputs })).toEqual({
      ok: true,
      value: false,
    });
  });

  it('tells which nodes and names it uses, and where', () => {
    const expression = compiled(
      'nodes.a.output + nodes["b"].text + inputs.x + nodes.?a.text.orValue("") + [1].map(run, run)[0]',
    );
    expect(expression.nodeReferences).toEqual(['a', 'b']);
    expect(expression.nodeReferencePlaces.map(({ node, offset }) => `${node}@${offset}`)).toEqual([
      'a@0',
      'b@17',
      'a@46',
    ]);
    expect([...expression.names].sort()).toEqual(['inputs', 'nodes']);
    expect(compiled('has(nodes.c.output)').nodeReferences).toEqual(['c']);
  });

  it('tells the type of its value as far as it is known', () => {
    expect(
      [
        '1 + 1',
        '"a" + "b"',
        '[1] + [2]',
        'inputs.a',
        'inputs.a > 1',
        '{}',
        'inputs.?a',
        'null',
        'true ? 1 : "a"',
        'inputs.a + 1',
      ].map((source) => compiled(source).type),
    ).toEqual(['number', 'string', 'list', 'dyn', 'bool', 'map', 'optional', 'null', 'dyn', 'dyn']);
  });

  it('warns of what is allowed and looks like a mistake', () => {
    expect(compiled('1 / 2 == "a"').warnings).toMatchInlineSnapshot(`
     [
       {
         "code": "expression/integer-division",
         "length": 5,
         "message": "1 / 2 divides two integers and drops the remainder",
         "offset": 0,
         "severity": "warning",
         "suggestion": "write one of them with a decimal point to keep the fraction, as in 1.0 / 2",
       },
       {
         "code": "expression/type",
         "length": 12,
         "message": "1 / 2 == "a" is always false: it compares a number and a string",
         "offset": 0,
         "severity": "warning",
       },
     ]
    `);
  });
});

describe('a regular expression', () => {
  it('is refused with a reason when it cannot run in linear time or is wrong', () => {
    const reason = (pattern: string) => {
      const regex = compileRegex(pattern);
      return 'reason' in regex ? regex.reason : 'fine';
    };
    expect(['(?<=a)b', '(a)\\1', 'a{1001}', '[z', '*', '(?P<n>a)', 'a'.repeat(3_000)].map(reason))
      .toMatchInlineSnapshot(`
     [
       "look-around is not supported (invalid named capture: \`(?<=a)b\`)",
       "back-references are not supported (invalid escape sequence: \`\\1\`)",
       "invalid repeat count: \`{1001}\`",
       "missing closing ]: \`[z\`",
       "missing argument to repetition operator: \`*\`",
       "fine",
       "the pattern is longer than 2000 characters",
     ]
    `);
    const ignoring = compileRegex('^REFUND', 'i');
    expect('test' in ignoring && ignoring.test('refund me')).toBe(true);
  });
});
