import { afterAll, describe, expect, it } from '@jest/globals';
import type { Json } from '@rehearse/contracts';
import type { ScriptForm } from '@rehearse/engine';
import { propertyRuns } from '@rehearse/testkit';
import fc from 'fast-check';
import { newSandbox } from '../sandbox.js';
import { plainProgram } from './plain-program.js';

const sandbox = newSandbox();
afterAll(() => sandbox.close());

const OUTPUT =
  '{"answer": "Paris is the capital", "ok": true, "n": 42, "list": ["a", "b", null], "in": {"x": 1.5}}';
const CONTEXT = { vars: { city: 'Paris', limit: 200, tags: ['a', 'b'] }, toolCalls: [], nothing: null };

const plain = (
  source: string,
  form: ScriptForm = 'expression',
  output: Json = OUTPUT,
  context: Json = CONTEXT,
) => plainProgram({ source, form })?.({ output, context });

/** What the sandbox gives; undefined for an error. */
async function sandboxed(source: string, form: ScriptForm, output: Json, context: Json) {
  const bindings = { output, context };
  const answer = await sandbox.run({
    kind: 'script',
    language: 'javascript',
    source,
    form,
    bindings,
    seed: 1,
  });
  return answer.ok ? { value: answer.value } : undefined;
}

const EXPRESSIONS: [string, Json][] = [
  ['JSON.parse(output).n === 42', true],
  ['output.includes("Paris") && !output.includes(`Rome`)', true],
  ['output.length > 10 && output.length <= context.vars.limit', true],
  ['output.toLowerCase().indexOf(context.vars.city.toLowerCase()) !== -1', true],
  ['Math.max(0, Math.min(1, 1 - (output.length - 100) / 900))', 1],
  [
    '({pass: JSON.parse(output).ok, score: 0.5, reason: `of ${context.vars.city}`})',
    { pass: true, score: 0.5, reason: 'of Paris' },
  ],
  ['["yes", "no"].includes(output.trim())', false],
  ['Object.keys(JSON.parse(output)).length', 5],
  ['JSON.parse(output)?.missing?.deep.deeper ?? "none"', 'none'],
  ['JSON.parse(output).list[1] + JSON.parse(output)["in"].x', 'b1.5'],
  ['context.toolCalls.length === 0 && context.nothing == undefined', true],
  ['typeof JSON.parse(output).answer === "string" && "n" in JSON.parse(output)', true],
  ['output.split(" ").length > 3 ? "long" : "short"', 'long'],
  ['Array.isArray(context.vars.tags) && context.vars.tags.join("+")', 'a+b'],
  ['parseInt("42 of 50") + Number(" 8 ") // both', 50],
  ['output.slice(0, 1) === "{" && output.at(-1) === "}"', true],
  ['void 0 === undefined || NaN', true],
  ['0 / 3 - 1 / 3', -1 / 3],
];

const BODIES: [ScriptForm, string, Json][] = [
  [
    'body',
    'const data = JSON.parse(output);\nif (data.n < 40) return false;\nelse { const ok = data.ok; return ok; }',
    true,
  ],
  [
    'body',
    'let size = output.length; if (size > 9000) { return 0 } return {pass: true, score: 1}',
    { pass: true, score: 1 },
  ],
  ['statements', 'const n = JSON.parse(output).n; n > 41', true],
];

/** Beyond what is worked out here, each in its own way. */
const OTHERS: [ScriptForm, string][] = [
  ...[
    '/a+/.test(output)',
    'output.match("a")',
    'output.replace("a", "$&")',
    '(() => 1)()',
    'new Date(0).getTime()',
    'Math.random()',
    'Date.now()',
    'this',
    'output.constructor',
    'context.vars.__proto__',
    '({}).toString()',
    '({__proto__: null})',
    'context["constructor"]',
    '"a" in output',
    '2 ** 0.5',
    '1 / 0',
    '[] + []',
    '[] == []',
    '"1" == 1',
    '1 < "2"',
    '"é".toUpperCase()',
    '[...output]',
    'output.x.y',
    'null.length',
    'JSON.parse("{")',
    'undefined',
    'globalThis',
    'arguments.length',
    'eval("1")',
    'x',
    '1n',
    'output = 1',
    '(1, 2)',
    'output?.()',
    'JSON.parse?.("1")',
    'output["length"]()',
    'Number.prototype',
    'parseInt("0x10")',
    '"a".repeat(9)',
    'async () => 1',
    'await output',
    'tag`x`',
    'import("node:fs")',
    '-"1"',
    '010',
    '1); (2',
    'context.vars.tags.filter(Boolean)',
    'NaN++',
  ].map((source): [ScriptForm, string] => ['expression', source]),
  ['body', 'for (;;) return 1'],
  ['body', 'if (output) { const a = 1; } return a'],
  ['body', 'return a; const a = 1'],
  ['body', 'const output = 1; return output'],
  ['body', 'const JSON = {parse: 1}; return JSON.parse'],
  ['body', 'const a = 1; const b = 2; "return"'],
  ['body', 'var a = 1; return a'],
  ['body', '}); (function () { return 1'],
  ['body', 'return'],
  ['statements', 'const a = 1'],
  ['statements', 'let a; a'],
];

