import { checkVars, closestName, planRuns } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import type { LoadedGraph } from '../graphs/load-graphs.js';
import type { RunTask } from './run-task.js';

export interface Choice {
  cases?: readonly string[];
  repeat?: number;
  seed?: number;
  /** Text in the name of the graph or in the id of the case. */
  filter?: string;
  /** A profile of faults. */
  chaos?: string;
}

/** The runs that are to be made, in the order of file, case and repeat. Never none. */
export function planTasks(loaded: readonly LoadedGraph[], choice: Choice): RunTask[] {
  checkCases(loaded, choice.cases ?? []);
  const tasks = loaded.flatMap((one) => tasksOf(one, choice));
  if (tasks.length === 0) throw nothingToRun(choice);
  return tasks;
}

function tasksOf(loaded: LoadedGraph, { filter, chaos, ...choice }: Choice): RunTask[] {
  const { graph } = loaded;
  // A graph without cases has none that could have been asked for.
  if (choice.cases && graph.cases.length === 0) return [];
  const planned = planRuns(graph, choice).filter(({ caseId }) => isMeant(filter, graph.name, caseId));
  if (graph.cases.length === 0) planned.forEach(({ vars }) => checkInputs(loaded, vars));
  const repeats = new Map<string | null, number>();
  for (const { caseId } of planned) repeats.set(caseId, (repeats.get(caseId) ?? 0) + 1);
  return planned.map((run) => ({ ...run, loaded, chaos: chaos ?? null, repeats: repeats.get(run.caseId)! }));
}

const isMeant = (filter: string | undefined, graph: string, caseId: string | null): boolean =>
  filter === undefined || graph.includes(filter) || (caseId?.includes(filter) ?? false);

function checkCases(loaded: readonly LoadedGraph[], asked: readonly string[]): void {
  const known = loaded.flatMap(({ graph }) => graph.cases.map(({ id }) => id));
  const unknown = asked.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  const near = closestName(unknown, known);
  const list = known.length === 0 ? 'There are no cases.' : `There are: ${known.slice(0, 20).join(', ')}.`;
  throw new CliError({
    code: 'run/unknown-case',
    message: `no graph has a case \`${unknown}\``,
    hint: near === undefined ? list : `Did you mean \`${near}\`?`,
  });
}

/** Vars of cases were checked with the graph; a graph without cases runs without vars. */
function checkInputs({ file, graph }: LoadedGraph, vars: RunTask['vars']): void {
  const problems = checkVars(graph, vars);
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
    hint: '--filter takes text in the name of a graph or in the id of a case.',
  });
}
