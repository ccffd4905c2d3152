import { nodeSha256 } from '@rehearse/adapters';
import type { JournalEvent } from '@rehearse/contracts';
import { canonicalJson, foldRun, forkBaseOf, useSha256, verifyWhole, type Recording } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import { ICONS } from '../report/describe-run.js';
import { nameOfRun } from '../run/run-task.js';
import { count, grouped } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { oneLine, printable } from '../text/printable.js';
import { brokenIn } from './check-chains.js';
import { identityOf } from './identity.js';
import { streamCassette } from './read-cassette.js';

export interface InspectFlags {
  reporter: 'spec' | 'json';
}

/** What is told of a recording. */
interface Inspected {
  place: number;
  recording: Recording;
  bytes: number;
  /** What does not hold; null when all does. */
  problem: string | null;
  isDuplicate: boolean;
}

/** `rehearse cassette inspect`: what is in cassettes; 4 when a chain does not hold. */
export async function inspectCassettes(
  io: Io,
  files: readonly string[],
  { reporter }: InspectFlags,
): Promise<number> {
  useSha256(nodeSha256);
  const tell = reporter === 'json' ? jsonReport() : specReport(io);
  let broken = 0;
  for (const file of files) {
    const inside = new Contents();
    const seen = new Set<string>();
    // How many there are is told before them: what is kept of each is what is told of it.
    const told: string[] = [];
    for await (const recording of streamCassette(io, file)) {
      inside.add(recording);
      const identity = JSON.stringify(identityOf(recording));
      const problem = problemOf(recording);
      if (problem !== null) broken++;
      const bytes = sizeOf(recording);
      told.push(tell.run({ place: inside.runs, recording, bytes, problem, isDuplicate: seen.has(identity) }));
      seen.add(identity);
    }
    io.stdout.write(tell.file(file, inside));
    for (const text of told) io.stdout.write(text);
  }
  const exitCode = broken > 0 ? EXIT.mismatch : EXIT.ok;
  io.stdout.write(tell.done({ broken, exitCode }));
  return exitCode;
}

/** Also why a chain cannot be checked, as without the graph: what else is in the file is told all the same. */
function problemOf(recording: Recording): string | null {
  try {
    return brokenIn(recording, verifyWhole);
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
}

const sizeOf = ({ events }: Recording): number =>
  events.reduce((sum, event) => sum + Buffer.byteLength(canonicalJson(event)) + 1, 0);

/** What is told of a file as a whole. */
class Contents {
  runs = 0;
  readonly profiles = new Set<string>();
  /** The names of what is hidden, each with how often. */
  readonly masks = new Map<string, number>();

  add({ header: { redaction, redacted } }: Recording): void {
    this.runs++;
    this.profiles.add(redaction ?? 'not redacted');
    for (const [name, times] of Object.entries(redacted?.masked ?? {}))
      this.masks.set(name, (this.masks.get(name) ?? 0) + times);
  }
}

/** Each answers its text. */
interface Report {
  file(file: string, inside: Contents): string;
  run(inspected: Inspected): string;
  done(totals: { broken: number; exitCode: number }): string;
}

/** What a fork was made of; undefined of a run that is none. */
const parentOf = (events: readonly JournalEvent[]) => {
  const base = forkBaseOf(events);
  return base && { parent: base.data.parent, fromSeq: base.data.fromSeq };
};

function jsonReport(): Report {
  const line = (value: object) => `${JSON.stringify(value)}\n`;
  return {
    file: (file, { runs }) => line({ event: 'cassette', file, runs }),
    run({ place, recording, bytes, problem, isDuplicate }) {
      const { header, events } = recording;
      const { graph, caseId, repeat, seed, runId, matrix, redaction, redacted } = header;
      const { verdict, digest, verdictDigest, chaos } = foldRun(events);
      return line({
        ...{ event: 'recording', place, runId, graph: graph.name, graphDigest: graph.digest, case: caseId },
        ...{ repeat, seed, chaos, ...(matrix && { matrix }), events: events.length, bytes, redaction },
        ...(redacted && { redacted }),
        ...{ verdict, digest, verdictDigest, ...parentOf(events), duplicate: isDuplicate, problem },
      });
    },
    done: (totals) => line({ event: 'done', ...totals }),
  };
}

function specReport(io: Io): Report {
  const paint = paintFor(io.stdout, io);
  return {
    file(file, { runs, profiles, masks }) {
      const names = [...masks].map(([name, times]) => `${printable(name)} (${grouped(times)})`);
      const masked = names.length === 0 ? '' : `, masked: ${names.join(', ')}`;
      return `${paint('bold', printable(file))}  ${count(runs, 'run')}, ${[...profiles].join(', ')}${masked}\n`;
    },
    run({ place, recording: { header, events }, bytes, problem, isDuplicate }) {
      const { verdict, digest } = foldRun(events);
      const { icon, colour } = ICONS[verdict ?? 'errored'];
      const from = parentOf(events);
      const notes = [
        `${grouped(events.length)} events`,
        `${grouped(Math.ceil(bytes / 1024))} KiB`,
        ...(digest === null ? ['no end'] : [digest.slice(0, 12)]),
        ...(from ? [`forked from seq ${from.fromSeq} of ${from.parent}`] : []),
      ].join(', ');
      const name = printable(nameOfRun(header.graph.name, header));
      return [
        `  #${place} ${paint(colour, icon)} ${name}  ${paint('dim', notes)}\n`,
        isDuplicate ? `      ${paint('yellow', 'a run of this name stands above')}\n` : '',
        problem === null ? '' : `      ${paint('red', oneLine(problem))}\n`,
      ].join('');
    },
    done: ({ broken }) => (broken > 0 ? `\n${paint('red', `${count(broken, 'chain')} broken`)}\n` : ''),
  };
}