const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value));
const OUTPUTS = fc.oneof(
  json,
  fc.string({ unit: 'grapheme' }),
  fc.double().map(String),
  fc.constantFrom(OUTPUT, '', ' 42 ', '[1, "a", null, {"b": -0}]', '{"__proto__": 1, "2": "x", "1": "y"}'),
);

/** Random expressions, of what plain programs know and of a little more. */
const { any: SOURCES } = fc.letrec<{ any: string; text: string; number: string; args: string }>((tie) => {
  const with2 = (template: (first: string, second: string) => string) =>
    fc.tuple(tie('any'), tie('any')).map(([first, second]) => template(first, second));
  const method = fc.constantFrom(
    ...[
      'includes',
      'startsWith',
      'endsWith',
      'indexOf',
      'lastIndexOf',
      'split',
      'slice',
      'substring',
      'at',
      'charAt',
    ],
    ...[
      'trim',
      'trimStart',
      'trimEnd',
      'toLowerCase',
      'toUpperCase',
      'replace',
      'replaceAll',
      'join',
      'concat',
    ],
  );
  const named = fc.constantFrom(
    ...[
      'JSON.parse',
      'String',
      'Number',
      'Boolean',
      'isNaN',
      'parseFloat',
      'parseInt',
      'Number.isNaN',
      'Number.isFinite',
    ],
    ...[
      'Number.isInteger',
      'Array.isArray',
      'Object.keys',
      'Object.values',
      'Math.abs',
      'Math.ceil',
      'Math.floor',
    ],
    ...['Math.round', 'Math.trunc', 'Math.sign', 'Math.min', 'Math.max', 'JSON.stringify', 'Object.hasOwn'],
  );
  const operator = fc.constantFrom(
    ...[
      '+',
      '-',
      '*',
      '/',
      '%',
      '===',
      '!==',
      '==',
      '!=',
      '<',
      '<=',
      '>',
      '>=',
      '&&',
      '||',
      '??',
      'in',
      '**',
      '|',
    ],
  );
  return {
    text: fc.oneof(
      fc.constant('output'),
      fc.string().map((text) => JSON.stringify(text)),
      fc.constant('context.vars.city'),
    ),
    number: fc.oneof(
      fc.constant('output.length'),
      fc.integer({ min: -9, max: 99 }).map((n) => `(${n})`),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => `(${n})`),
    ),
    args: fc.oneof(
      { depthSize: 'small' },
      { arbitrary: tie('text'), weight: 4 },
      { arbitrary: fc.integer({ min: -3, max: 9 }).map(String), weight: 3 },
      { arbitrary: fc.array(tie('any'), { maxLength: 3 }).map((list) => list.join()), weight: 2 },
    ),
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('text'),
      tie('number'),
      fc.constantFrom(
        'true',
        'null',
        'undefined',
        'NaN',
        'JSON.parse(output)',
        'context.vars.tags',
        'context.missing',
      ),
      fc
        .tuple(tie('any'), operator, tie('any'))
        .map(([left, sign, right]) => `((${left}) ${sign} (${right}))`),
      fc.tuple(tie('text'), method, tie('args')).map(([text, name, args]) => `${text}.${name}(${args})`),
      fc.tuple(tie('any'), method, tie('args')).map(([value, name, args]) => `(${value})?.${name}(${args})`),
      fc.tuple(named, tie('args')).map(([name, args]) => `${name}(${args})`),
      fc
        .tuple(fc.constantFrom('!', '-', '+', 'typeof ', 'void '), tie('any'))
        .map(([sign, value]) => `(${sign}(${value}))`),
      with2((value, key) => `(${value})[${key}]`),
      with2((value, key) => `(${value})?.[${key}]?.a`),
      with2((first, second) => `[${first}, ${second}]`),
      with2((first, second) => `({a: ${first}, "1": ${second}})`),
      with2((first, second) => `\`<\${${first}}>\${${second}}\``),
      fc
        .tuple(tie('any'), tie('any'), tie('any'))
        .map(([test, then, otherwise]) => `(${test} ? ${then} : ${otherwise})`),
    ),
  };
});

