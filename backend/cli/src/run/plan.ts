import type { LoadedGraph } from '../graphs/load-graphs.js';
import type { RunTask } from './run-task.js';

/** The runs that are to be made. They are made up anew each time they are gone through, so that none has to be kept. */
export interface Plan {
  tasks: Iterable<RunTask>;
  runs: number;
  cases: number;
  graphs: readonly LoadedGraph[];
}

/** Counts what is planned. */
export function planOf(tasks: Iterable<RunTask>): Plan {
  // Each cell of a matrix has a graph of its own; the file is one.
  const graphs = new Map<string, LoadedGraph>();
  let [runs, cases, last] = [0, 0, null as LoadedGraph | null];
  for (const { repeat, loaded } of tasks) {
    runs++;
    if (repeat === 0) cases++;
    if (loaded === last) continue;
    last = loaded;
    const key = JSON.stringify([loaded.file, loaded.graph.name]);
    if (!graphs.has(key)) graphs.set(key, loaded);
  }
  return { tasks, runs, cases, graphs: [...graphs.values()] };
}

/** Those of the tasks that are meant. */
export const onlyOf = (tasks: Iterable<RunTask>, isMeant: (task: RunTask) => boolean): Iterable<RunTask> => ({
  *[Symbol.iterator]() {
    for (const task of tasks) if (isMeant(task)) yield task;
  },
});
