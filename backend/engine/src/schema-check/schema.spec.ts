import { describe, it, expect } from '@jest/globals';
import type { Json } from '@rehearse/contracts';
import fc from 'fast-check';
import type { CompiledSchema } from './index.js';
import { compileSchema } from './index.js';

function compiled(schema: Json): CompiledSchema {
  const result = compileSchema(schema);
  if (Array.isArray(result)) throw new Error(JSON.stringify(result));
  return result;
}

const problems = (schema: Json, value: Json): string[] =>
  compiled(schema)
    .check(value)
    .map(({ path, message }) => `${path || '(value)'} ${message}`);

const issues = (schema: Json): string[] => {
  const result = compileSchema(schema);
  if (!Array.isArray(result)) return ['fine'];
  return result.map(
    ({ code, message, path, suggestion }) => `${path.join('.')} ${code} ${message} | ${suggestion ?? ''}`,
  );
};

const ORDER: Json = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://example.com/order',
  type: 'object',
  required: ['status', 'total'],
  properties: {
    status: { enum: ['delivered', 'lost'] },
    total: { type: 'number', minimum: 0 },
    lines: {
      type: 'array',
      items: { $ref: 'https://example.com/order#/$defs/line' },
      uniqueItems: true,
      maxItems: 3,
    },
    at: { type: 'string', format: 'date-time' },
    code: { type: ['string', 'null'], pattern: '^W\\d+$', maxLength: 5 },
  },
  additionalProperties: false,
  $defs: {
    line: { type: 'object', required: ['sku'], properties: { sku: { type: 'string', minLength: 1 } } },
  },
};

