import type { AttributedPart, Attribution, FlakeSource } from '@rehearse/contracts';
import type { Io } from '../io.js';
import { count, dollars, percent, UNKNOWN_PRICE } from '../text/amounts.js';
import { paintFor, type Paint } from '../text/paint.js';
import { oneLine } from '../text/printable.js';
import type { AttributeFlags } from './attribute-options.js';

/** What was found, and what it cost. */
export interface Attributed {
  /** The experiment or file that was looked into. */
  of: string;
  repeats: number;
  estimateUsd: number | null;
  spentUsd: number | null;
  /** Reruns were left out, for they might have cost too much. */
  isCutShort: boolean;
  result: Attribution;
}

export interface Reporting {
  planned(plan: { reruns: number; estimateUsd: number | null }): void;
  /** So many reruns have ended, or one more. */
  progressed(ended?: number): void;
  done(attributed: Attributed, exitCode: number): void;
}

export function reportingFor(io: Io, { reporter }: Pick<AttributeFlags, 'reporter'>): Reporting {
  const progress = progressOn(io);
  if (reporter === 'spec')
    return { ...progress, done: (attributed) => void specReport(io, attributed, progress) };
  const line = (value: object) => io.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    planned(plan) {
      line({ event: 'launch', ...plan });
      progress.planned(plan);
    },
    progressed: progress.progressed,
    done({ result, ...attributed }, exitCode) {
      progress.clear();
      line({ event: 'attribution', ...attributed, ...result });
      line({ event: 'done', exitCode });
    },
  };
}

/** What is planned is told before it is spent; how far it is, only to a terminal. */
function progressOn({ stderr }: Io) {
  let [ended, reruns] = [0, 0];
  return {
    planned(plan: { reruns: number; estimateUsd: number | null }) {
      reruns = plan.reruns;
      stderr.write(`${count(reruns, 'rerun')}, ${priceOf(plan.estimateUsd)} by the tapes\n`);
    },
    progressed(by?: number) {
      ended = by ?? ended + 1;
      if (stderr.isTTY) stderr.write(`\r${ended} of ${reruns} reruns`);
    },
    clear() {
      if (stderr.isTTY) stderr.write('\r\u001B[K');
    },
  };
}

const priceOf = (usd: number | null): string => (usd === null ? UNKNOWN_PRICE : dollars(usd));

function specReport(io: Io, attributed: Attributed, progress: { clear(): void }): void {
  progress.clear();
  const paint = paintFor(io.stdout, io);
  io.stdout.write(describeAttribution(attributed, paint));
}

/** The shares as a table, then the cases that flake. */
export function describeAttribution(attributed: Attributed, paint: Paint): string {
  const { result, spentUsd, isCutShort } = attributed;
  const spent = `${priceOf(spentUsd)} spent${isCutShort ? ', cut short by the limit of the cost' : ''}`;
  return [
    headOf(result, paint),
    tableOf(result, paint),
    casesOf(result, paint),
    `${paint('dim', spent)}\n`,
  ].join('');
}

function headOf(
  { flakes, flakyCases, cases, scored, unscored, variance }: Attribution,
  paint: Paint,
): string {
  const runs = `${count(scored, 'scored run')}${unscored > 0 ? `, ${unscored} unscored` : ''}`;
  if (flakes === null)
    return `${paint('yellow', 'nothing could be told')}  no run was scored twice (${runs})\n`;
  if (!flakes) return `${paint('green', 'nothing flakes')}  ${count(cases, 'case')}, ${runs}\n`;
  const [low, high] = [variance!.low, variance!.high].map((value) => value.toFixed(3));
  const varies = `the variance of the verdict is ${variance!.estimate.toFixed(3)} (95 % CI ${low}–${high})`;
  return `${paint('bold', `${flakyCases} of ${count(cases, 'case')} flake`)}  ${varies}, ${runs}\n`;
}

const NAMES: Readonly<Record<FlakeSource, string>> = {
  judge: 'judge',
  model: 'model',
  tools: 'tools',
  environment: 'environment',
};

function tableOf({ parts }: Attribution, paint: Paint): string {
  const head = `  ${''.padEnd(12)}${'share'.padStart(9)}  ${'95 % CI'.padEnd(18)}came out differently\n`;
  return paint('dim', head) + parts.map(lineOf).join('');
}

function lineOf({ source, isPresent, share, moved, reruns }: AttributedPart): string {
  const { estimate, low, high } = share ?? { estimate: null, low: 0, high: 0 };
  const shown = estimate === null ? '–' : percent(estimate);
  const interval = estimate === null ? '' : `${percent(low)}–${percent(high)}`;
  const absent = source === 'environment' ? 'one run a case: nothing to compare' : 'not asked';
  const times = Math.round((moved.estimate ?? 0) * moved.n);
  const of = source === 'environment' ? `comparisons of ${count(reruns, 'run')}` : 'reruns';
  const differently = isPresent ? `in ${times} of ${moved.n} ${of}` : absent;
  return `  ${NAMES[source].padEnd(12)}${shown.padStart(9)}  ${interval.padEnd(18)}${differently}\n`;
}

const MOST_CASES = 10;

function casesOf({ byCase }: Attribution, paint: Paint): string {
  const flaky = byCase.filter(({ variance }) => (variance ?? 0) > 0);
  const lines = flaky.slice(0, MOST_CASES).map(({ caseId, passed, scored, carrier, chaos }) => {
    const name = oneLine([caseId || 'run', ...(chaos === undefined ? [] : [chaos])].join(', '), 60);
    return `  ${paint('yellow', '~')} ${name}  ${passed} of ${scored} passed, mostly by the ${carrier ?? 'environment'}\n`;
  });
  const more = flaky.length > MOST_CASES ? [`  and ${flaky.length - MOST_CASES} more\n`] : [];
  return [...lines, ...more].join('');
}
