import { normalisersOf, type CassetteHeader, type RunDiff } from '@rehearse/contracts';
import { diffRuns, type Recording } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import { nameOfRun } from '../run/run-task.js';
import { count, grouped } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { indent, printable } from '../text/printable.js';
import { describeDiff } from './describe-diff.js';
import { pairRecordings, readRecordings } from './recordings.js';

export interface DiffFlags {
  ignore: string;
  all?: boolean;
  reporter: 'spec' | 'json';
}

interface Totals {
  identical: number;
  different: number;
  onlyA: number;
  onlyB: number;
  exitCode: number;
}

interface Reporting {
  compared(header: CassetteHeader, diff: RunDiff): void;
  only(side: 'a' | 'b', header: CassetteHeader): void;
  done(totals: Totals): void;
}

/** `rehearse diff`: compares the runs of two cassettes, without a server; 102 when any differ. */
export async function diffCommand(
  io: Io,
  files: { a: string; b: string },
  flags: DiffFlags,
): Promise<number> {
  const ignore = normalisersOf(flags.ignore);
  if (!ignore) throw unknownNormaliser(flags.ignore);
  const [a, b] = [await readRecordings(io, files.a), await readRecordings(io, files.b)];
  const { pairs, onlyA, onlyB } = pairRecordings(a, b);
  if (pairs.length === 0) throw nothingInCommon(files);
  const reporting = flags.reporter === 'json' ? jsonReporting(io) : specReporting(io, flags);
  let different = 0;
  for (const pair of pairs) {
    const diff = diffRuns({ a: sideOf(pair.a), b: sideOf(pair.b), ignore });
    if (!diff.identical) different++;
    reporting.compared(pair.a.header, diff);
  }
  for (const { header } of onlyA) reporting.only('a', header);
  for (const { header } of onlyB) reporting.only('b', header);
  const isSame = different === 0 && onlyA.length === 0 && onlyB.length === 0;
  const exitCode = isSame ? EXIT.ok : EXIT.diverged;
  const totals = { identical: pairs.length - different, different, onlyA: onlyA.length, onlyB: onlyB.length };
  reporting.done({ ...totals, exitCode });
  return exitCode;
}

const sideOf = ({ header, events }: Recording) => ({ events, graph: header.graph });

const unknownNormaliser = (ignore: string): CliError =>
  new CliError({
    code: 'diff/unknown-normaliser',
    message: `--ignore does not know ${ignore}`,
    hint: 'Give volatile (all), none, or some of ids,times.',
  });

const nothingInCommon = ({ a, b }: { a: string; b: string }): CliError =>
  new CliError({
    code: 'diff/nothing-in-common',
    message: `no run of ${a} is of the same graph, case and repeat as one of ${b}`,
    hint: 'Name two runs to compare them whatever they are of: `rehearse diff a.jsonl#1 b.jsonl#2`.',
  });

function jsonReporting(io: Io): Reporting {
  const line = (value: object) => io.stdout.write(`${JSON.stringify(value)}\n`);
  const place = ({ graph, caseId, repeat }: CassetteHeader) => ({ graph: graph.name, case: caseId, repeat });
  return {
    compared: (header, diff) => line({ event: 'diff', ...place(header), ...diff }),
    only: (side, header) => line({ event: 'only', side, ...place(header), runId: header.runId }),
    done: (totals) => line({ event: 'done', ...totals }),
  };
}

function specReporting(io: Io, { all = false }: DiffFlags): Reporting {
  const paint = paintFor(io.stdout, io);
  const nameOf = (header: CassetteHeader) => printable(nameOfRun(header.graph.name, header));
  return {
    compared(header, diff) {
      const mark = diff.identical ? paint('green', '✓ identical') : paint('red', '✗ different');
      io.stdout.write(`${mark}  ${nameOf(header)}\n`);
      if (!diff.identical || all) io.stdout.write(indent(describeDiff(diff, { paint, all }), 4));
    },
    only: (side, header) => io.stdout.write(`${paint('yellow', `? only in ${side}`)}  ${nameOf(header)}\n`),
    done({ identical, different, onlyA, onlyB }) {
      const total = count(identical + different, 'pair');
      const counts = [
        identical > 0 && paint('green', `${grouped(identical)} identical`),
        different > 0 && paint('red', `${grouped(different)} different`),
        onlyA > 0 && paint('yellow', `${grouped(onlyA)} only in a`),
        onlyB > 0 && paint('yellow', `${grouped(onlyB)} only in b`),
      ];
      io.stdout.write(`\n${total}: ${counts.filter(Boolean).join(', ')}\n`);
    },
  };
}
