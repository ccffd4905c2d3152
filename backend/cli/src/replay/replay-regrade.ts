import { nodePorts } from '@rehearse/adapters';
import {
  foldRun,
  judgesIn,
  namedContracts,
  nodeTypesOf,
  provenanceOf,
  regrade,
  regradeRecording,
  withValues,
  type Recording,
} from '@rehearse/engine';
import { settingsFor } from '../run/execute-task.js';
import { script } from '../run/script.js';
import { contractsIn } from '../run/run-report.js';
import { lookInto } from './replay-recording.js';
import { answersOnTape, type AroundReplay, type Replayed } from './replayed.js';

/** Judges a recording by other assertions and contracts, or by judges that are asked anew. */
export async function regradeOne(
  recording: Recording,
  { io, flags, graph: given }: AroundReplay,
): Promise<Replayed> {
  const { header, events } = recording;
  const carries = header.graph.source !== undefined;
  const found = lookInto(recording, carries ? undefined : given);
  const place = { mode: 'regrade', header, ...answersOnTape(events) } as const;
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
