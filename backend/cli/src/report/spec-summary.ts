import type { RunVerdict } from '@rehearse/contracts';
import type { NextStep } from '../run/next-step.js';
import type { Summary } from '../run/summary.js';
import { count, dollars, duration, grouped } from '../text/amounts.js';
import type { Paint } from '../text/paint.js';
import { printable } from '../text/printable.js';
import { ICONS } from './describe-run.js';

interface SummaryOptions {
  paint: Paint;
  next: NextStep;
}

const ORDER: readonly RunVerdict[] = ['passed', 'failed', 'errored', 'inconclusive'];
/** Below this nobody waits. */
const SLOW_MS = 500;
const MOST_SLOW = 3;

/** The end of a report: totals, the slowest, what to do next. */
export function describeSummary(summary: Summary, { paint, next }: SummaryOptions): string {
  const { runs, cases, diverged, tokens, costUsd, durationMs, planned } = summary;
  const made = ORDER.reduce((sum, verdict) => sum + runs[verdict], 0);
  const rows: [string, string][] = [
    ['Runs', `${grouped(made)}: ${verdicts(runs, paint)}`],
    ...(cases.length < made ? ([['Cases', caseLine(summary, paint)]] as [string, string][]) : []),
    ...(diverged > 0 ? ([['Diverged', paint('magenta', count(diverged, 'run'))]] as [string, string][]) : []),
    ...slowest(summary),
    ['Tokens', `${grouped(tokens)}, ${dollars(costUsd)}`],
    ['Time', duration(durationMs)],
  ];
  if (made < planned)
    rows.unshift([
      'Stopped',
      paint('yellow', `${grouped(planned - made)} of ${count(planned, 'run')} left out`),
    ]);
  const hint = next(summary);
  if (hint !== null) rows.push(['Next', paint('cyan', hint)]);
  return `\n${rows.map(([name, value]) => `${paint('dim', name.padEnd(8))} ${value}\n`).join('')}`;
}

function verdicts(counts: Readonly<Record<RunVerdict, number>>, paint: Paint): string {
  const shown = ORDER.filter((verdict) => counts[verdict] > 0);
  return (
    shown
      .map((verdict) => paint(ICONS[verdict].colour, `${grouped(counts[verdict])} ${verdict}`))
      .join(', ') || 'none'
  );
}

function caseLine({ cases }: Summary, paint: Paint): string {
  const counts = { passed: 0, failed: 0, errored: 0, inconclusive: 0 };
  for (const { verdict } of cases) counts[verdict]++;
  const flaky = cases.filter(({ isFlaky }) => isFlaky).length;
  return `${grouped(cases.length)}: ${verdicts(counts, paint)}${flaky > 0 ? `, ${grouped(flaky)} flaky` : ''}`;
}

function slowest({ cases }: Summary): [string, string][] {
  const slow = cases
    .flatMap(({ results }) => results)
    .filter(({ fold }) => (fold.durationMs ?? 0) >= SLOW_MS)
    .sort((a, b) => b.fold.durationMs! - a.fold.durationMs!)
    .slice(0, MOST_SLOW)
    .map(
      ({ task, fold }) =>
        `${task.loaded.graph.name} ${printable(task.caseId ?? '')} ${duration(fold.durationMs!)}`,
    );
  return slow.length === 0 ? [] : [['Slowest', slow.join('; ')]];
}
