import { nodeSha256 } from '@rehearse/adapters';
import type { JournalEvent } from '@rehearse/contracts';
import { canonicalJson, foldRun, forkBaseOf, useSha256, verifyWhole, type Recording } from '@rehearse/engine';
import { EXIT } from '../exit-codes.js';
import { readText } from '../files.js';
import type { Io } from '../io.js';
import { ICONS } from '../report/describe-run.js';
import { nameOfRun } from '../run/run-task.js';
import { count, grouped } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { oneLine, printable } from '../text/printable.js';
import { brokenIn } from './check-chains.js';
import { identityOf } from './identity.js';
import { readCassette } from './read-cassette.js';

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
  const tell = reporter === 'json' ? jsonReport(io) : specReport(io);
  let broken = 0;
  for (const file of files) {
    const recordings = readCassette(await readText(io, file), file);
    const seen = new Set<string>();
    tell.file(file, recordings);
    for (const [index, recording] of recordings.entries()) {
      const identity = JSON.stringify(identityOf(recording));
      const problem = brokenIn(recording, verifyWhole);
      if (problem !== null) broken++;
      const bytes = sizeOf(recording);
      tell.run({ place: index + 1, recording, bytes, problem, isDuplicate: seen.has(identity) });
      seen.add(identity);
    }
  }
  const exitCode = broken > 0 ? EXIT.mismatch : EXIT.ok;
  tell.done({ broken, exitCode });
  return exitCode;
}

const sizeOf = ({ events }: Recording): number =>
  events.reduce((sum, event) => sum + Buffer.byteLength(canonicalJson(event)) + 1, 0);

interface Report {
  file(file: string, recordings: readonly Recording[]): void;
  run(inspected: Inspected): void;
  done(totals: { broken: number; exitCode: number }): void;
}

/** What a fork was made of; undefined of a run that is none. */
const parentOf = (events: readonly JournalEvent[]) => {
  const base = forkBaseOf(events);
  return base && { parent: base.data.parent, fromSeq: base.data.fromSeq };
};

function jsonReport(io: Io): Report {
  const line = (value: object) => io.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    file: (file, recordings) => line({ event: 'cassette', file, runs: recordings.length }),
    run({ place, recording, bytes, problem, isDuplicate }) {
      const { header, events } = recording;
      const { graph, caseId, repeat, seed, runId, matrix, redaction, redacted } = header;
      const { verdict, digest, verdictDigest, chaos } = foldRun(events);
      line({
        ...{ event: 'recording', place, runId, graph: graph.name, graphDigest: graph.digest, case: caseId },
        ...{ repeat, seed, chaos, ...(matrix && { matrix }), events: events.length, bytes, redaction },
        ...(redacted && { redacted }),
        ...{ verdict, digest, verdictDigest, ...parentOf(events), duplicate: isDuplicate, problem },
      });
    },
    done: (totals) => line({ event: 'done', ...totals }),
  };
}

/** The names of what is hidden, each with how often. */
function maskedIn(recordings: readonly Recording[]): string {
  const masks = new Map<string, number>();
  for (const { header } of recordings)
    for (const [name, times] of Object.entries(header.redacted?.masked ?? {}))
      masks.set(name, (masks.get(name) ?? 0) + times);
  const told = [...masks].map(([name, times]) => `${printable(name)} (${grouped(times)})`);
  return told.length === 0 ? '' : `, masked: ${told.join(', ')}`;
}

function specReport(io: Io): Report {
  const paint = paintFor(io.stdout, io);
  return {
    file(file, recordings) {
      const profiles = [...new Set(recordings.map(({ header }) => header.redaction ?? 'not redacted'))];
      const masked = maskedIn(recordings);
      io.stdout.write(
        `${paint('bold', printable(file))}  ${count(recordings.length, 'run')}, ${profiles.join(', ')}${masked}\n`,
      );
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
      io.stdout.write(`  #${place} ${paint(colour, icon)} ${name}  ${paint('dim', notes)}\n`);
      if (isDuplicate) io.stdout.write(`      ${paint('yellow', 'a run of this name stands above')}\n`);
      if (problem !== null) io.stdout.write(`      ${paint('red', oneLine(problem))}\n`);
    },
    done: ({ broken }) => {
      if (broken > 0) io.stdout.write(`\n${paint('red', `${count(broken, 'chain')} broken`)}\n`);
    },
  };
}
