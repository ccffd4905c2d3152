import { nodeSha256 } from '@rehearse/adapters';
import { useSha256, type CompiledGraph, type Recording } from '@rehearse/engine';
import { eachRecording, meantBy } from '../diff/recordings.js';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { placeOf } from '../files.js';
import type { Io } from '../io.js';
import { gather } from '../text/gather.js';
import { usage } from './parse-flags.js';
import { reportingFor, type ReplayTotals } from './replay-report.js';
import { isImported } from './replay-recording.js';
import { differs, type AroundReplay, type Replayed } from './replayed.js';
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
  checkOutput(io, flags, [meantBy(file, flags.run).file, flags.graph]);
  const graph = flags.graph === undefined ? undefined : await graphIn(io, flags.graph);
  const all = eachRecording(io, file, flags.run);
  const meant = graph ? ofGraph(all, { graph, file, mode: flags.mode }) : all;
  const replayOne = await MODES[flags.mode]();
  io.beforeRuns?.();
  const stdout = gather(io.stdout);
  const reporting = reportingFor(stdout, io, flags);
  const tally = new Tally();
  try {
    for await (const recording of makesRun(flags.mode) ? onlyOne(meant, flags.mode) : meant) {
      const replayed = await replayOne(recording, { io, flags, graph });
      tally.add(replayed);
      reporting.replayed(replayed);
    }
    reporting.done(tally.totals());
  } finally {
    stdout.flush();
  }
  return tally.totals().exitCode;
}

/** A cassette with one run would stand where many may have stood. */
function checkOutput(io: Io, { output }: ReplayFlags, inputs: readonly (string | undefined)[]): void {
  if (output === undefined) return;
  if (output === '-')
    throw new CliError({
      code: 'cli/output-needs-file',
      message: 'standard output gets the report of the replay, so the new run needs a file',
      hint: 'Give it one: --output fork.jsonl.',
    });
  const place = placeOf(io, output);
  const input = inputs.find((one) => one !== undefined && one !== '-' && placeOf(io, one) === place);
  if (input === undefined) return;
  throw new CliError({
    code: 'cli/output-is-input',
    message: `the new run would be written over ${input}, which it is made of`,
    hint: 'Give it another file; `rehearse cassette merge` puts both together.',
  });
}

async function graphIn(io: Io, file: string): Promise<CompiledGraph> {
  const { loadGraph } = await import('../graphs/load-graphs.js');
  return (await loadGraph(io, file)).graph;
}

const dashed = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

type ReplayOne = (recording: Recording, around: AroundReplay) => Promise<Replayed>;

/** The code of a mode is loaded when it is asked for. */
const MODES: Readonly<Record<ReplayMode, () => Promise<ReplayOne>>> = {
  strict: async () => (await import('./replay-strict.js')).replayOne,
  regrade: async () => (await import('./replay-regrade.js')).regradeOne,
  compare: async () => (await import('./replay-compare.js')).compareOne,
  fork: async () => (await import('./replay-fork.js')).forkOne,
  chaos: async () => (await import('./replay-fork.js')).forkOne,
};

const makesRun = (mode: ReplayMode): boolean => mode === 'fork' || mode === 'chaos';

type Recordings = AsyncIterable<Recording>;

/** The one that a run is made of. */
async function* onlyOne(recordings: Recordings, mode: ReplayMode): Recordings {
  let only: Recording | undefined;
  let runs = 0;
  for await (const recording of recordings) {
    only ??= recording;
    runs++;
  }
  if (runs > 1)
    throw usage(`${mode} makes a run of one recording, and there are ${runs}`, 'Name one with --run.');
  if (only) yield only;
}

interface OfGraph {
  graph: CompiledGraph;
  file: string;
  mode: ReplayMode;
}

/** A cassette may hold several graphs; the one that is given stands for its own runs only. It may judge recordings too. */
async function* ofGraph(recordings: Recordings, { graph, file, mode }: OfGraph): Recordings {
  const others = new Set<string>();
  let isThere = false;
  for await (const recording of recordings) {
    const { name } = recording.header.graph;
    const isOwn = name === graph.name || (mode === 'regrade' && isImported(recording));
    if (isOwn) yield recording;
    else others.add(name);
    isThere ||= isOwn;
  }
  if (isThere) return;
  throw new CliError({
    code: 'cassette/other-graph',
    message: `${file} has no run of ${graph.name}`,
    hint: `It has runs of ${[...others].join(', ')}.`,
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
