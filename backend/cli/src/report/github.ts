import { appendFileSync } from 'node:fs';
import type { CaseOutcome } from '../run/case-outcome.js';
import { nameOfCase } from '../run/run-task.js';
import { fileError } from '../files.js';
import type { Io } from '../io.js';
import { firstReason, type Summary } from '../run/summary.js';
import { count, cost, duration, grouped } from '../text/amounts.js';
import { oneLine, printable } from '../text/printable.js';
import { earlyEnd } from './describe-run.js';
import { findingsOf, sourcePath } from './places.js';
import type { Reporter, Write } from './reporter.js';
import { total } from './spec-summary.js';

interface Options {
  write: Write;
  io: Pick<Io, 'cwd' | 'env'>;
}

/** GitHub shows ten of a step; beyond this they only fill the log. */
const MOST_ANNOTATIONS = 50;

/** Annotations at the lines of the YAML, and a summary of the job where GITHUB_STEP_SUMMARY says where to put it. */
export function github({ write, io }: Options): Reporter {
  let told = 0;
  return {
    case(outcome) {
      if (outcome.verdict === 'passed') return;
      for (const annotation of annotationsOf(outcome, io))
        if (++told <= MOST_ANNOTATIONS) write(`${command(annotation)}\n`);
    },
    done(summary) {
      const left = told - MOST_ANNOTATIONS;
      if (left > 0)
        write(
          `${command({ level: 'notice', title: 'rehearse', message: `${grouped(left)} more are not shown` })}\n`,
        );
      const file = io.env['GITHUB_STEP_SUMMARY'];
      if (file) append(file, markdown(summary));
    },
  };
}

interface Annotation {
  level: 'error' | 'warning' | 'notice';
  title: string;
  message: string;
  file?: string;
  line?: number;
}

/** One for each check that does not hold in the first run that explains the case; else one for the file. */
function annotationsOf({ runs, verdict, passed }: CaseOutcome, io: Options['io']): Annotation[] {
  const run = runs.find((one) => one.verdict === verdict) ?? runs[0];
  const { loaded } = run.task;
  const share = runs.length === 1 ? '' : `, ${passed} of ${runs.length} repeats passed`;
  const { caseId, matrix } = run.task;
  const name = caseId === null && matrix === null ? '' : ` › ${nameOfCase(run.task)}`;
  const head = `${loaded.graph.name}${name}: ${verdict}${share}`;
  const file = sourcePath(io, loaded.file);
  const findings = findingsOf(run).map(({ rule, severity, message, verdict: found, ...at }): Annotation => ({
    level: severity === 'minor' || found === 'errored' ? 'warning' : 'error',
    ...{ file: sourcePath(io, at.file), line: at.range.line, title: head },
    message: `${rule.slice(rule.indexOf('/') + 1)}: ${message}`,
  }));
  const { ended } = run;
  const early =
    ended && ({ level: 'warning', file, line: 1, title: head, message: earlyEnd(ended) } as const);
  if (run.error === undefined && findings.length > 0) return early ? [...findings, early] : findings;
  return [{ level: 'error', file, line: 1, title: head, message: firstReason(run) }, ...findings];
}

function command({ level, message, ...properties }: Annotation): string {
  const shown = (['file', 'line', 'title'] as const)
    .filter((name) => properties[name] !== undefined)
    .map(
      (name) => `${name}=${escaped(String(properties[name])).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
    );
  return `::${level} ${shown.join(',')}::${escaped(message)}`;
}

const escaped = (text: string): string =>
  printable(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));

function markdown(summary: Summary): string {
  const { runs, cases, flaky, tokens, costUsd, unpriced, durationMs, metrics, notPassed } = summary;
  const failing = total(cases) - cases.passed;
  const counts = (['passed', 'failed', 'errored', 'inconclusive'] as const).map((verdict) =>
    grouped(cases[verdict]),
  );
  const rest = failing - notPassed.length;
  return [
    `### Rehearse: ${failing === 0 ? `${count(cases.passed, 'case')} passed` : `${grouped(failing)} of ${count(total(cases), 'case')} did not pass`}`,
    '',
    '| passed | failed | errored | inconclusive | flaky | runs | tokens | cost | time |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    `| ${[...counts, grouped(flaky), grouped(total(runs)), grouped(tokens), cost(costUsd, unpriced), duration(durationMs)].join(' | ')} |`,
    '',
    ...table(
      ['graph', 'case', 'verdict', 'why'],
      notPassed.map(({ graph, name, verdict, reason }) => [graph, name, verdict, oneLine(reason, 200)]),
    ),
    ...(rest > 0 ? [`… and ${grouped(rest)} more`, ''] : []),
    ...table(
      ['graph', 'metric', 'mean', 'runs'],
      metrics.map(({ graph, metric, mean, runs: n }) => [graph, metric, mean.toFixed(3), grouped(n)]),
    ),
    '',
  ].join('\n');
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0
    ? []
    : [row(head), row(head.map(() => '---')), ...rows.map((cells) => row(cells.map(asCell))), ''];

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Text of a model stays text: no link, no image, no markup. */
const asCell = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~>@:-]/g, (character) => `&#${character.charCodeAt(0)};`);

function append(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (error) {
    throw fileError('write', file, error);
  }
}
