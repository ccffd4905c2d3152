import { create, fragment } from 'xmlbuilder2';
import type { LoadedGraph } from '../graphs/load-graphs.js';
import type { CaseOutcome } from '../run/case-outcome.js';
import { metricTally } from '../run/metrics.js';
import type { RunReport } from '../run/run-report.js';
import { nameOfCase, type RunTask } from '../run/run-task.js';
import { UNKNOWN_PRICE } from '../text/amounts.js';
import { earlyEnd } from './describe-run.js';
import type { Reporter, Write } from './reporter.js';
import { spool } from './spool.js';

type Element = ReturnType<typeof create>;
type Properties = Readonly<Record<string, string | number>>;

/**
 * JUnit's XML for CI, with what Maven's Surefire adds for tests that are run again: a suite for each graph, a test case for
 * each case. The counts stand in the header, so the cases wait in a spool until they are known.
 */
export function junit(write: Write): Reporter {
  const suites = spool();
  const all = emptyCounts();
  let suite: Suite | null = null;
  const close = () => suite?.moveTo(suites.write);
  const suiteOf = (loaded: LoadedGraph): Suite => {
    // Each cell of a matrix has a graph of its own; the file is one.
    if (suite && suite.loaded.file === loaded.file && suite.loaded.graph.name === loaded.graph.name)
      return suite;
    close();
    return (suite = openSuite(loaded));
  };
  return {
    case(outcome) {
      count(all, outcome);
      suiteOf(outcome.runs[0].task.loaded).add(outcome);
    },
    leftOut(task) {
      all.tests++;
      all.skipped++;
      suiteOf(task.loaded).skip(task);
    },
    done({ durationMs }) {
      close();
      const shell = shellOf('testsuites', { name: 'rehearse', ...all, time: seconds(durationMs) });
      write(`<?xml version="1.0" encoding="UTF-8"?>\n${shell.open}\n`);
      suites.moveTo(write);
      write(`${shell.close}\n`);
    },
  };
}

// What XML 1.0 cannot hold, not even escaped, is shown as U+FFFD.
const OPTIONS = { version: '1.0', invalidCharReplacement: '\uFFFD' } as const;

/** The tags of an element whose content is written elsewhere. */
function shellOf(name: string, attributes: Properties): { open: string; close: string } {
  const close = `</${name}>`;
  const text = create(OPTIONS).ele(name, asText(attributes)).end({ headless: true, allowEmptyTags: true });
  return { open: text.slice(0, -close.length), close };
}

const asText = (values: Properties): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

interface Suite {
  loaded: LoadedGraph;
  add(outcome: CaseOutcome): void;
  skip(task: RunTask): void;
  /** Writes the suite, whole. */
  moveTo(write: Write): void;
}

function openSuite(loaded: LoadedGraph): Suite {
  const { file, graph } = loaded;
  const cases = spool();
  const counts = emptyCounts();
  const metrics = metricTally();
  let [costUsd, durationMs, startedAt] = [0 as number | null, 0, null as string | null];
  return {
    loaded,
    add(outcome) {
      count(counts, outcome);
      for (const run of outcome.runs) {
        costUsd = plus(costUsd, run.costUsd);
        durationMs += run.durationMs ?? 0;
        startedAt ??= run.startedAt;
        metrics.add(run);
      }
      const { digest } = outcome.runs[0].task.loaded.graph;
      const own: Properties = digest === graph.digest ? {} : { graphDigest: digest };
      cases.write(rendered((root) => testCase(root, outcome, own), 4));
    },
    skip(task) {
      counts.tests++;
      counts.skipped++;
      cases.write(rendered((root) => placed(root, task, 0).ele('skipped', { message: 'left out' }), 4));
    },
    moveTo(write) {
      const timestamp: Properties = startedAt === null ? {} : { timestamp: startedAt };
      const told = { name: graph.name, file, ...counts, time: seconds(durationMs), ...timestamp };
      const shell = shellOf('testsuite', told);
      const means = metrics.means().map(({ metric, mean }) => [`metric.${metric}`, mean]);
      const own = {
        graphDigest: graph.digest,
        costUsd: costUsd ?? UNKNOWN_PRICE,
        ...Object.fromEntries(means),
      };
      write(`  ${shell.open}\n${rendered((root) => properties(root, own), 4)}`);
      cases.moveTo(write);
      write(`  ${shell.close}\n`);
    },
  };
}

