import { count, grouped, percent } from '../text/amounts.js';
import type { Paint } from '../text/paint.js';
import type { ImportSummary } from './import-summary.js';

interface Described {
  name: string;
  summary: ImportSummary;
  /** Where to look next. */
  next: string;
  /** The server had it already. */
  existing?: boolean;
}

export function describeImport({ name, summary, next, existing }: Described, paint: Paint): string {
  const { total, passRate, passHatK, violations } = summary;
  const { estimate, low, high, n } = passRate;
  const rate =
    estimate === null
      ? 'nothing was scored'
      : `${percent(estimate)}, 95 % interval ${percent(low)} to ${percent(high)}, n ${n}`;
  const rows: [string, string][] = [
    ['Runs', `${grouped(total)}: ${verdicts(summary)}`],
    ['Pass rate', rate],
    [
      'pass^k',
      passHatK.map((value, index) => `${index + 1}: ${value === null ? '–' : value.toFixed(3)}`).join('   '),
    ],
    ...violations.map(({ id, runs }, index): [string, string] => [
      index === 0 ? 'Contracts' : '',
      `${id} violated in ${count(runs, 'run')}`,
    ]),
    ['Next', paint('cyan', next)],
  ];
  const head = `${paint('bold', name)}${existing ? '  (imported before: nothing was added)' : ''}\n`;
  return head + rows.map(([label, value]) => `${paint('dim', label.padEnd(10))} ${value}\n`).join('');
}

const verdicts = (summary: ImportSummary): string =>
  (['passed', 'failed', 'errored', 'inconclusive'] as const)
    .filter((verdict) => summary[verdict] > 0)
    .map((verdict) => `${grouped(summary[verdict])} ${verdict}`)
    .join(', ') || 'none';
