import type { JsonObject } from '@rehearse/contracts';

/** A row as it stands in its file. */
export interface Row {
  /** From 1; what stands above the first row, such as the names of columns, counts not. */
  number: number;
  /** From 1; null where lines tell nothing. */
  line: number | null;
  /** Where {@link RowReader.at} finds it again. */
  position: number;
  cells: JsonObject;
}

/** A row, or a place, that cannot be read. */
export interface BrokenRow {
  number: number;
  line: number | null;
  problem: RowProblem;
}

export interface RowProblem {
  code: string;
  message: string;
  suggestion: string;
}

export const badRow = (message: string, suggestion = 'mend the file'): RowProblem => ({
  code: 'graph/bad-dataset',
  message,
  suggestion,
});

/** Reads the rows of a data set one by one, as often as it is asked, and keeps none. */
export interface RowReader {
  /** Where values are text alone, and their types come from the graph. */
  isText: boolean;
  rows(): Iterable<Row | BrokenRow>;
  at(position: number): Row;
}
