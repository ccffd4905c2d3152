import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sideBySide } from './side-by-side.js';
import { count, dollars, duration, percent } from './amounts.js';
import { plain } from './paint.js';
import { indent, jsonLine, oneLine, printable } from './printable.js';

describe('text for a terminal', () => {
  it('never holds what would steer the terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/(?![\n\t])[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });

  it('leaves ordinary text of any language as it is', () => {
    const text = 'Grüße, 你好\n\tשלום 👋🏽';
    expect(printable(text)).toBe(text);
  });

  it('is one line of the asked width at most', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, width) => {
        expect(oneLine(text, width)).not.toContain('\n');
        expect(oneLine(text, width).length).toBeLessThanOrEqual(width);
      }),
    );
    expect(oneLine('a\n  b')).toBe('a ⏎ b');
    expect(jsonLine({ a: 'x\ny' })).toBe(String.raw`{"a":"x\ny"}`);
    expect(jsonLine(undefined)).toBe('nothing');
  });

  it('indents lines that have something in them', () => {
    expect(indent('a\n\nb\n', 2)).toBe('  a\n\n  b\n');
  });
});

describe('amounts', () => {
  it('read well in every size', () => {
    expect([count(1, 'run'), count(1_200, 'run')]).toEqual(['1 run', '1,200 runs']);
    expect([4.4, 1_250, 125_000].map(duration)).toEqual(['4 ms', '1.3 s', '2 min 5 s']);
    expect([0, 0.0004, 12.345].map(dollars)).toEqual(['$0.00', '$0.0004', '$12.35']);
    expect(percent(0.4235)).toBe('42.4 %');
  });
});

describe('two texts side by side', () => {
  it('show the lines that differ, with two around them', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index}`);
    const expected = lines.join('\n');
    const actual = lines.with(6, 'changed').join('\n');
    expect(sideBySide({ expected, actual }, { paint: plain, columns: 60 })).toMatchInlineSnapshot(`
      "expected                     │ actual
      …                            │ …
      line 4                       │ line 4
      line 5                       │ line 5
      line 6                       │ changed
      line 7                       │ line 7
      line 8                       │ line 8
      "
    `);
  });

  it('stay within the width of the terminal, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.integer({ min: 60, max: 200 }),
        (expected, actual, columns) => {
          const text = sideBySide({ expected, actual }, { paint: plain, columns });
          for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});
