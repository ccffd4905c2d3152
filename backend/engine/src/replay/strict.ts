import type { Divergence, JournalEvent, Json } from '@rehearse/contracts';
import { laneNeedsOf } from '../execute/plan.js';
import type { CompiledGraph } from '../graph/model.js';
import { isOutsideDigests, payloadDigest, RUN_LANE, runDigest, VERDICT_LANE } from '../journal/digest.js';
import { verifyWhole, type BrokenLink } from '../journal/verify.js';
import type { LaneNeeds } from '../journal/lanes.js';
import { firstDifference } from './differences.js';
import { describeDivergence, ENGINE_VERSION } from './divergence.js';
import { planOf, type Recorded } from './recorded-plan.js';
import { reexecute } from './reexecute.js';
import { Tape } from './tape.js';

export interface StrictReplay {
  identical: boolean;
  /** False for an imported recording: its chains were verified, nothing could be executed. */
  reexecuted: boolean;
  digest: string;
  verdictDigest: string;
  divergence?: Divergence;
  /** What the replay did. */
  events: JournalEvent[];
}

interface StrictRequest extends Recorded {
  /** The graph that was recorded, when another one is replayed. */
  recordedGraph?: CompiledGraph;
}

/**
 * Runs a graph again with the answers of a recording, offline: identical when the run digest and the verdict digest
 * are, else the first divergence in graph order.
 */
export async function replayStrict(request: StrictRequest): Promise<StrictReplay> {
  const { graph, events } = request;
  const recordedGraph = request.recordedGraph ?? graph;
  const graphs = { expected: recordedGraph.digest, actual: graph.digest };
  const broken = verifyWhole(events, laneNeedsOf(recordedGraph));
  if (broken) return answer(events, [], chainBroken(broken, events, graphs));
  const tape = new Tape(events);
  const plan = planOf(request, tape);
  const replayed = await reexecute(plan, tape, events, { isVerified: true });
  const difference = firstDifference(plan.graph, {
    recorded: events,
    actual: replayed,
    isCutOff: tape.hasMissed,
  });
  if (!difference) return answer(events, replayed);
  const sides = { recorded: events, actual: replayed, graph: graphs };
  return answer(events, replayed, describeDivergence(difference, sides));
}

export function chainBroken(
  broken: BrokenLink,
  events: readonly JournalEvent[],
  graph: Divergence['versions']['graph'],
): Divergence {
  const { event, message } = broken;
  const recorded = { type: event.type, data: event.data } as unknown as { [name: string]: Json };
  return {
    seq: event.seq,
    key: event.key,
    lane: event.lane,
    kind: 'chain_broken',
    message,
    expected: broken.expected,
    actual: { ...broken.actual, ...recorded },
    inputDiff: [],
    firstSeenAt: null,
    before: events.slice(Math.max(0, events.indexOf(event) - 5), events.indexOf(event)),
    versions: { graph, engine: ENGINE_VERSION, prompt: { expected: null, actual: null } },
  };
}

function answer(
  recorded: readonly JournalEvent[],
  events: JournalEvent[],
  divergence?: Divergence,
  reexecuted = true,
): StrictReplay {
  const end = recorded.findLast((event) => event.type === 'run.finished');
  const digests = { digest: end?.data.digest ?? '', verdictDigest: end?.data.verdictDigest ?? '' };
  return { identical: !divergence, reexecuted, ...digests, ...(divergence ? { divergence } : {}), events };
}

const NO_NEEDS: LaneNeeds = () => [];

/**
 * Verifies an imported recording, which has no graph that could be run: its chains, and that the run digest of its end
 * is the one of its events.
 */
export function replayRecording({
  events,
  graphDigest,
}: {
  events: readonly JournalEvent[];
  graphDigest: string;
}): StrictReplay {
  const graphs = { expected: graphDigest, actual: graphDigest };
  const broken = verifyWhole(events, NO_NEEDS) ?? wrongEnd(events);
  if (broken) return answer(events, [], chainBroken(broken, events, graphs), false);
  return answer(events, [...events], undefined, false);
}

function wrongEnd(events: readonly JournalEvent[]): BrokenLink | null {
  const event = events.at(-1);
  if (event?.type !== 'run.finished') return null;
  const actual = recordedRunDigest(events);
  const message = 'the run digest does not fit the events of the journal';
  const { digest } = event.data;
  return actual === digest ? null : { event, message, expected: { digest }, actual: { digest: actual } };
}

/** The digest of a recorded run: of its start and of the head of its one lane. */
export function recordedRunDigest(events: readonly JournalEvent[]): string {
  const started = events.find((event) => event.type === 'run.started');
  const last = events.findLast(
    ({ lane, type }) => lane !== RUN_LANE && lane !== VERDICT_LANE && !isOutsideDigests(type),
  );
  return runDigest({
    started: started ? payloadDigest('run.started', started.data) : '',
    heads: last ? [last.digest] : [],
  });
}
