import type { LoadedGraph } from '../graphs/load-graphs.js';
import type { RunResult } from '../run/run-result.js';
import type { Summary } from '../run/summary.js';
import type { RunTask } from '../run/run-task.js';

interface Launch {
  tasks: readonly RunTask[];
  graphs: readonly LoadedGraph[];
}

/** Tells what happens. Runs come in the order of file, case and repeat. */
export interface Reporter {
  launch(launch: Launch): void;
  run(result: RunResult): void;
  done(summary: Summary): void;
}

/** Where a reporter writes to. */
export type Write = (text: string) => void;
