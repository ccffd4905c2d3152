import { describe, expect, it } from '@jest/globals';
import { parseGraphReference } from './graph-reference.js';

describe('a reference to a graph', () => {
  it.each([
    ['refund-agent', { name: 'refund-agent' }],
    ['refund-agent@3', { name: 'refund-agent', version: 3 }],
    ['0190C7A8-0000-7000-8000-000000000001', { id: '0190c7a8-0000-7000-8000-000000000001' }],
    ['0190c7a8-0000-7000-8000-000000000001@2', { id: '0190c7a8-0000-7000-8000-000000000001', version: 2 }],
  ])('%s is understood', (text, expected) => {
    expect(parseGraphReference(text)).toEqual(expected);
  });

  it.each(['', '@1', 'a@b', 'a@', 'a@1@2', 'a@99999999999'])('%j names no graph', (text) => {
    expect(parseGraphReference(text)).toBeNull();
  });
});