function rendered(build: (root: Element) => unknown, indent: number): string {
  const root = fragment(OPTIONS);
  build(root);
  return `${root.end({ prettyPrint: true, offset: indent / 2 })}\n`;
}

const placed = (root: Element, { loaded, ...task }: RunTask, ms: number): Element =>
  root.ele('testcase', {
    ...{ classname: loaded.graph.name, name: nameOfCase(task), file: loaded.file, time: seconds(ms) },
  });

const plus = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);

function testCase(root: Element, outcome: CaseOutcome, own: Properties): void {
  const { runs, verdict } = outcome;
  const sum = (pick: (run: RunReport) => number) => runs.reduce((total, run) => total + pick(run), 0);
  const element = placed(
    root,
    runs[0].task,
    sum((run) => run.durationMs ?? 0),
  );
  properties(element, {
    ...own,
    ...identityOf(outcome),
    costUsd: runs.reduce<number | null>((total, run) => plus(total, run.costUsd), 0) ?? UNKNOWN_PRICE,
    tokens: sum((run) => run.tokens),
    ...metricsOf(runs),
  });
  const notPassed = runs.filter((run) => run.verdict !== 'passed');
  // The run that explains the verdict of the case comes first; Surefire calls the others reruns.
  const first = notPassed.find((run) => run.verdict === verdict);
  if (first) problem(element, first, first.verdict === 'failed' ? 'failure' : 'error');
  const again = verdict === 'passed' ? 'flaky' : 'rerun';
  for (const run of notPassed)
    if (run !== first) problem(element, run, `${again}${run.verdict === 'failed' ? 'Failure' : 'Error'}`);
}

function identityOf({ runs, passed, minPass, isFlaky }: CaseOutcome): Properties {
  const [{ task, digest }] = runs;
  if (runs.length === 1) return { seed: task.seed, digest: digest ?? '' };
  const needs: Properties = minPass === null ? {} : { minPass };
  const digests = Object.fromEntries(runs.map((run) => [`digest[${run.task.repeat}]`, run.digest ?? '']));
  return { seed: task.seed, repeats: runs.length, passed, ...needs, flaky: String(isFlaky), ...digests };
}

function metricsOf(runs: readonly RunReport[]): Properties {
  const metrics = metricTally();
  runs.forEach((run) => metrics.add(run));
  return Object.fromEntries(metrics.means().map(({ metric, mean }) => [`metric.${metric}`, mean]));
}

function problem(element: Element, run: RunReport, name: string): void {
  const { task, verdict, error } = run;
  const text = reasons(run).join('\n');
  const type = verdict === 'failed' ? 'failed' : error?.code.startsWith('replay/') ? error.code : verdict;
  const repeat = task.repeats === 1 ? '' : `repeat ${task.repeat}, seed ${task.seed}\n`;
  const told = element.ele(name, { type, message: text.split('\n', 1)[0] ?? '' });
  // In Surefire's schema the text of a rerun stands in an element of its own.
  if (name.length > 'failure'.length) told.ele('stackTrace').txt(repeat + text);
  else told.txt(repeat + text);
}

function reasons({ assertions, contracts, error, ended, divergence }: RunReport): string[] {
  const failed = assertions.filter(({ verdict, weight }) => verdict !== 'passed' && weight !== 0);
  const violated = contracts.filter(({ verdict }) => verdict !== 'passed');
  return [
    ...(divergence ? [`seq ${divergence.seq ?? '-'}, key ${divergence.key}: ${divergence.message}`] : []),
    ...(error && !divergence ? [`${error.code}: ${error.message}`] : []),
    ...failed.map(({ type, id, reason }) => `${type} (${id}): ${reason}`),
    ...violated.map(
      ({ id, seq, message }) => `contract ${id}${seq === undefined ? '' : ` at seq ${seq}`}: ${message}`,
    ),
    ...(ended ? [earlyEnd(ended)] : []),
  ];
}

function properties(element: Element, values: Properties): void {
  const list = element.ele('properties');
  for (const [name, value] of Object.entries(values)) list.ele('property', { name, value: String(value) });
}

const emptyCounts = () => ({ tests: 0, failures: 0, errors: 0, skipped: 0 });

function count(counts: ReturnType<typeof emptyCounts>, { verdict }: CaseOutcome): void {
  counts.tests++;
  if (verdict === 'failed') counts.failures++;
  else if (verdict !== 'passed') counts.errors++;
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);
