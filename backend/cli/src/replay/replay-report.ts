import type { RunVerdict } from '@rehearse/contracts';
import type { RequestChange } from '@rehearse/engine';
import type { Io, Out } from '../io.js';
import { describeRun, ICONS } from '../report/describe-run.js';
import { describeSides } from '../report/evidence.js';
import { nameOfRun } from '../run/run-task.js';
import { count, dollars, grouped } from '../text/amounts.js';
import { paintFor, type Paint } from '../text/paint.js';
import { indent, oneLine, printable } from '../text/printable.js';
import { describeDivergence } from './describe-divergence.js';
import { differs, type Replayed } from './replayed.js';
import type { ReplayFlags, ReplayMode } from './replay-options.js';

export interface ReplayTotals {
  runs: number;
  identical: number;
  diverged: number;
  /** Of modes that judge. */
  verdicts?: Record<RunVerdict, number>;
  costUsd?: number;
  exitCode: number;
}

interface Reporting {
  replayed(replayed: Replayed): void;
  done(totals: ReplayTotals): void;
}

export const reportingFor = (out: Out, io: Io, flags: ReplayFlags): Reporting =>
  flags.reporter === 'json' ? jsonReporting(out) : specReporting(out, io, flags);

function jsonReporting(out: Out): Reporting {
  const line = (value: object) => out.write(`${JSON.stringify(value)}\n`);
  return {
    replayed({ header, replay, fold, mode, ...more }) {
      const { graph, caseId, repeat, seed, runId } = header;
      const { identical, reexecuted, digest, verdictDigest, divergence } = replay;
      const place = { runId, graph: graph.name, graphDigest: graph.digest, case: caseId, repeat, seed };
      line({
        ...{ event: 'replay', mode, ...place, identical, reexecuted, digest, verdictDigest, ...more },
        ...(fold && { assertions: fold.assertions, contracts: fold.contracts }),
        ...(divergence && { divergence }),
      });
    },
    done: ({ runs: _, verdicts, ...totals }) => line({ event: 'done', ...verdicts, ...totals }),
  };
}

interface Page {
  out: Out;
  paint: Paint;
  columns: number;
  all: boolean;
}

function specReporting(out: Out, io: Io, { mode, all = false }: ReplayFlags): Reporting {
  const page: Page = { out, paint: paintFor(out, io), columns: out.columns ?? 100, all };
  return {
    replayed(replayed) {
      page.out.write(`${headOf(replayed, page)}\n${indent(bodyOf(replayed, page), 4)}`);
    },
    done: (totals) => page.out.write(`\n${totalsLine(totals, mode, page.paint)}\n`),
  };
}

function headOf(
  { header, mode, replay, verdict, recordedVerdict, ...more }: Replayed,
  { paint }: Page,
): string {
  const name = printable(nameOfRun(header.graph.name, header));
  if (replay.divergence && mode !== 'compare') return `${paint('red', '✗ diverged')}   ${name}`;
  if (mode === 'compare') {
    const mark = differs({ header, mode, replay, ...more })
      ? paint('red', '✗ different')
      : paint('green', '✓ same');
    return `${mark}  ${name}`;
  }
  if (mode === 'strict') {
    const how = replay.reexecuted ? '' : paint('dim', '  (a recording: verified, not executed again)');
    return `${paint('green', '✓ identical')}  ${name}  ${paint('dim', replay.digest)}${how}`;
  }
  const shown = verdict ?? 'errored';
  const { icon, colour } = ICONS[shown];
  const was =
    recordedVerdict && recordedVerdict !== verdict ? paint('dim', `  (was ${recordedVerdict})`) : '';
  return `${paint(colour, `${icon} ${shown}`)}  ${name}${was}`;
}

function bodyOf(replayed: Replayed, page: Page): string {
  const { mode, replay, fold, error, fork } = replayed;
  const { paint, columns } = page;
  const { divergence } = replay;
  if (mode === 'compare' && replayed.requests) return requestsOf(replayed, page);
  if (divergence) return describeDivergence(divergence, { paint, columns });
  const why = error ?? fold?.error;
  const checks = fold
    ? describeRun(
        { ...fold, ...(why ? { error: why } : { error: undefined }) },
        { paint, columns: columns - 4 },
      )
    : '';
  const from = fork
    ? `run ${fork.runId}, ${mode === 'fork' ? 'forked' : 'made'} from seq ${fork.fromSeq} of ${fork.parent}\n`
    : '';
  return paint('dim', from) + checks + (mode === 'strict' ? '' : paint('dim', `${answersOf(replayed)}\n`));
}

const answersOf = ({ answers: { tape, live }, costUsd }: Replayed): string =>
  `${count(tape, 'answer')} from the tape, ${grouped(live)} new, ${dollars(costUsd)}`;

const MOST_PLACES = 6;

function requestsOf({ requests = [], unreached = [], replay }: Replayed, page: Page): string {
  const { paint, all } = page;
  const shown = requests
    .filter(({ change }) => all || change !== 'same')
    .map((one) => describeRequest(one, page));
  const behind =
    unreached.length > 0
      ? paint('yellow', `not known: ${unreached.join(', ')}\n  stand behind what the tape has no answer to\n`)
      : '';
  const other =
    shown.length === 0 && replay.divergence
      ? describeDivergence(replay.divergence, { paint, columns: page.columns })
      : '';
  return shown.join('') + behind + other;
}

const COLOURS = { same: 'dim', changed: 'red', added: 'red', removed: 'red', moved: 'yellow' } as const;

function describeRequest(request: RequestChange, { paint, columns }: Page): string {
  const { key, attempt, kind, change, seq, from, answer, inputDiff = [] } = request;
  const again = attempt > 1 ? ` (attempt ${attempt})` : '';
  const place = [
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(seq === null ? [] : [`seq ${seq}`]),
    ...(answer === 'none' && change === 'added' ? ['the tape has no answer'] : []),
  ].join(', ');
  const places = inputDiff.slice(0, MOST_PLACES).map(({ pointer, expected = null, actual = null }) => {
    const sides = describeSides({ expected, actual }, { paint, columns: columns - 8 });
    return indent(`${paint('bold', oneLine(pointer || '(all of it)'))}\n${indent(sides, 2)}`, 2);
  });
  const more = inputDiff.length > MOST_PLACES ? `  and ${inputDiff.length - MOST_PLACES} more places\n` : '';
  const head = `${paint(COLOURS[change], change)} ${kind} ${printable(key)}${again}  ${paint('dim', place)}\n`;
  return head + places.join('') + more;
}

function totalsLine(
  { runs, identical, diverged, verdicts, costUsd = 0 }: ReplayTotals,
  mode: ReplayMode,
  paint: Paint,
): string {
  const same = mode === 'compare' ? 'same' : 'identical';
  const judged = (Object.keys(ICONS) as RunVerdict[]).map((verdict) => {
    const n = verdicts?.[verdict] ?? 0;
    return n > 0 && paint(ICONS[verdict].colour, `${grouped(n)} ${verdict}`);
  });
  const counts = [
    ...(verdicts ? judged : [identical > 0 && paint('green', `${grouped(identical)} ${same}`)]),
    diverged > 0 && paint('red', `${grouped(diverged)} ${mode === 'compare' ? 'different' : 'diverged'}`),
    verdicts && costUsd > 0 && dollars(costUsd),
  ];
  return `${count(runs, 'run')}: ${counts.filter(Boolean).join(', ')}`;
}
