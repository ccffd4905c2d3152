import type { JsonObject } from '@rehearse/contracts';
import type { CaseCount, CompiledCase, CompiledGraph } from '../graph/model.js';

/** One run that is to be made of a graph. */
export interface PlannedRun {
  /** The one that runs: of the matrix, where there is one. */
  graph: CompiledGraph;
  /** What the matrix gives it. */
  matrix: JsonObject | null;
  caseId: string | null;
  labels: Readonly<Record<string, string>>;
  /** From 0. */
  repeat: number;
  /** How many repeats of the case there are. */
  repeats: number;
  seed: number;
  vars: JsonObject;
  /** What agents remember from the start. */
  memory: JsonObject;
  /** The case passes when at least that many of its repeats pass. */
  minPass: number | null;
  /** The case. What it asserts is compiled when it is asked for. */
  of: Pick<CompiledCase, 'assertions'>;
}

/** What a run is of, as far as a choice can depend on it. */
export type PlannedCase = Pick<CompiledCase, 'id' | 'labels' | 'dataset'>;

export interface RunChoice {
  /** Default: all cases. */
  isMeant?: (one: PlannedCase) => boolean;
  /** Repeats of each case, in place of the case's own. */
  repeat?: number | undefined;
  seed?: number | undefined;
}

/**
 * Cases × cells of the matrix × repeats, in this order; a graph without cases makes its runs without vars. Repeat r runs
 * with seed + r. One after the other, so that their number takes no memory.
 */
export function* planRuns(graph: CompiledGraph, choice: RunChoice = {}): Generator<PlannedRun> {
  for (const one of chosen(graph, choice))
    for (const cell of cells(graph)) yield* repeats({ one, ...cell }, choice);
}

/** How many {@link planRuns} would give. */
export function countRuns(graph: CompiledGraph, choice: RunChoice = {}): number {
  let count = 0;
  for (const { cases, repeat } of counted(graph, choice)) count += cases * (choice.repeat ?? repeat.runs);
  return count * Math.max(1, graph.variants.length);
}

/** The rows of a data set are only made where somebody chooses between them. */
function* counted(graph: CompiledGraph, choice: RunChoice): Iterable<CaseCount> {
  if (graph.cases.size > 0 && !choice.isMeant) yield* graph.cases.repeats;
  else for (const { repeat } of chosen(graph, choice)) yield { cases: 1, repeat };
}

/** Whether {@link planRuns} would give any; looks at no more cases than it has to. */
export function hasRuns(graph: CompiledGraph, choice: RunChoice = {}): boolean {
  for (const { repeat } of chosen(graph, choice)) if ((choice.repeat ?? repeat.runs) > 0) return true;
  return false;
}

type Chosen = Omit<CompiledCase, 'id'> & { id: string | null };

const NO_CASE: Chosen = { id: null, labels: {}, vars: {}, repeat: { runs: 1 }, assertions: [] };

function* chosen(graph: CompiledGraph, { isMeant }: RunChoice): Iterable<Chosen> {
  if (graph.cases.size === 0) yield { ...NO_CASE, labels: graph.document.labels ?? {} };
  for (const one of graph.cases) if (!isMeant || isMeant(one)) yield one;
}

const cells = (graph: CompiledGraph): { graph: CompiledGraph; matrix: JsonObject | null }[] =>
  graph.variants.length === 0
    ? [{ graph, matrix: null }]
    : graph.variants.map((variant) => ({ graph: variant.graph, matrix: variant.values }));

interface Repeated {
  one: Chosen;
  graph: CompiledGraph;
  matrix: JsonObject | null;
}

function* repeats({ one, graph, matrix }: Repeated, choice: RunChoice): Iterable<PlannedRun> {
  const { id: caseId, labels, vars, memory = {} } = one;
  const runs = choice.repeat ?? one.repeat.runs;
  const minPass = choice.repeat === undefined ? (one.repeat.minPass ?? null) : null;
  const seed = choice.seed ?? one.seed ?? 1;
  for (let repeat = 0; repeat < runs; repeat++)
    yield {
      ...{ graph, matrix, of: one, caseId, labels, vars, memory, minPass },
      ...{ repeat, repeats: runs, seed: (seed + repeat) >>> 0 },
    };
}
