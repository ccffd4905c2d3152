import type { Json, JsonObject } from '@rehearse/contracts';
import { csvReader } from '../../graph/dataset/csv.js';
import { expectedAssertion } from '../../graph/dataset/expected.js';
import type { Place, Sources } from '../sources.js';

/** The rows of a CSV file as tests of promptfoo; columns are variables, and those that begin with `__` say more. */
export function csvTests(text: string, { file, sources }: { file: string; sources: Sources }): JsonObject[] {
  return [...csvReader(text).rows()].flatMap((row) => {
    const line = row.line ?? 1;
    const place = { file, line, path: `line ${line}` };
    if ('problem' in row) return (sources.lost(place, row.problem.message), []);
    const cells = Object.entries(row.cells).map(([column, cell]): Cell => [column.trim(), String(cell)]);
    if (cells.every(([, cell]) => cell.trim() === '')) return [];
    const test = testOf(new Map(cells), { place, sources });
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

type Cell = [column: string, cell: string];

const OPTIONS: Readonly<Record<string, string>> = { __prefix: 'prefix', __suffix: 'suffix' };
const KEYS: Readonly<Record<string, string>> = {
  __description: 'description',
  __providerOutput: 'providerOutput',
};

interface Context {
  place: Place;
  sources: Sources;
}

function testOf(row: ReadonlyMap<string, string>, context: Context): JsonObject {
  const test: JsonObject = {};
  const [vars, options, metadata]: JsonObject[] = [{}, {}, {}];
  const assertions: JsonObject[] = [];
  let number = -1;
  for (const [column, cell] of row) {
    const isFilled = cell.trim() !== '';
    if (column.startsWith('__expected')) {
      if (!isFilled) continue;
      number += 1;
      assertions.push(...expected(cell.trim(), context, settingsOf(row, number)));
    } else if (!column.startsWith('__')) vars![column] = cell;
    else if (!isFilled || column === '__metric') continue;
    else if (column === '__threshold') test['threshold'] = Number(cell);
    else if (OPTIONS[column]) options![OPTIONS[column]] = cell;
    else if (column.startsWith('__metadata:')) metadata![column.slice('__metadata:'.length)] = cell;
    else if (!column.startsWith('__config:')) test[KEYS[column] ?? column] = cell;
  }
  const full = { ...test, vars: vars!, assert: assertions, options: options! };
  return Object.keys(metadata!).length > 0 ? { ...full, metadata: metadata! } : full;
}

function expected(cell: string, { place, sources }: Context, settings: JsonObject): JsonObject[] {
  const read = expectedAssertion(cell);
  if (read.ok) return [{ ...(read.assertion as JsonObject), ...settings }];
  sources.lost(place, read.message);
  return [];
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
