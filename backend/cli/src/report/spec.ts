import { outcomeOf, type CaseOutcome } from '../run/case-outcome.js';
import type { NextStep } from '../run/next-step.js';
import type { RunResult } from '../run/run-result.js';
import { duration } from '../text/amounts.js';
import type { Paint } from '../text/paint.js';
import { indent, oneLine, printable } from '../text/printable.js';
import { describeRun, firstReason, ICONS } from './describe-run.js';
import type { Reporter, Write } from './reporter.js';
import { describeSummary } from './spec-summary.js';

interface SpecOptions {
  write: Write;
  paint: Paint;
  /** Of the terminal. */
  columns?: number | undefined;
  next: NextStep;
}

/** For a person at a terminal: graph, case, repeat, why something failed, and what to do next. */
export function spec({ write, paint, next }: SpecOptions): Reporter {
  let graph: unknown = null;
  let pending: RunResult[] = [];
  const flush = () => {
    const [first] = pending;
    if (!first) return;
    const { loaded } = first.task;
    if (loaded !== graph) {
      write(
        `${graph === null ? '' : '\n'}${paint('bold', loaded.graph.name)}  ${paint('dim', loaded.file)}\n`,
      );
      graph = loaded;
    }
    write(describeCase(outcomeOf(pending), paint));
    pending = [];
  };
  return {
    launch: () => {},
    run(result) {
      pending.push(result);
      if (pending.length === result.task.repeats) flush();
    },
    done(summary) {
      flush();
      write(describeSummary(summary, { paint, next }));
    },
  };
}

function describeCase(outcome: CaseOutcome, paint: Paint): string {
  const { verdict, results } = outcome;
  const [first] = results as [RunResult];
  const icon = paint(ICONS[verdict].colour, ICONS[verdict].icon);
  const facts = [
    repeatsOf(outcome),
    timeOf(results),
    results.every((one) => one.isReplayed) ? 'replayed' : '',
  ];
  const shown = facts.filter(Boolean).join(', ');
  const name = printable(first.task.caseId ?? 'run');
  const head = `  ${icon} ${name}${verdict === 'passed' ? '' : `  ${paint(ICONS[verdict].colour, wordFor(outcome))}`}`;
  const notPassed = results.filter((result) => result.verdict !== 'passed');
  // A case that passed needs no explanation, only a mention of what did not.
  const describe = verdict === 'passed' ? mentionRepeat : describeRepeat;
  return `${head}  ${paint('dim', shown)}\n${notPassed.map((result) => describe(result, paint)).join('')}`;
}

const wordFor = ({ verdict, results }: CaseOutcome): string =>
  results.some(({ divergence }) => divergence) ? `${verdict}, diverged` : verdict;

function repeatsOf({ results, passed, minPass, isFlaky, verdict }: CaseOutcome): string {
  if (results.length === 1) return '';
  const needs = minPass === null ? '' : `, needs ${minPass}`;
  const share = `${passed} of ${results.length} repeats passed${needs}`;
  return isFlaky && verdict !== 'errored' ? `${share}, flaky` : share;
}

const timeOf = (results: readonly RunResult[]): string =>
  duration(Math.max(...results.map(({ fold }) => fold.durationMs ?? 0)));

function repeatLine({ task, verdict }: RunResult, paint: Paint): string {
  const icon = paint(ICONS[verdict].colour, ICONS[verdict].icon);
  return `    ${icon} repeat ${task.repeat}  ${paint('dim', `seed ${task.seed}`)}`;
}

const mentionRepeat = (result: RunResult, paint: Paint): string =>
  `${repeatLine(result, paint)}  ${paint('dim', oneLine(firstReason(result), 120))}\n`;

function describeRepeat(result: RunResult, paint: Paint): string {
  const { task } = result;
  const details = describeRun(result, paint);
  if (task.repeats === 1) return indent(details, 6);
  return `${repeatLine(result, paint)}\n${indent(details, 8)}`;
}
