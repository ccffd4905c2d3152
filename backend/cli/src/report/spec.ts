import type { LoadedGraph } from '../graphs/load-graphs.js';
import type { CaseOutcome } from '../run/case-outcome.js';
import type { NextStep } from '../run/next-step.js';
import type { RunReport } from '../run/run-report.js';
import { nameOfCase } from '../run/run-task.js';
import { firstReason } from '../run/summary.js';
import { count, duration, grouped } from '../text/amounts.js';
import type { Paint } from '../text/paint.js';
import { indent, oneLine, printable } from '../text/printable.js';
import { describeRun, ICONS } from './describe-run.js';
import type { Reporter, Write } from './reporter.js';
import { describeSummary } from './spec-summary.js';

export interface SpecOptions {
  write: Write;
  paint: Paint;
  /** Of the terminal. */
  columns?: number | undefined;
  next: NextStep;
  /** Only what did not pass, and the totals. */
  isQuiet?: boolean;
}

/** Beyond this nobody reads the cases that passed. */
const MANY_CASES = 50;
/** Nobody scrolls through more; the reports for machines have them all. */
const MOST_IN_FULL = 100;

/** For a person at a terminal: graph, case, repeat, why something did not pass, and what to do next. */
export function spec({ write, paint, next, isQuiet = false, columns = 100 }: SpecOptions): Reporter {
  let graph: LoadedGraph | null = null;
  let [hidden, told, shortened] = [0, 0, 0];
  let hidesPassed = isQuiet;
  const tell = (loaded: LoadedGraph, text: string) => {
    if (loaded.file !== graph?.file) write(`${graph === null ? '' : '\n'}${headOf(loaded, paint)}`);
    graph = loaded;
    write(text);
  };
  return {
    launch: ({ cases }) => void (hidesPassed ||= cases > MANY_CASES),
    case(outcome) {
      if (hidesPassed && outcome.verdict === 'passed' && !outcome.isFlaky) {
        hidden++;
        return;
      }
      const isShort = outcome.verdict !== 'passed' && ++told > MOST_IN_FULL;
      if (isShort) shortened++;
      const { loaded } = outcome.runs[0].task;
      tell(loaded, describeCase(outcome, { paint, columns, isShort }));
    },
    done(summary) {
      if (shortened > 0)
        write(
          paint(
            'dim',
            `\n  ${count(shortened, 'case')} told in one line; --reporter html=report.html tells all\n`,
          ),
        );
      if (hidden > 0 && !isQuiet)
        write(
          `${graph === null ? '' : '\n'}  ${paint('green', '✓')} ${grouped(hidden)} passed${paint('dim', ', not listed')}\n`,
        );
      write(describeSummary(summary, { paint, next: isQuiet ? () => null : next }));
    },
  };
}

const headOf = ({ graph, file }: LoadedGraph, paint: Paint): string =>
  `${paint('bold', graph.name)}  ${paint('dim', file)}\n`;

interface Options {
  paint: Paint;
  columns: number;
  isShort: boolean;
}

function describeCase(outcome: CaseOutcome, options: Options): string {
  const { verdict, runs } = outcome;
  const { paint, isShort } = options;
  const icon = paint(ICONS[verdict].colour, ICONS[verdict].icon);
  const facts = [repeatsOf(outcome), timeOf(runs), runs.every((one) => one.isReplayed) ? 'replayed' : ''];
  const shown = paint('dim', facts.filter(Boolean).join(', '));
  const name = printable(nameOfCase(runs[0].task));
  const head = `  ${icon} ${name}${verdict === 'passed' ? '' : `  ${paint(ICONS[verdict].colour, wordFor(outcome))}`}`;
  const notPassed = runs.filter((run) => run.verdict !== 'passed');
  if (isShort) return `${head}  ${paint('dim', oneLine(firstReason(notPassed[0] ?? runs[0]), 120))}\n`;
  // A case that passed needs no explanation, only a mention of what did not.
  const describe = verdict === 'passed' ? mentionRepeat : describeRepeat;
  return `${head}  ${shown}\n${notPassed.map((run) => describe(run, options)).join('')}`;
}

const wordFor = ({ verdict, runs }: CaseOutcome): string =>
  runs.some(({ divergence }) => divergence) ? `${verdict}, diverged` : verdict;

function repeatsOf({ runs, passed, minPass, isFlaky, verdict }: CaseOutcome): string {
  if (runs.length === 1) return '';
  const needs = minPass === null ? '' : `, needs ${minPass}`;
  const share = `${passed} of ${runs.length} repeats passed${needs}`;
  return isFlaky && verdict !== 'errored' ? `${share}, flaky` : share;
}

const timeOf = (runs: readonly RunReport[]): string =>
  duration(Math.max(...runs.map(({ durationMs }) => durationMs ?? 0)));

function repeatLine({ task, verdict }: RunReport, paint: Paint): string {
  const icon = paint(ICONS[verdict].colour, ICONS[verdict].icon);
  return `    ${icon} repeat ${task.repeat}  ${paint('dim', `seed ${task.seed}`)}`;
}

const mentionRepeat = (run: RunReport, { paint }: Options): string =>
  `${repeatLine(run, paint)}  ${paint('dim', oneLine(firstReason(run), 120))}\n`;

function describeRepeat(run: RunReport, { paint, columns }: Options): string {
  const by = run.task.repeats === 1 ? 6 : 8;
  const details = indent(describeRun(run, { paint, columns: columns - by }), by);
  return by === 6 ? details : `${repeatLine(run, paint)}\n${details}`;
}
