import { csvParseRows } from 'd3-dsv';
import { forbiddenKey } from '../yaml/scalar.js';
import { badRow, type BrokenRow, type Row, type RowProblem, type RowReader } from './row.js';

interface CsvRecord {
  start: number;
  end: number;
  /** From 1. */
  line: number;
  /** A quotation mark was opened in it and never closed. */
  isOpen: boolean;
}

/** CSV after RFC 4180 with the names of the columns on top. One record is parsed at a time; blank lines are passed over. */
export function csvReader(text: string): RowReader {
  const [header] = records(text);
  const columns = header ? cellsOf(text, header) : [];
  const rowOf = (record: CsvRecord, number: number): Row | BrokenRow => {
    const { line, start } = record;
    const cells = cellsOf(text, record);
    const problem = whyBroken(record, { cells, columns });
    if (problem !== undefined) return { number, line, problem: badRow(problem) };
    return {
      number,
      line,
      position: start,
      cells: Object.fromEntries(columns.map((name, i) => [name, cells[i]!])),
    };
  };
  return {
    isText: true,
    *rows() {
      const wrong = wrongHeader(columns);
      if (wrong !== undefined) yield { number: 0, line: header?.line ?? 1, problem: wrong };
      if (wrong !== undefined) return;
      let number = -1;
      for (const record of records(text)) if (++number > 0) yield rowOf(record, number);
    },
    at: (position) => {
      const [record] = records(text, position);
      return rowOf(record!, 0) as Row;
    },
  };
}

function wrongHeader(columns: readonly string[]): RowProblem | undefined {
  if (columns.length === 0) return badRow('the file has no line with the names of the columns');
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) return badRow(`the column ${JSON.stringify(twice)} stands twice`);
  if (columns.includes('')) return badRow('a column has no name');
  return columns.map(forbiddenKey).find((problem) => problem !== undefined);
}

function whyBroken(
  { isOpen }: CsvRecord,
  { cells, columns }: { cells: readonly string[]; columns: readonly string[] },
): string | undefined {
  if (isOpen) return 'a quotation mark is opened and never closed';
  if (cells.length === columns.length) return undefined;
  return `the row has ${cells.length} cells, and there are ${columns.length} columns`;
}

const cellsOf = (text: string, { start, end }: CsvRecord): string[] =>
  csvParseRows(text.slice(start, end))[0] ?? [''];

/** A record ends at a line break outside of quotation marks: where their number so far is even. */
function* records(text: string, from = 0): Iterable<CsvRecord> {
  let line = 1;
  for (let start = from; start < text.length;) {
    const { end, lines, isOpen } = recordAt(text, start);
    const stop = text[end - 1] === '\r' ? end - 1 : end;
    if (stop > start) yield { start, end: stop, line, isOpen };
    line += lines;
    start = end + 1;
  }
}

function recordAt(text: string, start: number): { end: number; lines: number; isOpen: boolean } {
  let isOpen = false;
  let at = start;
  for (let lines = 1; ; lines++) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    // Cut out, so that no line is searched beyond its end: a file may have no quotation mark at all.
    const line = text.slice(at, end);
    for (let quote = line.indexOf('"'); quote >= 0; quote = line.indexOf('"', quote + 1)) isOpen = !isOpen;
    if (!isOpen || newline < 0) return { end, lines, isOpen };
    at = newline + 1;
  }
}
