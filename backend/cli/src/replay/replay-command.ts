import type { CassetteHeader } from '@rehearse/contracts';
import { nodeSha256 } from '@rehearse/adapters';
import { useSha256, type CompiledGraph, type Recording, type StrictReplay } from '@rehearse/engine';
import { readCassette } from '../cassette/read-cassette.js';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { readText } from '../files.js';
import { loadGraph } from '../graphs/load-graphs.js';
import type { Io } from '../io.js';
import { nameOfRun } from '../run/run-task.js';
import { count, grouped } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { indent, printable } from '../text/printable.js';
import { describeDivergence } from './describe-divergence.js';
import { replayRecording } from './replay-recording.js';

export interface ReplayFlags {
  graph?: string;
  reporter: 'spec' | 'json';
}

interface Reporting {
  replayed(header: CassetteHeader, replay: StrictReplay): void;
  done(totals: { identical: number; diverged: number; exitCode: number }): void;
}

/** `rehearse replay`: replays every run of a cassette strictly, offline; 102 when one of them differs. */
export async function replayCommand(io: Io, file: string, flags: ReplayFlags): Promise<number> {
  useSha256(nodeSha256);
  const recordings = readCassette(await readText(io, file), file);
  const graph = flags.graph === undefined ? undefined : (await loadGraph(io, flags.graph)).graph;
  const meant = graph ? ofGraph(recordings, graph, file) : recordings;
  const reporting = flags.reporter === 'json' ? jsonReporting(io) : specReporting(io);
  let diverged = 0;
  for (const recording of meant) {
    const replay = await replayRecording(recording, graph);
    if (!replay.identical) diverged++;
    reporting.replayed(recording.header, replay);
  }
  const exitCode = diverged > 0 ? EXIT.diverged : EXIT.ok;
  reporting.done({ identical: meant.length - diverged, diverged, exitCode });
  return exitCode;
}

/** A cassette may hold several graphs; the one that is given stands for its own runs only. */
function ofGraph(recordings: readonly Recording[], graph: CompiledGraph, file: string): readonly Recording[] {
  const own = recordings.filter(({ header }) => header.graph.name === graph.name);
  if (own.length > 0) return own;
  const names = [...new Set(recordings.map(({ header }) => header.graph.name))].join(', ');
  throw new CliError({
    code: 'cassette/other-graph',
    message: `${file} has no run of ${graph.name}`,
    hint: `It has runs of ${names}.`,
  });
}

function jsonReporting(io: Io): Reporting {
  const line = (value: object) => io.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    replayed(
      { graph, caseId, repeat, seed, runId },
      { identical, reexecuted, digest, verdictDigest, divergence },
    ) {
      const place = { runId, graph: graph.name, graphDigest: graph.digest, case: caseId, repeat, seed };
      line({
        ...{ event: 'replay', ...place, identical, reexecuted, digest, verdictDigest },
        ...(divergence && { divergence }),
      });
    },
    done: (totals) => line({ event: 'done', ...totals }),
  };
}

function specReporting(io: Io): Reporting {
  const paint = paintFor(io.stdout, io);
  return {
    replayed(header, { identical, reexecuted, digest, divergence }) {
      const name = printable(nameOfRun(header.graph.name, header));
      if (identical) {
        const how = reexecuted ? '' : paint('dim', '  (a recording: verified, not executed again)');
        io.stdout.write(`${paint('green', '✓ identical')}  ${name}  ${paint('dim', digest)}${how}\n`);
        return;
      }
      io.stdout.write(`${paint('red', '✗ diverged')}   ${name}\n`);
      const { columns } = io.stdout;
      if (divergence)
        io.stdout.write(indent(describeDivergence(divergence, { paint, ...(columns && { columns }) }), 4));
    },
    done({ identical, diverged }) {
      const total = count(identical + diverged, 'run');
      const counts = [
        identical > 0 && paint('green', `${grouped(identical)} identical`),
        diverged > 0 && paint('red', `${grouped(diverged)} diverged`),
      ];
      io.stdout.write(`\n${total}: ${counts.filter(Boolean).join(', ')}\n`);
    },
  };
}
