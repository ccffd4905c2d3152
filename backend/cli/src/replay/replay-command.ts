import { nodeSha256 } from '@rehearse/adapters';
import { useSha256, type CompiledGraph, type Recording } from '@rehearse/engine';
import { readRecordings, recordingsIn } from '../diff/recordings.js';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { loadGraph } from '../graphs/load-graphs.js';
import type { Io } from '../io.js';
import { usage } from './parse-flags.js';
import { reportingFor, type ReplayTotals } from './replay-report.js';
import { isImported } from './replay-recording.js';
import { differs, type Replayed } from './replayed.js';
import { strayFlag, type ReplayFlags, type ReplayMode } from './replay-options.js';

/** `rehearse replay`: goes through the runs of a cassette again, in one of five modes. */
export async function replayCommand(io: Io, file: string, flags: ReplayFlags): Promise<number> {
  useSha256(nodeSha256);
  const stray = strayFlag(flags);
  if (stray)
    throw usage(
      `--${dashed(stray)} means nothing with --mode ${flags.mode}`,
      'See `rehearse replay --help`.',
    );
  if (flags.mode === 'compare' && flags.graph === undefined)
    throw usage(
      'compare needs --graph',
      'Give the version of the graph that the recording is compared with.',
    );
  io.beforeRuns?.();
  const recordings = await (flags.run === undefined
    ? readRecordings(io, file)
    : recordingsIn(io, file, flags.run));
  const graph = flags.graph === undefined ? undefined : (await loadGraph(io, flags.graph)).graph;
  const meant = graph ? ofGraph(recordings, { graph, file, mode: flags.mode }) : recordings;
  const replay = await replayer(meant, { io, flags, graph });
  const reporting = reportingFor(io, flags);
  const tally = new Tally();
  for (const recording of meant) {
    const replayed = await replay(recording);
    tally.add(replayed);
    reporting.replayed(replayed);
  }
  const totals = tally.totals();
  reporting.done(totals);
  return totals.exitCode;
}

const dashed = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The code of a mode is loaded when it is asked for. */
async function replayer(
  meant: readonly Recording[],
  around: { io: Io; flags: ReplayFlags; graph: CompiledGraph | undefined },
): Promise<(recording: Recording) => Promise<Replayed>> {
  const { mode } = around.flags;
  if (mode !== 'fork' && mode !== 'chaos') {
    const { replayOne } = await import('./replay-modes.js');
    return (recording) => replayOne(recording, around);
  }
  if (meant.length > 1)
    throw usage(
      `${mode} makes a run of one recording, and there are ${meant.length}`,
      'Name one with --run.',
    );
  const { forkOne } = await import('./replay-fork.js');
  return (recording) => forkOne(recording, around);
}

interface OfGraph {
  graph: CompiledGraph;
  file: string;
  mode: ReplayMode;
}

/** A cassette may hold several graphs; the one that is given stands for its own runs only. It may judge recordings too. */
function ofGraph(recordings: readonly Recording[], { graph, file, mode }: OfGraph): readonly Recording[] {
  const own = recordings.filter(
    (recording) =>
      recording.header.graph.name === graph.name || (mode === 'regrade' && isImported(recording)),
  );
  if (own.length > 0) return own;
  const names = [...new Set(recordings.map(({ header }) => header.graph.name))].join(', ');
  throw new CliError({
    code: 'cassette/other-graph',
    message: `${file} has no run of ${graph.name}`,
    hint: `It has runs of ${names}.`,
  });
}

/** Counts the runs as they come: a cassette may hold many. */
class Tally {
  #runs = 0;
  #identical = 0;
  #diverged = 0;
  #costUsd = 0;
  #isJudged = false;
  readonly #verdicts = { passed: 0, failed: 0, errored: 0, inconclusive: 0 };

  add(replayed: Replayed): void {
    const { mode, replay, verdict, costUsd } = replayed;
    const isDiverged = differs(replayed);
    this.#runs++;
    this.#costUsd += costUsd;
    if (isDiverged) this.#diverged++;
    else if (replay.identical) this.#identical++;
    if (mode === 'strict' || mode === 'compare') return;
    this.#isJudged = true;
    if (!isDiverged) this.#verdicts[verdict ?? 'errored']++;
  }

  /** A failure that was seen beats a divergence, which beats what could not be told. */
  totals(): ReplayTotals {
    const { failed, errored, inconclusive } = this.#verdicts;
    const unclear = errored + inconclusive > 0 ? EXIT.errored : EXIT.ok;
    return {
      ...{ runs: this.#runs, identical: this.#identical, diverged: this.#diverged },
      ...(this.#isJudged && { verdicts: this.#verdicts, costUsd: this.#costUsd }),
      exitCode: failed > 0 ? EXIT.failed : this.#diverged > 0 ? EXIT.diverged : unclear,
    };
  }
}
