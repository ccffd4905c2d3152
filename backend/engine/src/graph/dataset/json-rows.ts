import type { Json, JsonObject } from '@rehearse/contracts';
import { unkeptIn, type Unkept } from '../unkept.js';
import { badRow, type BrokenRow, type Row, type RowProblem, type RowReader } from './row.js';

/** A list of mappings, each a row. */
export function jsonReader(text: string): RowReader {
  const parsed = parse(text);
  const list = 'value' in parsed && Array.isArray(parsed.value) ? parsed.value : null;
  const broken =
    'value' in parsed ? [{ number: 0, line: null, problem: NO_LIST }] : parsed.problems.map(lineIn(text));
  const rowAt = (index: number) => rowOf(list![index]!, { number: index + 1, line: null, position: index });
  return {
    isText: false,
    *rows() {
      if (!list) yield* broken;
      for (const index of list?.keys() ?? []) yield rowAt(index);
    },
    at: (position) => rowAt(position) as Row,
  };
}

const NO_LIST = badRow('the file holds no list of rows');

const lineIn =
  (text: string) =>
  ({ offset, ...problem }: RowProblem & Partial<Unkept>): BrokenRow => ({
    number: 0,
    line: offset === undefined ? null : text.slice(0, offset).split('\n').length,
    problem,
  });

/** JSON Lines: a mapping on each line; empty lines are passed over. */
export function jsonLinesReader(text: string): RowReader {
  const rowAt = (start: number, { number, line }: { number: number; line: number }): Row | BrokenRow => {
    const newline = text.indexOf('\n', start);
    const parsed = parse(text.slice(start, newline < 0 ? undefined : newline));
    if ('problems' in parsed) return { number, line, problem: parsed.problems[0]! };
    return rowOf(parsed.value, { number, line, position: start });
  };
  return {
    isText: false,
    *rows() {
      let number = 0;
      for (let start = 0, line = 1; start < text.length; line++) {
        const newline = text.indexOf('\n', start);
        const end = newline < 0 ? text.length : newline;
        if (text.slice(start, end).trim() !== '') yield rowAt(start, { number: ++number, line });
        start = end + 1;
      }
    },
    at: (position) => rowAt(position, { number: 0, line: 0 }) as Row,
  };
}

const NO_MAPPING = badRow('a row is a mapping: {"column": value}');

function rowOf(value: Json, place: Omit<Row, 'cells'>): Row | BrokenRow {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return { ...place, cells: value satisfies JsonObject };
  return { number: place.number, line: place.line, problem: NO_MAPPING };
}

function parse(text: string): { value: Json } | { problems: readonly (RowProblem & Partial<Unkept>)[] } {
  try {
    const value = JSON.parse(text) as Json;
    const problems = unkeptIn(text, value);
    return problems.length > 0 ? { problems } : { value };
  } catch (error) {
    return { problems: [badRow(`not JSON: ${(error as Error).message}`)] };
  }
}
