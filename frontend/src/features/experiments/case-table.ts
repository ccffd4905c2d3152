import type { ComparedCase, ExperimentCase, ExperimentComparison } from '@rehearse/contracts';
import type { SHOWS, SORTS } from './search.js';

export type Show = 'all' | (typeof SHOWS)[number];
export type Sort = (typeof SORTS)[number];

/** A case in one cell of the matrix under one profile of faults, with what the comparison says of it. */
export interface Cell {
  one: ExperimentCase;
  compared: ComparedCase | null;
}

export interface CaseRow {
  caseId: string;
  /** One for each column; a case need not be in all. */
  cells: (Cell | null)[];
}

export interface CaseTable {
  /** What each column is under, in words; one column without words where there is no matrix. */
  columns: string[][];
  rows: CaseRow[];
}

type Place = Pick<ExperimentCase, 'caseId' | 'matrix' | 'chaos'>;
const columnOf = ({ matrix, chaos }: Place): string => JSON.stringify([matrix ?? null, chaos ?? null]);
const placeOf = (one: Place): string => JSON.stringify([one.caseId, columnOf(one)]);

/** The values that the matrix gave it, by the ends of their paths, and the faults that it runs under. */
export function circumstancesOf({ matrix = {}, chaos }: Place): string[] {
  const values = Object.entries(matrix).map(
    ([at, value]) => `${at.split('.').at(-1)} = ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [...values, ...(chaos === undefined ? [] : [`under ${chaos}`])];
}

/** Cases down, cells of the matrix across: what repeats stands within a cell. */
export function caseTable(
  cases: readonly ExperimentCase[],
  comparison: ExperimentComparison | undefined,
): CaseTable {
  const compared = new Map(comparison?.cases.map((one) => [placeOf(one), one]));
  const columns = new Map<string, string[]>();
  for (const one of cases) columns.set(columnOf(one), circumstancesOf(one));
  const at = new Map([...columns.keys()].map((column, index) => [column, index]));
  const rows = new Map<string, CaseRow>();
  for (const one of cases) {
    const row = rows.get(one.caseId) ?? { caseId: one.caseId, cells: [...columns].map(() => null) };
    rows.set(one.caseId, row);
    row.cells[at.get(columnOf(one)) ?? 0] = { one, compared: compared.get(placeOf(one)) ?? null };
  }
  return { columns: [...columns.values()], rows: [...rows.values()] };
}

const cellsOf = (row: CaseRow): Cell[] => row.cells.filter((cell) => cell !== null);
const has = (row: CaseRow, verdict: string): boolean =>
  cellsOf(row).some(({ one }) => one.runs.some((run) => run.verdict === verdict));

/** Not the same in all its runs, over its cells, or as in the baseline. */
function isDifferent(row: CaseRow): boolean {
  const cells = cellsOf(row);
  return (
    cells.some(({ one, compared }) => one.isFlaky || (compared !== null && compared.change !== 'same')) ||
    new Set(cells.map(({ one }) => one.verdict)).size > 1
  );
}

const KEEPS: Record<Show, (row: CaseRow) => boolean> = {
  all: () => true,
  failures: (row) => has(row, 'failed'),
  passes: (row) => cellsOf(row).every(({ one }) => one.verdict === 'passed'),
  errors: (row) => has(row, 'errored') || has(row, 'inconclusive'),
  different: isDifferent,
};

const CHANGE_RANK = { regressed: 0, undecided: 1, removed: 2, added: 3, improved: 4, same: 5 };
const ranks = (row: CaseRow): number[] =>
  cellsOf(row).map(({ compared }) => (compared ? CHANGE_RANK[compared.change] : 6));
const worst = (row: CaseRow): number => Math.min(...ranks(row), 6);
const lost = (row: CaseRow): number =>
  Math.min(...cellsOf(row).map(({ compared }) => compared?.difference ?? 0), 0);
const share = (row: CaseRow): number =>
  Math.min(...cellsOf(row).map(({ one }) => (one.scored === 0 ? 1 : one.passed / one.scored)), 1);

const ORDERS: Record<Sort, (a: CaseRow, b: CaseRow) => number> = {
  file: () => 0,
  failures: (a, b) => share(a) - share(b),
  regressions: (a, b) => worst(a) - worst(b) || lost(a) - lost(b),
};

interface Choice {
  show: Show;
  sort: Sort;
  q: string | undefined;
}

/** The rows that are asked for, in the order that is asked for. */
export function fittingRows({ rows }: CaseTable, { show, sort, q }: Choice): CaseRow[] {
  const needle = q?.toLowerCase();
  const isFound = (row: CaseRow) =>
    !needle ||
    row.caseId.toLowerCase().includes(needle) ||
    cellsOf(row).some(({ one }) => circumstancesOf(one).join(' ').toLowerCase().includes(needle));
  return rows.filter((row) => KEEPS[show](row) && isFound(row)).sort(ORDERS[sort]);
}

const NONE: Partial<Record<Show, string>> = {
  different: 'No case turned out one way here and another way there.',
  failures: 'No run failed.',
  errors: 'No run errored.',
};

/** Why no row is left: where a text is searched for, it is not known that the filter alone left none. */
export function whyNone({ show, q }: Pick<Choice, 'show' | 'q'>): string {
  if (!q) return NONE[show] ?? 'Widen the filter to see more.';
  const among = show === 'all' ? '' : ' among those that the filter keeps';
  return `None has “${q}” in its id or its cells${among}.`;
}

/** The chance that k runs of a case, drawn from those that were scored, all pass; null where there are fewer than k. */
export function passHat({ passed, scored }: { passed: number; scored: number }, k: number): number | null {
  if (scored < k) return null;
  let chance = 1;
  for (let drawn = 0; drawn < k; drawn++) chance *= Math.max(0, passed - drawn) / (scored - drawn);
  return chance;
}

/** By linear interpolation, as the server has it; null without values. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below === undefined || above === undefined ? null : below + (at % 1) * (above - below);
}

/** The two runs whose diff shows the change: one that fails against one that passed, of the same repeat if there is one. */
export function pairOf({ baseline, candidate }: ComparedCase): { a: string; b: string } | null {
  if (!baseline || !candidate) return null;
  const b = candidate.runs.find(({ verdict }) => verdict === 'failed') ?? candidate.runs[0];
  const passed = baseline.runs.filter(({ verdict }) => verdict === 'passed');
  const a =
    passed.find(({ repeat }) => repeat === b?.repeat) ??
    passed[0] ??
    baseline.runs.find(({ repeat }) => repeat === b?.repeat) ??
    baseline.runs[0];
  return a && b ? { a: a.id, b: b.id } : null;
}
