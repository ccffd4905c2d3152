import type { Divergence, JournalEvent, JsonChange } from '@rehearse/contracts';
import { laneNeedsOf } from '../execute/plan.js';
import type { CompiledGraph } from '../graph/model.js';
import { VERDICT_LANE } from '../journal/digest.js';
import { verifyWhole } from '../journal/verify.js';
import { CompareTape, isRequest, type Request } from './compare-tape.js';
import { firstDifference } from './differences.js';
import { describeDivergence, inputOf } from './divergence.js';
import { jsonDiff } from './json-diff.js';
import { planOf, type Recorded } from './recorded-plan.js';
import { reexecute } from './reexecute.js';
import { chainBroken, type StrictReplay } from './strict.js';
import { isAnswer } from './open-calls.js';
import { placeOf } from './tape.js';

/** What became of a request in another version of the graph. */
export interface RequestChange {
  key: string;
  attempt: number;
  kind: 'model' | 'tool';
  change: 'same' | 'changed' | 'added' | 'removed' | 'moved';
  /** Of what was recorded; null for a request that is added. */
  seq: number | null;
  /** Where it was recorded, when it moved. */
  from?: string;
  /** Whether the tape answered it. */
  answer: 'tape' | 'none';
  inputDiff?: JsonChange[];
}

export interface Comparison extends StrictReplay {
  /** In the order in which the version asks, then those that were removed. */
  requests: RequestChange[];
  /** Recorded requests behind one that the tape has no answer to: whether the version would make them is not known. */
  unreached: string[];
}

interface CompareRequest extends Recorded {
  /** The graph that was recorded; `graph` is the other version. */
  recordedGraph: CompiledGraph;
}

/**
 * Runs another version of a graph against the tape of a run, offline. A request that is the same is answered; one that
 * was asked otherwise in the same place is named, and gets the answer of its place so that what comes behind it can be
 * compared too; one that the tape knows nothing of is named and not answered.
 */
export async function compareWithTape(request: CompareRequest): Promise<Comparison> {
  const { graph, events, recordedGraph } = request;
  const graphs = { expected: recordedGraph.digest, actual: graph.digest };
  const broken = verifyWhole(events, laneNeedsOf(recordedGraph));
  if (broken) return answered({ events, replayed: [], divergence: chainBroken(broken, events, graphs) });
  const tape = new CompareTape(events);
  const plan = planOf(request, tape.times);
  const replayed = await reexecute(plan, tape.times, events, { effects: tape });
  const difference = firstDifference(graph, { recorded: events, actual: replayed, isCutOff: tape.hasMissed });
  const divergence =
    difference && describeDivergence(difference, { recorded: events, actual: replayed, graph: graphs });
  const places = new Set(replayed.filter(isAnswer).map(placeOf));
  const journals = { events, replayed, answered: places };
  const requests = replayed.filter(isRequest).map((asked) => changeOf(asked, tape, journals));
  const { removed, unreached } = leftOver(events, { tape, replayed });
  return answered({ events, replayed, requests: [...requests, ...removed], unreached, divergence });
}

interface Journals {
  events: readonly JournalEvent[];
  replayed: readonly JournalEvent[];
  /** The places of calls that got an answer. */
  answered: ReadonlySet<string>;
}

function changeOf(asked: Request, tape: CompareTape, journals: Journals): RequestChange {
  const { recorded, change } = tape.compared(asked);
  const { key, attempt } = asked;
  return {
    ...{ key, attempt, kind: kindOf(asked), change, seq: recorded?.seq ?? null },
    ...(change === 'moved' && recorded && { from: recorded.key }),
    answer: journals.answered.has(placeOf(asked)) ? 'tape' : 'none',
    ...(change === 'changed' && recorded && { inputDiff: inputChanges(recorded, asked, journals) }),
  };
}

const kindOf = ({ type }: Request): RequestChange['kind'] => (type === 'tool.called' ? 'tool' : 'model');

function inputChanges(
  recorded: JournalEvent,
  actual: JournalEvent,
  { events, replayed }: Journals,
): JsonChange[] {
  const laneIn = (all: readonly JournalEvent[], { lane, key }: JournalEvent) =>
    all.filter((event) => event.lane === lane && (lane !== VERDICT_LANE || event.key === key));
  return jsonDiff(inputOf(recorded, laneIn(events, recorded)), inputOf(actual, laneIn(replayed, actual)));
}

/** What was recorded and not asked for: removed, unless the version stopped before it could be known. */
function leftOver(
  events: readonly JournalEvent[],
  { tape, replayed }: { tape: CompareTape; replayed: readonly JournalEvent[] },
): { removed: RequestChange[]; unreached: string[] } {
  const unasked = tape.unasked();
  const isOver = replayed.at(-1)?.type === 'run.finished';
  const settled = new Set(replayed.filter(({ type }) => SETTLED.has(type)).map(({ lane }) => lane));
  const isKnown = (event: JournalEvent) => isOver || settled.has(event.lane);
  return {
    removed: unasked.filter(isKnown).map((event) => ({
      ...{ key: event.key, attempt: event.attempt, kind: kindOf(event) },
      ...{ change: 'removed', seq: event.seq, answer: 'none' },
    })),
    unreached: unasked.filter((event) => !isKnown(event)).map(({ key }) => key),
  };
}

const SETTLED: ReadonlySet<JournalEvent['type']> = new Set([
  ...(['node.finished', 'node.errored', 'node.skipped'] as const),
]);

interface Answered extends Partial<Pick<Comparison, 'requests' | 'unreached'>> {
  events: readonly JournalEvent[];
  replayed: JournalEvent[];
  divergence: Divergence | null;
}

function answered({ events, replayed, divergence, requests = [], unreached = [] }: Answered): Comparison {
  const end = events.findLast((event) => event.type === 'run.finished');
  return {
    identical: !divergence,
    reexecuted: true,
    ...{ digest: end?.data.digest ?? '', verdictDigest: end?.data.verdictDigest ?? '' },
    ...(divergence && { divergence }),
    ...{ events: replayed, requests, unreached },
  };
}
