import type { Json, JsonObject } from '@rehearse/contracts';
import type { BrokenRow, Row, RowReader } from './rows.js';

/** A list of mappings, each a row. */
export function jsonReader(text: string): RowReader {
  const parsed = parse(text);
  const list = 'value' in parsed && Array.isArray(parsed.value) ? parsed.value : null;
  const problem = 'problem' in parsed ? parsed.problem : 'the file holds no list of rows';
  const rowAt = (index: number) => rowOf(list![index]!, { number: index + 1, line: null, position: index });
  return {
    isText: false,
    *rows() {
      if (!list) yield { number: 0, line: null, problem };
      for (const index of list?.keys() ?? []) yield rowAt(index);
    },
    at: (position) => rowAt(position) as Row,
  };
}

/** JSON Lines: a mapping on each line; empty lines are passed over. */
export function jsonLinesReader(text: string): RowReader {
  const rowAt = (start: number, { number, line }: { number: number; line: number }): Row | BrokenRow => {
    const newline = text.indexOf('\n', start);
    const parsed = parse(text.slice(start, newline < 0 ? undefined : newline));
    if ('problem' in parsed) return { number, line, problem: parsed.problem };
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

function rowOf(value: Json, place: Omit<Row, 'cells'>): Row | BrokenRow {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return { ...place, cells: value satisfies JsonObject };
  return { number: place.number, line: place.line, problem: 'a row is a mapping: {"column": value}' };
}

function parse(text: string): { value: Json } | { problem: string } {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { problem: `not JSON: ${(error as Error).message}` };
  }
}
