import {
  checkVars,
  closestName,
  countRuns,
  hasRuns,
  planRuns,
  type CompiledGraph,
  type PlannedCase,
  type RunChoice,
} from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import type { LoadedGraph } from '../graphs/load-graphs.js';
import { caseFilter } from './case-filter.js';
import { distinct, type Tasks } from './plan.js';
import type { RunTask } from './run-task.js';

export interface Choice {
  cases?: readonly string[];
  repeat?: number;
  seed?: number;
  /** Text, a pattern, or `key=value`. */
  filter?: string;
  /** A profile of faults; and whether each run is made without them too. */
  chaos?: string;
  withClean?: boolean;
}

/**
 * The runs that are to be made, in the order of file, case, cell of the matrix and repeat. Never none. They are made up anew
 * each time they are gone through, so that their number takes no memory.
 */
export function planTasks(loaded: readonly LoadedGraph[], choice: Choice): Tasks {
  checkCases(loaded, choice.cases ?? []);
  const graphs = loaded.filter((one) => isMeant(one, choice));
  if (graphs.length === 0) throw nothingToRun(choice);
  const counted = countOf(graphs, choice);
  return { [Symbol.iterator]: () => tasksOf(graphs, choice), ...(counted && { counted }) };
}

/** Null where it is the cases that are chosen, or where a graph is several: then they are gone through. */
function countOf(graphs: readonly LoadedGraph[], choice: Choice): Tasks['counted'] | null {
  const isEach = !choice.cases && choice.filter === undefined;
  if (!isEach || graphs.some(({ graph }) => graph.variants.length > 0)) return null;
  let [runs, cases] = [0, 0];
  for (const { graph } of graphs) {
    runs += countRuns(graph, { repeat: choice.repeat });
    cases += Math.max(1, graph.cases.size);
  }
  const times = choice.withClean ? 2 : 1;
  return { runs: runs * times, cases: cases * times, graphs: distinct(graphs) };
}

function isMeant(loaded: LoadedGraph, choice: Choice): boolean {
  const { graph } = loaded;
  if (!isOneMeant(graph, choice)) return false;
  if (graph.cases.size === 0) checkInputs(loaded);
  return hasRuns(graph, runChoice(graph, choice));
}

function* tasksOf(graphs: readonly LoadedGraph[], choice: Choice): Generator<RunTask> {
  const chaos = choice.chaos ?? null;
  // A graph of its own for the runs without faults: their cases are others.
  if (choice.withClean)
    yield* tasksUnder(
      graphs.map((one) => ({ ...one })),
      choice,
      { chaos: null, isClean: true },
    );
  yield* tasksUnder(graphs, choice, { chaos });
}

function* tasksUnder(
  graphs: readonly LoadedGraph[],
  choice: Choice,
  under: Pick<RunTask, 'chaos' | 'isClean'>,
): Generator<RunTask> {
  for (const loaded of graphs) {
    // One object for each graph of the matrix: runs of a case belong together when they share it.
    const cells = new Map<CompiledGraph, LoadedGraph>([[loaded.graph, loaded]]);
    for (const run of planRuns(loaded.graph, runChoice(loaded.graph, choice))) {
      const { graph, matrix, of, caseId, repeat, repeats, seed, vars, memory, minPass } = run;
      const cell = cells.get(graph) ?? { ...loaded, graph };
      cells.set(graph, cell);
      yield {
        ...{ loaded: cell, matrix, of, caseId, repeat, repeats, seed, vars, memory, minPass },
        ...under,
      };
    }
  }
}

/** A graph without cases has none that could have been asked for; it is filtered by what it is itself. */
function isOneMeant({ cases, name, document }: CompiledGraph, { cases: asked, filter }: Choice): boolean {
  if (cases.size > 0) return true;
  if (asked) return false;
  return filter === undefined || caseFilter(filter, name)({ id: '', labels: document.labels ?? {} });
}

function runChoice({ name }: CompiledGraph, { cases, filter, repeat, seed }: Choice): RunChoice {
  if (!cases && filter === undefined) return { repeat, seed };
  const ids = cases && new Set(cases);
  const isFiltered = filter === undefined ? undefined : caseFilter(filter, name);
  const isChosen = (one: PlannedCase) => (!ids || ids.has(one.id)) && (!isFiltered || isFiltered(one));
  return { isMeant: isChosen, repeat, seed };
}

function checkCases(loaded: readonly LoadedGraph[], asked: readonly string[]): void {
  const unknown = asked.find((id) => !loaded.some(({ graph }) => graph.cases.find(id)));
  if (unknown === undefined) return;
  const known = loaded.flatMap(({ graph }) => [...graph.cases].map(({ id }) => id));
  const near = closestName(unknown, known);
  const list = known.length === 0 ? 'There are no cases.' : `There are: ${known.slice(0, 20).join(', ')}.`;
  throw new CliError({
    code: 'run/unknown-case',
    message: `no graph has a case \`${unknown}\``,
    hint: near === undefined ? list : `Did you mean \`${near}\`?`,
  });
}

/** Vars of cases were checked with the graph; a graph without cases runs without vars. */
function checkInputs({ file, graph }: LoadedGraph): void {
  const problems = checkVars(graph, {});
  if (problems.length === 0) return;
  throw new CliError({
    code: 'run/invalid-vars',
    message: `${file} has inputs and no case that gives them`,
    details: problems.map(({ path, message }) => `  ${path || 'vars'}: ${message}\n`),
    hint: 'Add `cases:` with an id and vars to the graph.',
  });
}

function nothingToRun({ cases, filter }: Choice): CliError {
  const chosen = [cases && `--case ${cases.join(', ')}`, filter !== undefined && `--filter ${filter}`].filter(
    Boolean,
  );
  return new CliError({
    code: 'cli/nothing-to-run',
    message: `nothing fits ${chosen.join(' and ')}`,
    hint: '--filter takes text or a pattern (*) in the name of a graph or the id of a case, or label=value.',
  });
}