describe('a schema', () => {
  it('tells all that does not fit, in words', () => {
    expect(
      problems(ORDER, {
        status: 'delivered',
        total: 1,
        lines: [{ sku: 'a' }],
        at: '2026-02-28T10:00:00Z',
        code: null,
      }),
    ).toEqual([]);
    expect(
      problems(ORDER, {
        status: 'gone',
        lines: [{ sku: '' }, { sku: '' }, {}, 1],
        at: '2026-02-30T10:00:00Z',
        code: 'X1',
        extra: 1,
      }),
    ).toMatchInlineSnapshot(`
     [
       "(value) must have the field \`total\`",
       "(value) must not have the field \`extra\`",
       "/status must be one of "delivered", "lost", not "gone"",
       "/lines must have at most 3 elements",
       "/lines/0/sku must have at least 1 character",
       "/lines/1/sku must have at least 1 character",
       "/lines/2 must have the field \`sku\`",
       "/lines/3 must be an object, not a number",
       "/lines must not have two equal elements",
       "/at must be of the format date-time, not "2026-02-30T10:00:00Z"",
       "/code must match the pattern ^W\\d+$, not be "X1"",
     ]
    `);
    expect([...problems(ORDER, 'text'), ...problems(ORDER, null), ...problems(false, 1)])
      .toMatchInlineSnapshot(`
     [
       "(value) must be an object, not a string",
       "(value) must be an object, not null",
       "(value) must not be there",
     ]
    `);
    expect(problems({ oneOf: [{ type: 'string' }, { const: 1 }] }, 2)).toMatchInlineSnapshot(`
     [
       "(value) must be a string, not a number",
       "(value) must be 1, not 2",
       "(value) must fit one of the choices of \`oneOf\`",
     ]
    `);
    expect(problems({ if: { required: ['a'] }, then: { required: ['b'] } }, { a: 1 })).toMatchInlineSnapshot(`
     [
       "(value) must have the field \`b\`",
     ]
    `);
  });

  it('has words for every keyword', () => {
    const cases: [Json, Json][] = [
      [{ minimum: 3, multipleOf: 2 }, 1],
      [{ maximum: 3 }, 4],
      [{ exclusiveMinimum: 3 }, 3],
      [{ exclusiveMaximum: 3 }, 3],
      [{ minLength: 2, maxLength: 1 }, ''],
      [{ minItems: 1 }, []],
      [{ minProperties: 1 }, {}],
      [{ maxProperties: 0 }, { a: 1 }],
      [{ dependentRequired: { a: ['b'] } }, { a: 1 }],
      [{ propertyNames: { pattern: '^x' } }, { a: 1 }],
      [{ unevaluatedProperties: false }, { a: 1 }],
      [{ anyOf: [{ type: 'string' }, { type: ['null', 'boolean'] }] }, 1],
      [{ oneOf: [{ type: 'number' }, { const: 1 }] }, 1],
      [{ not: { type: 'number' } }, 1],
      [{ contains: { const: 1 } }, [2]],
      [{ const: { a: [1] } }, 'x'.repeat(200)],
    ];
    expect(cases.flatMap(([schema, value]) => problems(schema, value))).toMatchInlineSnapshot(`
     [
       "(value) must be at least 3, not 1",
       "(value) must be a multiple of 2, not 1",
       "(value) must be at most 3, not 4",
       "(value) must be more than 3, not 3",
       "(value) must be less than 3, not 3",
       "(value) must have at least 2 characters",
       "(value) must have at least 1 element",
       "(value) must have at least 1 field",
       "(value) must have at most 0 fields",
       "(value) must have the field \`b\` as it has \`a\`",
       "(value) must match the pattern ^x, not be "a"",
       "(value) must not have a field named \`a\`",
       "(value) must not have the field \`a\`",
       "(value) must be a string, not a number",
       "(value) must be null or a boolean, not a number",
       "(value) must fit at least one of the choices of \`anyOf\`",
       "(value) must fit only one of the choices of \`oneOf\`",
       "(value) must not fit what \`not\` describes",
       "/0 must be 1, not 2",
       "(value) must have at least 1 element that fits \`contains\`",
       "(value) must be {"a":[1]}, not "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
     ]
    `);
  });

  it('counts own fields alone', () => {
    expect(problems({ required: ['toString', 'constructor'] }, {})).toHaveLength(2);
    expect(problems({ properties: { toString: { type: 'string' } } }, {})).toEqual([]);
  });

  it('knows the formats that are checked and takes others as a note', () => {
    const fits = (format: string, texts: string[]) =>
      texts.map((text) => compiled({ format }).check(text).length === 0);
    expect(fits('date', ['2024-02-29', '2023-02-29', '2024-13-01', '24-01-01'])).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(fits('date-time', ['2024-02-29T23:59:60.5+01:00', '2024-02-29 10:00:00Z'])).toEqual([true, false]);
    expect(fits('email', ['a.b+c@example.com', 'a@', '@b', 'a b@c.d'])).toEqual([true, false, false, false]);
    expect(fits('ipv4', ['192.168.0.1', '256.1.1.1', '1.1.1'])).toEqual([true, false, false]);
    expect(fits('ipv6', ['::1', '2001:db8::1', '1:2:3:4:5:6:7:8', '1:2:3', '1::2::3', 'g::'])).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(fits('uri', ['https://example.com/a?b#c', 'mailto:a@b', 'no scheme', '/path'])).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(fits('uuid', ['123e4567-e89b-12d3-a456-426614174000', '123'])).toEqual([true, false]);
    expect(fits('hostname', ['example.com', '-a.com'])).toEqual([true, false]);
    expect(fits('time', ['10:00:00Z', '25:00:00Z'])).toEqual([true, false]);
    expect(fits('colour', ['red'])).toEqual([true]);
  });

  it('that is wrong itself is answered with what and where', () => {
    expect(
      [
        issues({ type: 'strin' }),
        issues({ properties: { a: { type: 'object', requierd: ['x'] } } }),
        issues({ properties: { a: { $ref: '#/$defs/gone' } } }),
        issues({ allOf: [{ $ref: 'https://example.com/x.json' }, { $id: 'x' }] }),
        issues({ properties: { a: { pattern: '(?=x)' } }, patternProperties: { '(': {} } }),
        issues({ items: [{ type: 'string' }] }),
        issues({ required: 'a' }),
        issues([1]),
        issues('string'),
        issues({ enum: Array.from({ length: 6_000 }, (_, index) => index) }),
        issues({ example: 1, 'x-note': 2, discriminator: 3, const: { $ref: 'anything', requierd: 1 } }),
      ].flat(),
    ).toMatchInlineSnapshot(`
     [
       "type schema/invalid must be one of "array", "boolean", "integer", "null", "number", "object", "string", not "strin" | ",
       "properties.a.requierd schema/unknown-keyword there is no keyword \`requierd\` | did you mean \`required\`?",
       "properties.a.$ref schema/reference \`#/$defs/gone\` leads nowhere | ",
       "allOf.0.$ref schema/reference \`https://example.com/x.json\` leads out of the schema; nothing is ever fetched | put what it means under $defs and refer to it as #/$defs/<name>",
       "allOf.1.$id schema/reference only the schema as a whole may have an \`$id\` | ",
       "patternProperties.( schema/pattern missing closing ): \`(\` | ",
       "properties.a.pattern schema/pattern look-around is not supported (invalid or unsupported Perl syntax: \`(?=\`) | ",
       "items schema/invalid must be an object or a boolean, not an array | a list of schemas by position is called \`prefixItems\`",
       "required schema/invalid must be an array, not a string | ",
       " schema/invalid a JSON Schema is an object, true or false | ",
       " schema/invalid a JSON Schema is an object, true or false | ",
       " schema/limit the schema has more than 5000 values or is nested more than 64 deep | ",
       "fine",
     ]
    `);
  });

  it('leaves what only looks like a reference alone', () => {
    const schema = { const: { $ref: '#/x' }, default: { $ref: 'http://x' } };
    expect(problems(schema, { $ref: '#/x' })).toEqual([]);
    expect(
      problems({ properties: { $ref: { type: 'string' } }, additionalProperties: false }, { $ref: 'x' }),
    ).toEqual([]);
  });

  it('does a bounded amount of work', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => {
        const next = { $ref: `#/$defs/d${index + 1}` };
        return [`d${index}`, { allOf: [next, next] }];
      }),
    );
    const tooMuch = [expect.stringContaining('too much work')];
    expect(problems({ $ref: '#/$defs/d0', $defs: { ...$defs, d40: { type: 'number' } } }, 1)).toEqual(
      tooMuch,
    );
    expect(problems({ $ref: '#' }, 1)).toEqual(tooMuch);
    expect(problems({ pattern: '^(a+)+$' }, `${'a'.repeat(100_000)}!`)).toHaveLength(1);
    const objects = Array.from({ length: 20_000 }, (_, id) => ({ id }));
    expect(problems({ uniqueItems: true }, objects)).toEqual([]);
    expect(problems({ uniqueItems: true }, [...objects, { id: 7 }])).toEqual([
      '(value) must not have two equal elements',
    ]);
    expect(problems({ items: { type: 'string' } }, Array(100_000).fill(1))).toHaveLength(1);
    expect(problems({ items: { type: 'string' } }, Array(100).fill(1))).toHaveLength(20);
  });

  it('may describe a tree by referring to itself', () => {
    const tree = {
      type: 'object',
      required: ['name'],
      properties: { children: { type: 'array', items: { $ref: '#' } } },
    };
    expect(problems(tree, { name: 'a', children: [{ name: 'b', children: [{}] }] })).toEqual([
      '/children/0/children/0 must have the field `name`',
    ]);
  });

  it('never throws, whatever the schema and the value', () => {
    const json = fc.jsonValue() as fc.Arbitrary<Json>;
    const keyword = fc.constantFrom(
      ...[
        'type',
        'items',
        '$ref',
        'properties',
        'allOf',
        'pattern',
        'required',
        '$id',
        'not',
        '$anchor',
        'format',
      ],
    );
    const schema = fc.oneof(
      fc.dictionary(
        keyword,
        fc.oneof(json, fc.constantFrom<Json>('#', '', 'string', [{}], {}, true, { $ref: '#/a' })),
      ),
      json,
    );
    fc.assert(
      fc.property(schema as fc.Arbitrary<Json>, json, (anySchema, value) => {
        const result = compileSchema(anySchema);
        if (Array.isArray(result)) expect(result.length).toBeGreaterThan(0);
        else expect(Array.isArray(result.check(value))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
