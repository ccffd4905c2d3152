import { describe, expect, it } from '@jest/globals';
import { draftOf, fieldsOf, readDraft, readObject } from './vars-form.js';

const inputs = {
  type: 'object',
  required: ['message', 'amount'],
  properties: {
    message: { type: 'string', maxLength: 4000, description: 'What they wrote' },
    name: { type: 'string' },
    amount: { type: 'number' },
    express: { type: 'boolean' },
    channel: { enum: ['mail', 'chat'] },
    order: { type: 'object' },
  },
};
const fields = fieldsOf(inputs) ?? [];

describe('the form of the vars', () => {
  it('has a field for each input of the graph', () => {
    expect(fields.map(({ name, kind, isRequired }) => `${name} ${kind}${isRequired ? ' *' : ''}`)).toEqual([
      'message long-text *',
      'name text',
      'amount number *',
      'express boolean',
      'channel choice',
      'order json',
    ]);
  });

  it('is not offered where the inputs are not described by properties', () => {
    expect(fieldsOf(null)).toBeNull();
    expect(fieldsOf({ type: 'object' })).toBeNull();
  });

  it('gives back the vars that it was filled with', () => {
    const vars = { message: 'hi', amount: 2.5, express: true, channel: 'mail', order: { id: [1] } };
    expect(readDraft(fields, draftOf(fields, vars))).toEqual({ ok: true, vars });
  });

  it('says which field cannot be read', () => {
    expect(readDraft(fields, { message: '', amount: 'much', order: '{' })).toEqual({
      ok: false,
      problems: { amount: 'Must be a number', order: 'Must be JSON' },
    });
  });

  it('takes only objects as JSON', () => {
    expect(readObject('')).toEqual({});
    expect(readObject('[1]')).toBeUndefined();
    expect(readObject('{')).toBeUndefined();
  });
});
