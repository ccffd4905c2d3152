import { describe, expect, it } from '@jest/globals';
import type { Json } from '@rehearse/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { isPlainSchema } from './plain.js';

const metaSchema = new Ajv2020({ strict: false, logger: false });

const anyValue = fc.oneof(
  fc.constantFrom<Json>('string', 'object', 'text', '', 0, 3, -1, 1.5, true, false, null),
  fc.array(fc.constantFrom<Json>('a', 'a', 'b', 1), { maxLength: 3 }),
  fc.constant<Json>({}),
);

/** Schemas, right and wrong: known and unknown keywords with values that fit them or do not. */
const { schema } = fc.letrec<{ schema: Json }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    anyValue,
    fc.dictionary(
      fc.constantFrom(
        ...[
          'type',
          'enum',
          'const',
          'required',
          'minimum',
          'exclusiveMaximum',
          'minLength',
          'maxItems',
          'title',
        ],
        ...['properties', 'items', 'additionalProperties', 'description', '$ref', 'pattern', 'format', 'x'],
      ),
      fc.oneof(anyValue, tie('schema'), fc.dictionary(fc.constantFrom('p', 'q'), tie('schema'))),
      { maxKeys: 4 },
    ),
  ),
}));

describe('a plain schema', () => {
  it('is one that the meta-schema takes', () => {
    let plain = 0;
    fc.assert(
      fc.property(schema, (one) => {
        if (!isPlainSchema(one)) return;
        plain++;
        expect(metaSchema.validateSchema(one as object)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(plain).toBeGreaterThan(100);
  });

  it('is what people write for inputs and outputs', () => {
    const inputs = {
      ...{ type: 'object', required: ['message'], additionalProperties: false },
      properties: {
        message: { type: 'string', maxLength: 4_000 },
        tags: { type: 'array', items: { enum: ['a'] } },
      },
    };
    expect(isPlainSchema(inputs)).toBe(true);
    expect(isPlainSchema({ ...inputs, $ref: '#' })).toBe(false);
    expect(isPlainSchema({ ...inputs, type: ['object', 'null'] })).toBe(false);
  });
});
