import { create } from 'xmlbuilder2';
import { outcomeOf, type CaseOutcome } from '../run/case-outcome.js';
import type { RunResult } from '../run/run-result.js';
import { byCase, type Summary } from '../run/summary.js';
import type { Reporter, Write } from './reporter.js';

type Element = ReturnType<typeof create>;

/** JUnit's XML for CI: a suite for each graph, a test case for each run. */
export function junit(write: Write): Reporter {
  const results: RunResult[] = [];
  return {
    launch: () => {},
    run: (result) => void results.push(result),
    done: (summary) => write(document(results, summary)),
  };
}

// What XML 1.0 cannot hold, not even escaped, is shown as U+FFFD.
const OPTIONS = { version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' };

function document(results: readonly RunResult[], { durationMs }: Summary): string {
  const root = create(OPTIONS).ele('testsuites', {
    name: 'rehearse',
    ...counts(results),
    time: seconds(durationMs),
  });
  for (const graph of new Set(results.map(({ task }) => task.loaded)))
    suite(
      root,
      results.filter(({ task }) => task.loaded === graph),
    );
  return `${root.end({ prettyPrint: true })}\n`;
}

function suite(root: Element, results: readonly RunResult[]): void {
  const [{ task, fold }] = results as [RunResult, ...RunResult[]];
  const { file, graph } = task.loaded;
  const time = seconds(results.reduce((sum, one) => sum + (one.fold.durationMs ?? 0), 0));
  const began = fold.startedAt === null ? {} : { timestamp: fold.startedAt };
  const element = root.ele('testsuite', { name: graph.name, file, ...counts(results), time, ...began });
  const costUsd = results.reduce((sum, one) => sum + one.fold.costUsd, 0);
  properties(element, { graphDigest: graph.digest, costUsd });
  for (const outcome of byCase(results).map(outcomeOf))
    for (const result of outcome.results) testCase(element, result, outcome);
}

function testCase(suiteElement: Element, result: RunResult, outcome: CaseOutcome): void {
  const { task, fold } = result;
  const element = suiteElement.ele('testcase', {
    classname: task.loaded.graph.name,
    name: nameOf(result),
    file: task.loaded.file,
    time: seconds(fold.durationMs ?? 0),
  });
  properties(element, {
    seed: task.seed,
    digest: fold.digest ?? '',
    costUsd: fold.costUsd,
    tokens: fold.usage.totalTokens,
    ...(outcome.isFlaky && { flaky: `${outcome.passed} of ${outcome.results.length} repeats passed` }),
  });
  problem(element, result, outcome);
}

const nameOf = ({ task }: RunResult): string =>
  `${task.caseId ?? 'run'}${task.repeats > 1 ? ` [repeat ${task.repeat}]` : ''}`;

function problem(element: Element, result: RunResult, outcome: CaseOutcome): void {
  const { verdict, error } = result;
  const text = reasons(result).join('\n');
  if (verdict === 'passed') return;
  // The case passed with as many repeats as it needs: this one is told, and breaks no build.
  if (outcome.verdict === 'passed')
    element.ele('skipped', {
      message: `${verdict}; the case passed with ${outcome.passed} repeats, as it may`,
    });
  else if (verdict === 'failed') element.ele('failure', { type: 'failed', message: first(text) }).txt(text);
  else
    element
      .ele('error', { type: error?.code.startsWith('replay/') ? error.code : verdict, message: first(text) })
      .txt(text);
}

const first = (text: string): string => text.split('\n')[0] ?? '';

function reasons({ fold, error, divergence }: RunResult): string[] {
  const failed = fold.assertions.filter(({ verdict, weight }) => verdict !== 'passed' && weight !== 0);
  const violated = fold.contracts.filter(({ verdict }) => verdict !== 'passed');
  return [
    ...(divergence ? [`seq ${divergence.seq ?? '-'}, key ${divergence.key}: ${divergence.message}`] : []),
    ...(error && !divergence ? [`${error.code}: ${error.message}`] : []),
    ...failed.map(({ type, id, reason }) => `${type} (${id}): ${reason}`),
    ...violated.map(
      ({ id, seq, message }) => `contract ${id}${seq === undefined ? '' : ` at seq ${seq}`}: ${message}`,
    ),
  ];
}

function properties(element: Element, values: Readonly<Record<string, string | number>>): void {
  const list = element.ele('properties');
  for (const [name, value] of Object.entries(values)) list.ele('property', { name, value: String(value) });
}

function counts(results: readonly RunResult[]): Record<string, number> {
  const outcomes = byCase(results).map(outcomeOf);
  const told = (verdicts: readonly string[], isPassed: boolean) =>
    outcomes
      .filter(({ verdict }) => (verdict === 'passed') === isPassed)
      .flatMap((outcome) => outcome.results)
      .filter(({ verdict }) => verdicts.includes(verdict)).length;
  return {
    tests: results.length,
    failures: told(['failed'], false),
    errors: told(['errored', 'inconclusive'], false),
    skipped: told(['failed', 'errored', 'inconclusive'], true),
  };
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);
