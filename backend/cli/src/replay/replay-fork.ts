import { randomUUID } from 'node:crypto';
import { nodePorts } from '@rehearse/adapters';
import type { JournalEvent } from '@rehearse/contracts';
import {
  chaosAt,
  executeRun,
  foldRun,
  forkAt,
  isEnd,
  namedContracts,
  nodeTypesOf,
  provenanceOf,
  recordedGraph,
  redactionOf,
  writeCassette,
  type CompiledGraph,
  type Forked,
  type Recording,
  type Tried,
} from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { lockCassette } from '../cassette/lock-cassette.js';
import { openDraft } from '../files.js';
import type { Io } from '../io.js';
import { settingsFor } from '../run/execute-task.js';
import { script } from '../run/script.js';
import { contractsIn } from '../run/run-report.js';
import { callOf, editsOf, faultOf, usage, varsOf } from './parse-flags.js';
import { lookInto } from './replay-recording.js';
import type { AroundReplay, Replayed } from './replayed.js';
import type { ReplayFlags } from './replay-options.js';

/** Makes a run that begins as a recorded one: with edits behind a seq, or with a fault on a call. */
export async function forkOne(recording: Recording, around: AroundReplay): Promise<Replayed> {
  const { flags, io } = around;
  const { header, events: parent } = recording;
  const graph = graphOf(recording, around.graph);
  if (!parent.some(isEnd)) throw notFinished(header);
  const made = await beginningOf({ graph, events: parent, runId: randomUUID(), nowMs: Date.now() }, flags);
  const written = openOutput(io, flags.output);
  try {
    const run = await execute({ graph, made, parent }, around);
    // What it took over is redacted as it was: where that is not known, it is not known of the fork.
    const redaction = redactionOf(run.events, header.redaction);
    const newHeader = { ...header, ...redaction, runId: run.runId, graph: recordedGraph(graph) };
    if (run.finished) written.keep(writeCassette([{ header: newHeader, events: run.events }]));
    return outcome({ header: newHeader, graph, events: run.events, parent, made, mode: flags.mode });
  } finally {
    written.close();
  }
}

/** Opens the file before the run is made, which may cost something; nobody else records into it meanwhile. */
function openOutput(io: Io, file: string | undefined): { keep(text: string): void; close(): void } {
  if (file === undefined) return { keep: () => {}, close: () => {} };
  const unlock = lockCassette(io, file);
  try {
    const draft = openDraft(io, file);
    return { keep: (text) => (draft.write(text), draft.keep()), close: () => (draft.discard(), unlock()) };
  } catch (error) {
    unlock();
    throw error;
  }
}

type Beginning = { graph: CompiledGraph; made: Forked; parent: readonly JournalEvent[] };

async function execute({ graph, made, parent }: Beginning, { io, flags }: AroundReplay) {
  const { runId, started } = startOf(made);
  const { caseId, repeat, seed, chaos } = started;
  const { live = started.live, offline = started.offline } = flags;
  const { events, finished } = await executeRun({
    ...{ graph, runId, vars: made.vars, seed, caseId, repeat, chaos, live, offline },
    ...{ recorded: made.events, parent, isFresh: true },
    ports: nodePorts({
      ...{ graph, runId, seed, offline, live, script },
      ...{ settings: settingsFor(io, {}), human: { ask: async () => null } },
    }),
    ...(io.signal && { signal: io.signal }),
  });
  return { runId, events, finished };
}

function graphOf(recording: Recording, given: CompiledGraph | undefined): CompiledGraph {
  const found = lookInto(recording, given);
  if (found.kind === 'run' && (found.recordedGraph ?? found.graph).digest === found.graph.digest)
    return found.graph;
  const { divergence } = found.kind === 'broken' ? found.replay : {};
  const why =
    found.kind === 'imported'
      ? 'an imported recording has no graph that could be executed'
      : (divergence?.message ?? 'the graph that is given is not the one that was recorded');
  throw new CliError({
    code: 'replay/only-recorded',
    message: why,
    hint: 'Fork a run of `rehearse run --cassette`.',
  });
}

const notFinished = ({ runId }: Recording['header']): CliError =>
  new CliError({
    code: 'run/not-finished',
    message: `the recording of the run ${runId} breaks off: it has no end`,
    hint: 'Record it anew with `rehearse run --cassette … --mode record`.',
  });

async function beginningOf(parent: Parameters<typeof forkAt>[0], flags: ReplayFlags): Promise<Forked> {
  if (flags.mode === 'chaos') return sound(chaosAt(parent, { at: callOf(flags), fault: faultOf(flags) }));
  const { fromSeq } = flags;
  if (fromSeq === undefined)
    throw usage('fork needs --from-seq', 'Give the seq of the last event that is taken over.');
  return sound(await forkAt(parent, { fromSeq, edits: editsOf(flags), vars: varsOf(flags) }));
}

function sound(tried: Tried<Forked>): Forked {
  if (tried.ok) return tried;
  const [first, ...more] = tried.problems;
  throw new CliError({
    code: first!.code,
    message: first!.path ? `${first!.path}: ${first!.message}` : first!.message,
    details: more.map(({ path, message }) => `  ${path}: ${message}\n`),
  });
}

function startOf({ events }: Forked) {
  const [first] = events;
  if (first?.type !== 'run.started') throw new Error('a journal begins with run.started');
  return { runId: first.runId, started: first.data };
}

interface Made extends Pick<Replayed, 'mode' | 'header'> {
  graph: CompiledGraph;
  events: readonly JournalEvent[];
  parent: readonly JournalEvent[];
  made: Forked;
}

function outcome({ header, mode, graph, events, parent, made }: Made): Replayed {
  const fold = foldRun(events, namedContracts(graph), nodeTypesOf(graph));
  const { tape, live, costUsd } = provenanceOf(events, parent);
  const { digest, verdictDigest, verdict } = fold;
  const before = foldRun(parent);
  const { parent: parentId, fromSeq } = made.base;
  const replay = {
    identical: digest !== null && digest === before.digest && verdictDigest === before.verdictDigest,
    ...{ reexecuted: true, digest: digest ?? '', verdictDigest: verdictDigest ?? '' },
  };
  const copied = made.events.findLast(({ type }) => type === 'fork.base')!.seq - 1;
  return {
    ...{ mode, header, replay, answers: { tape, live }, costUsd, verdict },
    fold: { ...fold, contracts: contractsIn(fold, events) },
    recordedVerdict: before.verdict,
    fork: { runId: header.runId, parent: parentId, fromSeq, copied },
    ...(verdict === null && {
      error: { code: 'run/unfinished', message: 'the run did not come to its end' },
    }),
  };
}
