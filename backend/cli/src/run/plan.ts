import type { LoadedGraph } from '../graphs/load-graphs.js';
import type { RunTask } from './run-task.js';

/** Tasks that may be counted without being made up. */
export interface Tasks extends Iterable<RunTask> {
  counted?: Pick<Plan, 'runs' | 'cases' | 'graphs'>;
}

/** The runs that are to be made. They are made up anew each time they are gone through, so that none has to be kept. */
export interface Plan {
  tasks: Iterable<RunTask>;
  runs: number;
  cases: number;
  graphs: readonly LoadedGraph[];
}

/** Counts what is planned. */
export function planOf(tasks: Tasks): Plan {
  if (tasks.counted) return { tasks, ...tasks.counted };
  const graphs = new Set<LoadedGraph>();
  let [runs, cases] = [0, 0];
  for (const { repeat, loaded } of tasks) {
    runs++;
    if (repeat === 0) cases++;
    graphs.add(loaded);
  }
  return { tasks, runs, cases, graphs: distinct(graphs) };
}

/** Each cell of a matrix has a graph of its own; the file is one. */
export function distinct(graphs: Iterable<LoadedGraph>): LoadedGraph[] {
  const known = new Map<string, LoadedGraph>();
  for (const loaded of graphs) {
    const key = JSON.stringify([loaded.file, loaded.graph.name]);
    if (!known.has(key)) known.set(key, loaded);
  }
  return [...known.values()];
}

/** Those of the tasks that are meant. */
export const onlyOf = (tasks: Iterable<RunTask>, isMeant: (task: RunTask) => boolean): Iterable<RunTask> => ({
  *[Symbol.iterator]() {
    for (const task of tasks) if (isMeant(task)) yield task;
  },
});
