import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { LineCutter } from './read-lines.js';

/** What is cut from pieces that all lie in one buffer, one after the other. */
function cut(pieces: readonly Buffer[]): { line: string; next: number }[] {
  const cutter = new LineCutter();
  const buffer = Buffer.alloc(Math.max(1, ...pieces.map(({ length }) => length)));
  const inPieces = pieces.flatMap((piece) => {
    piece.copy(buffer);
    return [...cutter.push(buffer.subarray(0, piece.length))];
  });
  return [...inPieces, ...cutter.end()];
}

describe('lines that come in pieces', () => {
  it('are those of the whole text, wherever it was cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'ü', '🙂', '\r', '\n', 'words')),
        fc.array(fc.nat(20)),
        (parts, sizes) => {
          const bytes = Buffer.from(parts.join(''));
          const pieces: Buffer[] = [];
          let at = 0;
          for (const size of sizes) pieces.push(bytes.subarray(at, (at += size)));
          const lines = cut([...pieces, bytes.subarray(at)]);
          const whole = parts.join('').split('\n');
          expect(lines.map(({ line }) => line)).toEqual(whole.at(-1) === '' ? whole.slice(0, -1) : whole);
          expect(lines.at(-1)?.next ?? 0).toBe(bytes.length);
        },
      ),
    );
  });

  it('are put together once, also a long one: else a file of one line would never be read to its end', () => {
    const join = jest.spyOn(Buffer, 'concat');
    const pieces = Array.from({ length: 1_000 }, () => Buffer.from('x'.repeat(100)));
    expect(cut([...pieces, Buffer.from('\nlast')])).toEqual([
      { line: 'x'.repeat(100_000), next: 100_001 },
      { line: 'last', next: 100_005 },
    ]);
    expect(join.mock.calls.length).toBeLessThanOrEqual(2);
    join.mockRestore();
  });
});
