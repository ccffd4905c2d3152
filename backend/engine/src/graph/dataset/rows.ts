import type { JsonObject } from '@rehearse/contracts';
import { csvReader } from './csv.js';
import { jsonReader, jsonLinesReader } from './json-rows.js';

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
  problem: string;
}

/** Reads the rows of a data set one by one, as often as it is asked, and keeps none. */
export interface RowReader {
  /** Where values are text alone, and their types come from the graph. */
  isText: boolean;
  rows(): Iterable<Row | BrokenRow>;
  at(position: number): Row;
}

const READERS: Readonly<Record<string, (text: string) => RowReader>> = {
  csv: csvReader,
  json: jsonReader,
  jsonl: jsonLinesReader,
  ndjson: jsonLinesReader,
};

/** The reader for a file of this name; undefined when no format goes by it. */
export function readerFor(path: string): ((text: string) => RowReader) | undefined {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(READERS, ending) ? READERS[ending] : undefined;
}

export const DATASET_ENDINGS = '.csv, .json or .jsonl';
