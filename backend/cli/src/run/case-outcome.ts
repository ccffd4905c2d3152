import type { RunVerdict } from '@rehearse/contracts';
import type { RunReport } from './run-report.js';
import type { RunTask } from './run-task.js';

/** What the repeats of a case come to. */
export interface CaseOutcome {
  verdict: RunVerdict;
  runs: readonly [RunReport, ...RunReport[]];
  passed: number;
  /** How many repeats have to pass; null: all of them. */
  minPass: number | null;
  /** Some repeats passed and some failed. */
  isFlaky: boolean;
}

/** A case with `minPass` passes with that many repeats, and fails when it cannot get there; any other needs all. */
export function outcomeOf(runs: CaseOutcome['runs']): CaseOutcome {
  const { minPass } = runs[0].task;
  const has = (verdict: RunVerdict) => runs.filter((run) => run.verdict === verdict).length;
  const [passed, failed] = [has('passed'), has('failed')];
  const needed = minPass ?? runs.length;
  const unknown: RunVerdict = has('errored') > 0 ? 'errored' : 'inconclusive';
  const verdict = passed >= needed ? 'passed' : runs.length - failed < needed ? 'failed' : unknown;
  return { verdict, runs, passed, minPass, isFlaky: passed > 0 && failed > 0 };
}

interface Gathering {
  through(outcome: CaseOutcome): void;
  leftOut(task: RunTask): void;
}

/** Puts runs together to cases. They come in order, so those of a case come one after the other. */
export function caseGatherer({ through, leftOut }: Gathering) {
  let runs: RunReport[] = [];
  let last: RunTask | null = null;
  const flush = () => {
    const [first, ...others] = runs;
    runs = [];
    if (first) through(outcomeOf([first, ...others]));
  };
  return {
    add(run: RunReport) {
      if (runs[0] && !isSameCase(runs[0].task, run.task)) flush();
      runs.push(run);
      last = run.task;
      if (runs.length === run.task.repeats) flush();
    },
    /** The run of this task was not made. */
    miss(task: RunTask) {
      if (last && isSameCase(last, task)) return;
      flush();
      last = task;
      leftOut(task);
    },
    /** A case that was cut short is told with what there is of it. */
    end: flush,
  };
}

const isSameCase = (a: RunTask, b: RunTask): boolean => a.loaded === b.loaded && a.caseId === b.caseId;
