import { csvReader } from './csv.js';
import { jsonReader, jsonLinesReader } from './json-rows.js';
import type { RowReader } from './row.js';

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
