import { nodePorts } from '@rehearse/adapters';
import type { JournalEvent } from '@rehearse/contracts';
import {
  compareWithTape,
  foldRun,
  judgesIn,
  namedContracts,
  nodeTypesOf,
  provenanceOf,
  regrade,
  regradeRecording,
  withValues,
  type CompiledGraph,
  type Recording,
} from '@rehearse/engine';
import type { Io } from '../io.js';
import { settingsFor } from '../run/execute-task.js';
import { script } from '../run/script.js';
import { contractsIn } from '../run/run-report.js';
import { lookInto, replayRecording } from './replay-recording.js';
import type { Replayed } from './replayed.js';
import type { ReplayFlags } from './replay-options.js';

interface Around {
  io: Io;
  flags: ReplayFlags;
  graph: CompiledGraph | undefined;
}

/** Replays one recording in a mode that makes no new run. */
export async function replayOne(recording: Recording, around: Around): Promise<Replayed> {
  switch (around.flags.mode) {
    case 'regrade':
      return regradeOne(recording, around);
    case 'compare':
      return compareOne(recording, around);
    default: {
      const { header, events } = recording;
      const replay = await replayRecording(recording, around.graph);
      return { mode: 'strict', header, replay, ...fromTape(events) };
    }
  }
}

const fromTape = (events: readonly JournalEvent[]): Pick<Replayed, 'answers' | 'costUsd'> => ({
  answers: { tape: provenanceOf(events, null).origins.length, live: 0 },
  costUsd: 0,
});

async function regradeOne(recording: Recording, { io, flags, graph: given }: Around): Promise<Replayed> {
  const { header, events } = recording;
  const carries = header.graph.source !== undefined;
  const found = lookInto(recording, carries ? undefined : given);
  const place = { mode: 'regrade', header, ...fromTape(events) } as const;
  if (found.kind === 'broken') return { ...place, replay: found.replay, verdict: null };
  if (found.kind === 'imported') {
    const regraded = regradeRecording({ events, graphDigest: header.graph.digest, checks: given });
    const fold = foldRun(regraded.events, given ? namedContracts(given) : []);
    const contracts = contractsIn(fold, regraded.events);
    return { ...place, replay: regraded, fold: { ...fold, contracts }, ...verdictsOf(regraded) };
  }
  // Where a cell of a matrix does not fit the graph that judges, the graph judges as it is.
  const checks = (given && (withValues(given, header.matrix ?? null) ?? given)) ?? found.graph;
  const { judges = 'held', offline = false } = flags;
  const settings = settingsFor(io, {});
  const human = { ask: async () => null };
  const ports = nodePorts({
    ...{ graph: checks, runId: header.runId, seed: header.seed, offline, live: false },
    ...{ settings, human, script },
  });
  const regraded = await regrade({ graph: found.graph, events, checks, judges, ports });
  const asked = judges === 'live' ? judgesIn(regraded.events) : [];
  const { costUsd } = provenanceOf(asked, null);
  const tape = place.answers.tape - (judges === 'live' ? judgesIn(events).length : 0);
  const fold = foldRun(regraded.events, namedContracts(regraded.graph), nodeTypesOf(regraded.graph));
  return {
    ...{ ...place, replay: regraded, answers: { tape, live: asked.length }, costUsd },
    fold: { ...fold, contracts: contractsIn(fold, regraded.events) },
    ...verdictsOf(regraded),
  };
}

const verdictsOf = ({ verdict, recordedVerdict }: Pick<Replayed, 'verdict' | 'recordedVerdict'>) => ({
  verdict,
  recordedVerdict,
});

async function compareOne(recording: Recording, { graph: given }: Around): Promise<Replayed> {
  const { header, events } = recording;
  const found = lookInto(recording, given);
  const place = { mode: 'compare', header, ...fromTape(events) } as const;
  if (found.kind === 'broken') return { ...place, replay: found.replay };
  if (found.kind === 'imported') return { ...place, replay: await replayRecording(recording) };
  const { graph, recordedGraph = graph } = found;
  const comparison = await compareWithTape({ graph, recordedGraph, events });
  const { requests, unreached } = comparison;
  return { ...place, replay: comparison, requests, unreached };
}
