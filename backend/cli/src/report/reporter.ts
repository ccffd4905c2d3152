import type { LoadedGraph } from '../graphs/load-graphs.js';
import type { CaseOutcome } from '../run/case-outcome.js';
import type { RunReport } from '../run/run-report.js';
import type { RunTask } from '../run/run-task.js';
import type { Summary } from '../run/summary.js';

export interface Launch {
  /** How many are planned. */
  runs: number;
  cases: number;
  graphs: readonly LoadedGraph[];
}

/** Tells what happens as it happens, and keeps none of it. Runs and cases come in the order of file, case and repeat. */
export interface Reporter {
  launch?(launch: Launch): void;
  run?(run: RunReport): void;
  /** All repeats of a case are through. */
  case?(outcome: CaseOutcome): void;
  /** A case of which no run was made, because all was stopped. */
  leftOut?(task: RunTask): void;
  done(summary: Summary): void;
}

/** Where a reporter writes to. */
export type Write = (text: string) => void;

/** Several reporters as one, until each is done. */
export type Reporters = Required<Omit<Reporter, 'done'>>;

export const allOf = (reporters: readonly Reporter[]): Reporters => ({
  launch: (launch) => reporters.forEach((one) => one.launch?.(launch)),
  run: (run) => reporters.forEach((one) => one.run?.(run)),
  case: (outcome) => reporters.forEach((one) => one.case?.(outcome)),
  leftOut: (task) => reporters.forEach((one) => one.leftOut?.(task)),
});
