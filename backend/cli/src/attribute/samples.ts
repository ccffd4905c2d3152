import { laneNeedsOf, verifyWhole, type CompiledGraph, type Recording } from '@rehearse/engine';
import { isSameRun } from '../cassette/identity.js';
import { CliError } from '../cli-error.js';
import { readRecordings } from '../diff/recordings.js';
import { loadGraph } from '../graphs/load-graphs.js';
import type { Io } from '../io.js';
import { lookInto } from '../replay/replay-recording.js';
import { count } from '../text/amounts.js';

/** A recorded run, with the graph that it is of. */
export interface Sample {
  recording: Recording;
  graph: CompiledGraph;
}

/** The runs of a cassette, each once, after every link of their chains was checked. */
export async function readSamples(
  io: Io,
  { file, graph }: { file: string; graph: string | undefined },
): Promise<Sample[]> {
  const recordings = await readRecordings(io, file);
  const given = graph === undefined ? undefined : (await loadGraph(io, graph)).graph;
  if (given && recordings.every((recording) => carriesAnother(recording, given))) throw strayGraph(file);
  const samples = recordings.map((recording) => ({
    recording,
    graph: graphOf(recording, { file, given }),
  }));
  const kept = onceEach(samples, file);
  const again = samples.length - kept.length;
  if (again > 0)
    io.stderr.write(`${count(again, 'recording')} of runs that ${file} has already, not counted again\n`);
  return kept;
}

const carriesAnother = ({ header: { graph } }: Recording, given: CompiledGraph): boolean =>
  graph.source !== undefined && (graph.base ?? graph.digest) !== given.digest;

/** The graph of a recording that is whole and as it was recorded. */
function graphOf(
  recording: Recording,
  { file, given }: { file: string; given: CompiledGraph | undefined },
): CompiledGraph {
  const { header, events } = recording;
  const found = lookInto(recording, header.graph.source === undefined ? given : undefined);
  if (found.kind === 'imported') throw onlyRecorded(file, header.runId);
  const message =
    found.kind === 'broken'
      ? found.replay.divergence?.message
      : verifyWhole(events, laneNeedsOf(found.graph))?.message;
  if (found.kind === 'broken' || message !== undefined)
    throw new CliError({
      code: 'cassette/broken',
      message: `${file}: the run ${header.runId} is not what was recorded: ${message}`,
      hint: 'See `rehearse cassette inspect`.',
    });
  return found.graph;
}

/** Another copy of a recording is no new sample. */
function onceEach(samples: readonly Sample[], file: string): Sample[] {
  const kept = new Map<string, Sample>();
  for (const sample of samples) {
    const { runId } = sample.recording.header;
    const other = kept.get(runId);
    if (other && !isSameRun(other.recording, sample.recording)) throw conflicting(file, runId);
    if (!other) kept.set(runId, sample);
  }
  return [...kept.values()];
}

const strayGraph = (file: string): CliError =>
  new CliError({
    code: 'attribution/usage',
    message: `--graph means nothing for ${file}: each of its runs carries its own graph`,
    hint: 'Leave it out, or record runs of the other graph with `rehearse run --cassette … --repeat 5`.',
  });

const conflicting = (file: string, runId: string): CliError =>
  new CliError({
    code: 'cassette/conflict',
    message: `${file} has two recordings of the run ${runId} that differ`,
    hint: 'Choose one with `rehearse cassette merge --prefer`; samples of a case are its repeats, `rehearse run --repeat 5`.',
  });

const onlyRecorded = (file: string, runId: string): CliError =>
  new CliError({
    code: 'replay/only-recorded',
    message: `${file}: the run ${runId} is an imported recording, which has no graph that could be executed`,
    hint: 'Record runs with `rehearse run --cassette … --repeat 5`.',
  });