const PROGRAMS: fc.Arbitrary<[ScriptForm, string]> = fc.oneof(
  SOURCES.map((source): [ScriptForm, string] => ['expression', source]),
  fc
    .tuple(SOURCES, SOURCES, SOURCES)
    .map(([first, test, last]): [ScriptForm, string] => [
      'body',
      `const a = ${first}; if (${test}) { const b = a; return [b, ${last}]; } else return a;`,
    ]),
  fc
    .tuple(SOURCES, SOURCES)
    .map(([first, last]): [ScriptForm, string] => ['statements', `let a = ${first}; ({a, b: ${last}})`]),
);

describe('a plain program', () => {
  it.each(EXPRESSIONS)('is worked out where it stands: %s', async (source, value) => {
    expect(plain(source)).toEqual({ value });
    expect(await sandboxed(source, 'expression', OUTPUT, CONTEXT)).toEqual({ value });
  });

  it.each(BODIES)('may be %s of constants and conditions: %s', async (form, source, value) => {
    expect(plain(source, form)).toEqual({ value });
    expect(await sandboxed(source, form, OUTPUT, CONTEXT)).toEqual({ value });
  });

  it.each(OTHERS)('does no more, and throws nothing: %s, %s', (form, source) => {
    expect(plain(source, form)).toBeUndefined();
  });

  it('takes no more steps than it has characters, and makes no text without end', () => {
    const long = 'ab'.repeat(400_000);
    expect(plain('output.includes(output)', 'expression', long)).toBeUndefined();
    expect(plain('output.replaceAll("a", output)', 'expression', long)).toBeUndefined();
    expect(plain('`${output}${output}`', 'expression', long)).toBeUndefined();
    expect(plain('[output, output].join()', 'expression', long)).toBeUndefined();
    expect(plain('output.slice(0, 20000)', 'expression', long)).toBeUndefined();
    const doubling = Array.from({ length: 60 }, (_, n) => `const a${n + 1} = a${n} + a${n};`).join('');
    expect(plain(`const a0 = output; ${doubling} return a60.length`, 'body', 'ab')).toBeUndefined();
    expect(plain('output.includes("b")', 'expression', long)).toEqual({ value: true });
  });

  it.each([
    ['brackets', (levels: number) => `${'('.repeat(levels)}1${')'.repeat(levels)}`, 200],
    ['operators', (levels: number) => `${'! '.repeat(levels)}1`, 98],
    ['members', (levels: number) => `"a"${'.trim()'.repeat(levels)}`, 99],
    ['conditions', (levels: number) => `${'1 ? '.repeat(levels)}1${' : 0'.repeat(levels)}`, 99],
  ])('has no more levels of %s than the sandbox has room for', async (_, nested, most) => {
    const room = most - (nested(1).startsWith('(') ? 0 : 1);
    expect(plain(nested(room))).toEqual(await sandboxed(nested(room), 'expression', OUTPUT, null));
    for (const more of [room + 3, 3 * room, 1_900]) expect(plain(nested(more))).toBeUndefined();
  });

  it('gives nothing that holds one thing so often that no text could', () => {
    const wider = Array.from(
      { length: 40 },
      (_, n) => `const a${n + 1} = [${Array(8).fill(`a${n}`).join()}];`,
    ).join('');
    expect(plain(`const a0 = [output]; ${wider} return a40`, 'body')).toBeUndefined();
    expect(plain(`const a0 = [output]; ${wider} return a40.length`, 'body')).toEqual({ value: 8 });
    const deeper = Array.from({ length: 150 }, (_, n) => `const a${n + 1}=[a${n}];`).join('');
    expect(plain(`const a0 = 1; ${deeper} return a150`, 'body')).toBeUndefined();
  });

  it.each(['()', '[]', '{}'])('survives %s that are nested a thousand times', ([open, close]) => {
    for (const form of ['expression', 'body', 'statements'] as const)
      expect(plain(`${open!.repeat(1_999)}${close!.repeat(1_999)}`, form)).toBeUndefined();
  });

  it('reads no text that is nested deeper than the sandbox could', async () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(plain('JSON.parse(output).length', 'expression', nested(201))).toBeUndefined();
    expect(plain('JSON.parse(output).length', 'expression', nested(200))).toEqual({ value: 1 });
    expect(await sandboxed('JSON.parse(output).length', 'expression', nested(200), null)).toEqual({
      value: 1,
    });
  });

  it('gives what the sandbox gives, or leaves it to that', async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(PROGRAMS, OUTPUTS, async ([form, source], output) => {
        const given = plain(source, form, output, CONTEXT);
        if (given === undefined) return;
        answered += 1;
        expect(given).toEqual(await sandboxed(source, form, output, CONTEXT));
      }),
      propertyRuns(process.env, 2_000),
    );
    expect(answered).toBeGreaterThan(propertyRuns(process.env, 2_000).numRuns / 10);
  });
});
