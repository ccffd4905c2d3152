import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { oneLine, plainText } from './plain-text.js';

const isControl = (code: number) =>
  (code < 32 && code !== 9 && code !== 10) ||
  (code >= 127 && code < 160) ||
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069);

describe('plainText', () => {
  it('drops colours, cursor moves, titles and links of a terminal', () => {
    expect(
      plainText('\u001b[1;31mred\u001b[0m \u001b]0;title\u0007a\u001b]8;;http://x\u001b\\b\u009b2Jc'),
    ).toBe('red abc');
  });

  it('keeps new lines and tabs, and drops other controls', () => {
    expect(plainText('a\tb\nc\rd\u0000e\u0007\u0085')).toBe('a\tb\ncde');
  });

  it('shows that a text would turn the direction of writing', () => {
    expect(plainText('user\u202egpj.exe')).toBe('user\u25a1gpj.exe');
  });

  it('leaves no control behind, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const left = Array.from(plainText(text), (character) => character.codePointAt(0) ?? 0);
        expect(left.filter(isControl)).toEqual([]);
      }),
    );
  });

  it('puts a text on one line', () => {
    expect(oneLine('  a\n\n b\t')).toBe('a b');
  });
});
