import type { DatasetCase, Json } from '@rehearse/contracts';
import { rowCase, rowId, type RowCase } from '../dataset/row-case.js';
import { badRow, type BrokenRow, type Row, type RowProblem, type RowReader } from '../dataset/row.js';
import { DATASET_ENDINGS, readerFor } from '../dataset/rows.js';
import type { CompiledCase } from '../model.js';
import { compileAssertions } from './assertions.js';
import { repeatOf, type DatasetPart } from './case-list.js';
import type { Compilation } from './compilation.js';
import { fileAt } from './file.js';

interface Dataset {
  entry: DatasetCase;
  reader: RowReader;
  /** The start of the ids of rows that have none of their own. */
  stem: string;
  inputs: Json | undefined;
  /** What the entry asserts of every row. */
  assertions: CompiledCase['assertions'];
}

/** Called for every row, once, while the graph is compiled. */
type CheckCase = (made: CompiledCase, c: Compilation) => void;

/** The rows of a data set as cases. All are checked now and none is kept; undefined, and reported, when it cannot be read. */
export function datasetPart(c: Compilation, entry: DatasetCase, check: CheckCase): DatasetPart | undefined {
  const dataset = openDataset(c, entry);
  if (!dataset) return undefined;
  const { reader } = dataset;
  const size = checkRows(c, dataset, check);
  let positions: Map<string, number> | undefined;
  const quiet = c.elsewhere(c.located.place(entry, 'dataset'), () => entry.dataset);
  const made = (row: Row, id?: string): CompiledCase => {
    const said = rowCase(row, readingOf(dataset)).case;
    return caseOf(quiet, dataset, { id: id ?? idOf(dataset, row, said), said });
  };
  const rows = function* () {
    for (const row of reader.rows()) if ('cells' in row) yield made(row);
  };
  return {
    size,
    repeat: repeatOf(c, entry),
    file: entry.dataset,
    [Symbol.iterator]: rows,
    find(id) {
      positions ??= positionsOf(dataset);
      const position = positions.get(id);
      if (position === undefined) return undefined;
      // Found by its place, a row has no number, and so no id of its own.
      return made(reader.at(position), id);
    },
  };
}

function openDataset(c: Compilation, entry: DatasetCase): Dataset | undefined {
  const open = readerFor(entry.dataset);
  if (!open) {
    const message = `${entry.dataset} is no data set: its name must end in ${DATASET_ENDINGS}`;
    return void c.report(entry, 'dataset', {
      code: 'graph/bad-dataset',
      message,
      suggestion: 'rename the file',
    });
  }
  const text = fileAt(c, [entry, 'dataset'], entry.dataset);
  if (text === undefined) return undefined;
  const name = entry.dataset.split('/').at(-1)!;
  const stem = name
    .replaceAll(/[^A-Za-z0-9_.:-]/g, '_')
    .replace(/^[.:-]/, '_')
    .slice(0, 100);
  const assertions = compileAssertions(c, entry.assert, 'case.assert');
  return { entry, reader: open(text), stem, inputs: c.document.inputs, assertions };
}

const readingOf = ({ reader: { isText }, inputs }: Dataset) => ({ isText, inputs });

function checkRows(c: Compilation, dataset: Dataset, check: CheckCase): number {
  const { entry, reader } = dataset;
  let size = 0;
  let at: Row | BrokenRow | undefined;
  const row = c.elsewhere(c.located.place(entry, 'dataset'), () => `${entry.dataset}${placeOf(at)}`);
  for (at of reader.rows()) {
    if (!('cells' in at)) {
      report(row, at.problem);
      continue;
    }
    size++;
    const { case: said, problems } = rowCase(at, readingOf(dataset));
    for (const problem of problems) report(row, problem);
    const made = caseOf(row, dataset, { id: idOf(dataset, at, said), said });
    check(made, row);
  }
  if (size === 0 && at === undefined)
    report(row, badRow('the file has no rows', 'add rows, or remove the entry'));
  return size;
}

const placeOf = (at: Row | BrokenRow | undefined): string => {
  if (at === undefined) return '';
  const row = at.number > 0 ? `, row ${at.number}` : '';
  return at.line === null ? row : `${row || ','} line ${at.line}`.replace(/^(, row \d+) (.*)$/, '$1 ($2)');
};

const report = (c: Compilation, told: RowProblem) => c.findings.add({ ...told, path: '', start: 0, end: 0 });

const idOf = ({ stem }: Dataset, row: Row, said: Pick<RowCase, 'id'>): string =>
  said.id ?? `${stem}:${row.number}`;

function caseOf(c: Compilation, dataset: Dataset, { id, said }: { id: string; said: RowCase }): CompiledCase {
  const { entry, assertions: shared } = dataset;
  const made = {
    id,
    ...(said.description !== undefined && { description: said.description }),
    labels: { ...c.document.labels, ...entry.labels, ...said.labels },
    vars: { ...entry.vars, ...said.vars },
    ...(entry.seed !== undefined && { seed: entry.seed }),
    repeat: repeatOf(c, entry),
    dataset: entry.dataset,
  };
  // An object with a getter has a shape of its own in V8, which costs more than the rest of it.
  if (said.assert.length === 0) return { ...made, assertions: shared };
  let assertions: CompiledCase['assertions'] | undefined;
  return {
    ...made,
    // Only those of a case that runs are wanted: planning goes through all of them.
    get assertions() {
      return (assertions ??= [...shared, ...compileAssertions(c, said.assert, 'case.expected')]);
    },
  };
}

function positionsOf(dataset: Dataset): Map<string, number> {
  const positions = new Map<string, number>();
  for (const row of dataset.reader.rows()) {
    if ('cells' in row) positions.set(idOf(dataset, row, { id: rowId(row) }), row.position);
  }
  return positions;
}
