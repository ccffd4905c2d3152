import {
  CaseId,
  Name,
  type AssertionEntry,
  type AssertionSpec,
  type Json,
  type JsonObject,
} from '@rehearse/contracts';
import { expectedAssertion } from './expected.js';
import { badRow as bad, type Row, type RowProblem } from './row.js';
import { typedCell } from './typed-cell.js';

/** What a row says of its case. */
export interface RowCase {
  id: string | null;
  description?: string;
  labels: Record<string, string>;
  vars: JsonObject;
  assert: AssertionEntry[];
}

const EXPECTED = /^__expected(\d*)$/;
const METADATA = /^__metadata:(.+?)(?:\[\])?$/;
const THRESHOLD = /^__config:__expected(\d*):threshold$/;
/** Of promptfoo: texts around the prompt. Here they are vars, which a prompt has where it wants them. */
const AROUND: Readonly<Record<string, string>> = { __prefix: 'prefix', __suffix: 'suffix' };
const KNOWN = [
  '__expected',
  '__prefix',
  '__suffix',
  '__description',
  '__metric',
  '__threshold',
  '__metadata:key',
];

interface Reading {
  isText: boolean;
  /** The JSON Schema of the vars. */
  inputs: Json | undefined;
}

/** The case that a row makes. Columns are vars; those of promptfoo, which begin with `__`, say what is expected. */
export function rowCase(
  { cells }: Row,
  { isText, inputs }: Reading,
): { case: RowCase; problems: RowProblem[] } {
  const problems: RowProblem[] = [];
  const made: RowCase = { id: null, labels: {}, vars: {}, assert: [] };
  const types = propertiesOf(inputs);
  for (const [column, cell] of Object.entries(cells)) {
    if (column === 'id') takeId(made, cell, problems);
    if (column === 'id' && !Object.hasOwn(types, 'id')) continue;
    const metadata = column.startsWith('__') ? METADATA.exec(column)?.[1] : undefined;
    if (column === '__description') made.description = textOf(cell);
    else if (metadata !== undefined) takeText(cell, (text) => (made.labels[metadata] = text));
    else if (Object.hasOwn(AROUND, column)) takeText(cell, (text) => (made.vars[AROUND[column]!] = text));
    else if (!column.startsWith('__')) {
      const read = isText ? typedCell(textOf(cell), own(types, column)) : { value: cell };
      if ('value' in read) takeVar(made, { column, cell: read.value }, problems);
      else problems.push(unkeptCell(column, read.problem));
    } else if (!isOfAssertion(column)) problems.push(unknownColumn(column));
  }
  made.assert = assertionsOf(cells, problems);
  return { case: made, problems };
}

const own = (types: JsonObject, column: string): Json | undefined =>
  Object.hasOwn(types, column) ? types[column] : undefined;

const isOfAssertion = (column: string): boolean =>
  EXPECTED.test(column) || THRESHOLD.test(column) || column === '__metric' || column === '__threshold';

/** The id that a row gives its case; null where it gives none that can be one. */
export function rowId({ cells }: Row): string | null {
  const made = { id: null };
  if (Object.hasOwn(cells, 'id')) takeId(made, cells['id']!, []);
  return made.id;
}

function takeId(made: Pick<RowCase, 'id'>, cell: Json, problems: RowProblem[]): void {
  const id = textOf(cell);
  if (id === '') return;
  const parsed = CaseId.safeParse(id);
  if (parsed.success) made.id = id;
  else problems.push(bad(`the id ${JSON.stringify(id)} ${parsed.error.issues[0]!.message}`, 'change the id'));
}

function takeVar(
  made: RowCase,
  { column, cell }: { column: string; cell: Json | undefined },
  problems: RowProblem[],
): void {
  if (cell === undefined) return;
  if (isName(column)) made.vars[column] = cell;
  else
    problems.push(
      bad(
        `the column ${JSON.stringify(column)} is no name that an expression can use`,
        'rename it: letters, digits and _',
      ),
    );
}

/** Each row has the same columns. Bounded, because a file may give each of its rows others. */
const names = new Map<string, boolean>();
const MOST_NAMES = 1_000;

function isName(column: string): boolean {
  const known = names.get(column);
  if (known !== undefined) return known;
  const { success } = Name.safeParse(column);
  if (names.size < MOST_NAMES) names.set(column, success);
  return success;
}

const unkeptCell = (column: string, { code, message }: RowProblem): RowProblem => ({
  code,
  message: `${column}: ${message}`,
  suggestion: 'change the cell, or let `inputs` have the column as text',
});

function unknownColumn(column: string): RowProblem {
  return bad(`the column ${column} means nothing`, `what begins with __ is one of ${KNOWN.join(', ')}`);
}

function assertionsOf(cells: JsonObject, problems: RowProblem[]): AssertionEntry[] {
  const columns = Object.keys(cells).filter(
    (column) => column.startsWith('__') && EXPECTED.test(column) && textOf(cells[column]!).trim() !== '',
  );
  const assertions = columns
    .toSorted((a, b) => numberOf(a) - numberOf(b))
    .flatMap((column) => {
      const expected = expectedAssertion(textOf(cells[column]!));
      if (expected.ok) return [withOptions(expected.assertion, { cells, column, problems })];
      problems.push(bad(`${column}: ${expected.message}`, 'use a type of this format, or remove it'));
      return [];
    });
  const threshold = numberIn(cells, '__threshold', problems);
  // In promptfoo it is the share of all assertions of the test that must hold.
  return threshold === undefined || assertions.length === 0
    ? assertions
    : [{ type: 'assert-set', threshold, assert: assertions }];
}

const numberOf = (column: string): number => Number(EXPECTED.exec(column)![1]);

function withOptions(
  assertion: AssertionSpec,
  { cells, column, problems }: { cells: JsonObject; column: string; problems: RowProblem[] },
): AssertionSpec {
  const metric = textOf(cells['__metric'] ?? '');
  const threshold = numberIn(cells, `__config:${column}:threshold`, problems);
  return {
    ...assertion,
    ...(metric !== '' && { metric }),
    ...(threshold !== undefined && { threshold }),
  };
}

function numberIn(cells: JsonObject, column: string, problems: RowProblem[]): number | undefined {
  const text = textOf(cells[column] ?? '').trim();
  if (text === '') return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  return void problems.push(bad(`${column}: ${JSON.stringify(text)} is no number`, 'write a number'));
}

const textOf = (cell: Json): string => (typeof cell === 'string' ? cell : JSON.stringify(cell));

function takeText(cell: Json, take: (text: string) => void): void {
  const text = textOf(cell);
  if (text !== '') take(text);
}

function propertiesOf(inputs: Json | undefined): JsonObject {
  const properties =
    typeof inputs === 'object' && inputs !== null ? (inputs as JsonObject)['properties'] : undefined;
  return typeof properties === 'object' && properties !== null && !Array.isArray(properties)
    ? properties
    : {};
}
