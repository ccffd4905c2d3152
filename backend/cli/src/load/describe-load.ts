import { duration, grouped, percent } from '../text/amounts.js';
import type { Paint } from '../text/paint.js';
import { oneLine } from '../text/printable.js';
import type { RungSummary } from './load-tally.js';

export interface LoadReport {
  url: string;
  graph: string;
  /** The least share of journeys that go well for a rung to hold, 0 to 1. */
  minSuccess: number;
  rungs: RungSummary[];
}

const MOST_ERRORS = 5;
const COLUMNS = ['count', 'failed', 'p50', 'p95', 'p99', 'max'];
const WIDTH = 9;

/** What one rung measured: how many journeys went well, then a line for each operation. */
export function describeRung(rung: RungSummary, report: LoadReport, paint: Paint): string {
  const { users, durationMs, runsPerSecond, requestsPerSecond, eventsSeen } = rung;
  const rates = `${perSecond(runsPerSecond)} runs/s, ${perSecond(requestsPerSecond)} requests/s`;
  const head = `${paint('bold', `${grouped(users)} users`)}  ${success(rung, report, paint)}, ${rates}, ${grouped(eventsSeen)} events seen in ${duration(durationMs)}\n`;
  const columns = `${' '.repeat(20)}${COLUMNS.map((name) => name.padStart(WIDTH)).join('')}\n`;
  return head + paint('dim', columns) + measures(rung) + errors(rung, paint);
}

function measures({ measures: all }: RungSummary): string {
  const lines = Object.entries(all).map(([name, { count, failed, p50Ms, p95Ms, p99Ms, maxMs }]) => {
    const times = [p50Ms, p95Ms, p99Ms, maxMs].map((ms) => (ms === null ? '–' : duration(ms)));
    const cells = [grouped(count), grouped(failed), ...times].map((cell) => cell.padStart(WIDTH));
    return `  ${name.padEnd(18)}${cells.join('')}\n`;
  });
  return lines.join('');
}

function errors({ errors: all }: RungSummary, paint: Paint): string {
  const lines = all
    .slice(0, MOST_ERRORS)
    .map(({ message, count }) => `  ${paint('red', grouped(count))} x ${oneLine(message)}\n`);
  const isLimited = all.some(({ message }) => message.includes('request/too-many'));
  const hint = isLimited
    ? '  hint: the server limits how many requests one key may make; raise RATE_LIMIT_PER_MINUTE for the test\n'
    : '';
  return lines.join('') + hint;
}

/** The rungs below each other, and whether each holds. */
export function describeLoad(report: LoadReport, paint: Paint): string {
  const { rungs, minSuccess } = report;
  if (rungs.length < 2) return '';
  const lines = rungs.map(
    (rung) => `  ${grouped(rung.users).padStart(6)} users  ${success(rung, report, paint)}\n`,
  );
  return `${paint('bold', 'ladder')}  at least ${percent(minSuccess)} each\n${lines.join('')}`;
}

function success({ successRate }: RungSummary, { minSuccess }: LoadReport, paint: Paint): string {
  if (successRate === null) return paint('red', 'nothing was begun');
  return paint(successRate >= minSuccess ? 'green' : 'red', `${percent(successRate)} went well`);
}

const perSecond = (rate: number): string => (rate >= 100 ? grouped(Math.round(rate)) : rate.toFixed(1));
