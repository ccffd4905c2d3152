import { describe, expect, it } from '@jest/globals';
import { csvFormatRows, csvParseRows } from 'd3-dsv';
import fc from 'fast-check';
import { csvReader } from './csv.js';

const rowsOf = (text: string) => [...csvReader(text).rows()];

describe('a data set in CSV', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é'),
    minLength: 1,
    maxLength: 6,
  });

  it('has the rows of the file, whatever its cells hold', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(cell, cell).filter(([first]) => first.trim() !== ''),
          { maxLength: 12 },
        ),
        fc.constantFrom('\n', '\r\n'),
        (rows, newline) => {
          const text = [['one', 'two'], ...rows].map((row) => csvFormatRows([row]) + newline).join('');
          const expected = csvParseRows(text)
            .slice(1)
            .map(([one, two]) => ({ one, two }));
          expect(rowsOf(text).map((row) => 'cells' in row && row.cells)).toEqual(expected);
        },
      ),
    );
  });

  it('finds each row again by its place', () => {
    const text = 'one,two\n"a\n""b""",1\nc,2\n"d",3\n';
    const reader = csvReader(text);
    for (const row of reader.rows())
      if ('cells' in row) expect(reader.at(row.position).cells).toEqual(row.cells);
    expect(rowsOf(text).map(({ number, line }) => ({ number, line }))).toEqual([
      { number: 1, line: 2 },
      { number: 2, line: 4 },
      { number: 3, line: 5 },
    ]);
  });

  it('tells of a quotation mark that is never closed, at the line where its row begins', () => {
    const rows = rowsOf('one,two\na,1\n"b,2\nc,3\n');
    expect(rows.at(-1)).toEqual({
      number: 2,
      line: 3,
      problem: {
        code: 'graph/bad-dataset',
        message: 'a quotation mark is opened and never closed',
        suggestion: 'mend the file',
      },
    });
  });
});
