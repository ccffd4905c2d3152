import type { RunVerdict } from '@rehearse/contracts';
import type { ChaosCell } from '@rehearse/engine';
import type { IdleRule } from '../run/idle-rules.js';
import type { NextStep } from '../run/next-step.js';
import type { Summary } from '../run/summary.js';
import { count, cost, duration, grouped } from '../text/amounts.js';
import type { Paint } from '../text/paint.js';
import { printable } from '../text/printable.js';
import { ICONS } from './describe-run.js';

interface SummaryOptions {
  paint: Paint;
  next: NextStep;
}

type Row = readonly [name: string, value: string];

const ORDER: readonly RunVerdict[] = ['passed', 'failed', 'errored', 'inconclusive'];
/** Below this nobody waits. */
const SLOW_MS = 500;
const MOST_SLOW = 3;

/** The end of a report: totals, scores, faults, the slowest, what to do next. */
export function describeSummary(summary: Summary, { paint, next }: SummaryOptions): string {
  const { runs, tokens, costUsd, unpriced, durationMs } = summary;
  const diverged = summary.diverged + summary.missing;
  const hint = next(summary);
  const rows: Row[] = [
    ...stopped(summary, paint),
    ['Runs', `${grouped(total(runs))}: ${verdicts(runs, paint)}`],
    ...(total(summary.cases) < total(runs) ? [['Cases', caseLine(summary, paint)] as const] : []),
    ...(diverged > 0 ? [['Diverged', paint('magenta', count(diverged, 'run'))] as const] : []),
    ...metrics(summary),
    ...chaos(summary, paint),
    ...slowest(summary),
    ['Tokens', `${grouped(tokens)}, ${cost(costUsd, unpriced)}`],
    ['Time', duration(durationMs)],
    ...(hint === null ? [] : [['Next', paint('cyan', hint)] as const]),
  ];
  return `\n${rows.map(([name, value]) => `${paint('dim', name.padEnd(8))} ${value}\n`).join('')}`;
}

export const total = (counts: Readonly<Record<RunVerdict, number>>): number =>
  ORDER.reduce((sum, verdict) => sum + counts[verdict], 0);

function stopped({ stopped: why, planned, runs }: Summary, paint: Paint): Row[] {
  const left = planned - total(runs);
  if (why === null || left === 0) return [];
  const after = why === 'failures' ? ', after as many failures as were allowed' : '';
  return [['Stopped', paint('yellow', `${grouped(left)} of ${count(planned, 'run')} left out${after}`)]];
}

function verdicts(counts: Readonly<Record<RunVerdict, number>>, paint: Paint): string {
  const shown = ORDER.filter((verdict) => counts[verdict] > 0);
  return (
    shown
      .map((verdict) => paint(ICONS[verdict].colour, `${grouped(counts[verdict])} ${verdict}`))
      .join(', ') || 'none'
  );
}

const caseLine = ({ cases, flaky }: Summary, paint: Paint): string =>
  `${grouped(total(cases))}: ${verdicts(cases, paint)}${flaky > 0 ? `, ${grouped(flaky)} flaky` : ''}`;

/** `helpful 0.83, exact 1.00`, a row for each graph. */
function metrics({ metrics: means }: Summary): Row[] {
  const graphs = [...new Set(means.map(({ graph }) => graph))];
  return graphs.map((graph, index) => {
    const own = means.filter((one) => one.graph === graph);
    const text = own.map(({ metric, mean }) => `${printable(metric)} ${mean.toFixed(2)}`).join(', ');
    return [index === 0 ? 'Metrics' : '', graphs.length > 1 ? `${graph}: ${text}` : text];
  });
}

/** A row for each node and class of faults, then what they cost beside runs without. */
function chaos({ chaos: coverage }: Summary, paint: Paint): Row[] {
  if (coverage === null) return [];
  const { cells, idle, passedUnderChaos, passedClean, degradation } = coverage;
  const rows = cells.map((cell) => `${printable(cell.node)} ${cell.fault}: ${outcome(cell, paint)}`);
  rows.push(
    ...idle.slice(0, MOST_IDLE).map((rule) => `${idleText(rule)}: ${paint('yellow', 'hit no call')}`),
  );
  if (idle.length > MOST_IDLE) rows.push(`${count(idle.length - MOST_IDLE, 'more rule')} that hit no call`);
  if (rows.length === 0) rows.push('no call was hit');
  if (passedUnderChaos !== null && passedClean !== null) {
    const kept = degradation === null ? '' : `: ${percent(degradation)} is left`;
    rows.push(`${percent(passedUnderChaos)} pass under chaos, ${percent(passedClean)} without${kept}`);
  }
  return rows.map((row, index) => [index === 0 ? 'Chaos' : '', row]);
}

const MOST_IDLE = 5;

const idleText = ({ rule, fault, on }: IdleRule): string =>
  `${printable(rule)} (${fault} on ${printable(on)})`;

/** What became of the faults of one class at one node. */
function outcome({ injected, recovered, unharmed }: ChaosCell, paint: Paint): string {
  const share = `${grouped(recovered)} of ${grouped(injected)} recovered`;
  const nothing = `${grouped(unharmed)} found nothing to change`;
  return [
    ...(injected > 0 ? [paint(recovered === injected ? 'green' : 'yellow', share)] : []),
    ...(unharmed > 0 ? [paint('yellow', nothing)] : []),
  ].join(', ');
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function slowest({ slowest: lines }: Summary): Row[] {
  const slow = lines
    .filter(({ durationMs }) => durationMs >= SLOW_MS)
    .slice(0, MOST_SLOW)
    .map(({ graph, name, durationMs }) => `${graph} ${printable(name)} ${duration(durationMs)}`);
  return slow.length === 0 ? [] : [['Slowest', slow.join('; ')]];
}
