import { describe, expect, it } from '@jest/globals';
import { sha256Hex, useSha256 } from '@rehearse/engine';
import fc from 'fast-check';
import { nodeSha256 } from './sha256.js';

describe('SHA-256', () => {
  it('is the same by the engine and by Node', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => expect(nodeSha256(text)).toBe(sha256Hex(text))),
    );
    expect(nodeSha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('is that of the program, once it has handed one in', () => {
    const own = sha256Hex('abc');
    useSha256(() => 'handed in');
    expect(sha256Hex('abc')).toBe('handed in');
    useSha256(nodeSha256);
    expect(sha256Hex('abc')).toBe(own);
  });
});
