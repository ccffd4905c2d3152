import type { Json, JsonObject } from '@rehearse/contracts';
import { csvParseRows } from 'd3-dsv';
import type { Sources } from '../sources.js';
import { expectedAssertion } from './expected.js';
import { isAssertionType } from './assertion-types.js';

/** The rows of a CSV file as tests of promptfoo; columns are variables, and those that begin with `__` say more. */
export function csvTests(text: string, { file, sources }: { file: string; sources: Sources }): JsonObject[] {
  const [header = [], ...rows] = csvParseRows(text);
  const columns = header.map((column) => column.trim());
  let line = 1 + lineBreaks(header);
  return rows.flatMap((cells) => {
    line += 1;
    const place = { file, line, path: `line ${line}` };
    line += lineBreaks(cells);
    if (cells.every((cell) => cell.trim() === '')) return [];
    const test = testOf(new Map(columns.map((column, index) => [column, cells[index] ?? ''])));
    for (const part of [
      test,
      test['vars'],
      test['options'],
      test['assert'],
      ...(test['assert'] as JsonObject[]),
    ])
      sources.adopt(part as object, place);
    return [test];
  });
}

const lineBreaks = (cells: readonly string[]): number =>
  cells.reduce((count, cell) => count + (cell.match(/\n/g)?.length ?? 0), 0);

const OPTIONS: Readonly<Record<string, string>> = { __prefix: 'prefix', __suffix: 'suffix' };
const KEYS: Readonly<Record<string, string>> = {
  __description: 'description',
  __providerOutput: 'providerOutput',
};

function testOf(row: ReadonlyMap<string, string>): JsonObject {
  const test: JsonObject = {};
  const [vars, options, metadata]: JsonObject[] = [{}, {}, {}];
  const assertions: JsonObject[] = [];
  for (const [column, cell] of row) {
    const isFilled = cell.trim() !== '';
    if (column.startsWith('__expected')) {
      if (isFilled) assertions.push(expectedAssertion(cell.trim(), isAssertionType));
    } else if (!column.startsWith('__')) vars![column] = cell;
    else if (!isFilled || column === '__metric') continue;
    else if (column === '__threshold') test['threshold'] = Number(cell);
    else if (OPTIONS[column]) options![OPTIONS[column]] = cell;
    else if (column.startsWith('__metadata:')) metadata![column.slice('__metadata:'.length)] = cell;
    else if (!column.startsWith('__config:')) test[KEYS[column] ?? column] = cell;
  }
  for (const [index, assertion] of assertions.entries()) Object.assign(assertion, settingsOf(row, index));
  const full = { ...test, vars: vars!, assert: assertions, options: options! };
  return Object.keys(metadata!).length > 0 ? { ...full, metadata: metadata! } : full;
}

/** `__metric` is for every assertion of the row, `__config:__expected2:threshold` for the second. */
function settingsOf(row: ReadonlyMap<string, string>, index: number): JsonObject {
  const names = index === 0 ? ['__expected', '__expected1'] : [`__expected${index + 1}`];
  const threshold = names.map((name) => row.get(`__config:${name}:threshold`)).find((cell) => cell?.trim());
  const metric = row.get('__metric')?.trim();
  const settings: Record<string, Json> = {};
  if (threshold !== undefined) settings['threshold'] = Number(threshold);
  if (metric) settings['metric'] = metric;
  return settings;
}
