import type { JournalEvent, JsonObject } from '@rehearse/contracts';
import type { CompiledGraph, PlacedAssertion } from '../graph/model.js';
import { JournalWriter } from '../journal/writer.js';
import type { Cancellation, Clock, Ports } from '../ports.js';
import { newCancellation } from './cancellation.js';
import { drive, type JournalSink } from './drive.js';
import { liveEffects, type MayRest } from './live-effects.js';
import { changedDefaults } from './call-defaults.js';
import { caseAssertions, caseOf, laneNeedsOf, makePlan, type Plan } from './plan.js';
import { modelOf } from './request.js';
import { targetsOf } from './targets.js';
import { forcedFaults } from '../replay/faults.js';
import { forkBaseOf, retrace, ruleOf } from '../replay/origins.js';
import { openEffects } from '../replay/open-calls.js';
import { replayOwn } from '../replay/reexecute.js';
import type { Tape } from '../replay/tape.js';
import { tapedEffects } from '../replay/taped-effects.js';

export interface ExecuteRunRequest {
  graph: CompiledGraph;
  runId: string;
  vars: JsonObject;
  /** An unsigned 32-bit integer. */
  seed: number;
  caseId?: string | null;
  repeat?: number;
  chaos?: string | null;
  live?: boolean;
  offline?: boolean;
  ports: Ports;
  journal?: JournalSink;
  caseAssertions?: readonly PlacedAssertion[];
  /** What agents remember from the start; default what the graph's own case gives. */
  memory?: JsonObject;
  /** What the run is compared with, when it is the follow-up of another one. */
  follows?: Plan['follows'];
  /** The journal of a run that was cut off: its fold is the state to go on from. */
  recorded?: readonly JournalEvent[];
  /** Of a fork, the journal of the run that it was forked from: what is asked again is answered from it. */
  parent?: readonly JournalEvent[] | null;
  /** Nobody has gone on behind a fork's beginning yet, so what is asked there and not answered was never sent. */
  isFresh?: boolean;
  epoch?: number;
  /** Leaves the run where it is, to be gone on with later. */
  signal?: Cancellation;
  /** Lets what is in flight come to its end, begins nothing more, and leaves the run where it is. */
  pause?: Cancellation;
  /** Default: the run is kept for as long as a person or a timer may go on with it. */
  mayRest?: MayRest;
  onToken?: (key: string, text: string) => void;
  /** Called once, when nothing is left but checks, and none of them asks a model; they wait for what it answers. */
  beforeChecks?: () => Promise<void> | null;
}

/** The journal of a run. `finished` is false when it was left where it is. */
export interface ExecutedRun {
  events: JournalEvent[];
  finished: boolean;
}

/** What the models of a graph cost, where its budget asks for it. */
function pricesFor(graph: CompiledGraph, { model: { price } }: Ports): Pick<Plan, 'prices'> {
  if (graph.budget.maxCostUsd === undefined || !price) return {};
  const known = [...new Set(targetsOf(graph).map(modelOf))].flatMap((name) => {
    const found = price(name);
    return found ? [[name, found] as const] : [];
  });
  return known.length > 0 ? { prices: Object.fromEntries(known) } : {};
}

/** What a fork has from the start of its parent. */
function inheritedBy(recorded: readonly JournalEvent[]) {
  const [first] = recorded;
  return forkBaseOf(recorded) && first?.type === 'run.started' ? first.data : undefined;
}

/** The tape of a fork, as far as the rule is by its journal. */
function tapedBy(recorded: readonly JournalEvent[], parent: readonly JournalEvent[] | null) {
  const base = forkBaseOf(recorded);
  if (!base || !parent) return null;
  const taped = ruleOf(base, { events: recorded, parent });
  retrace(taped.rule, recorded, base.seq);
  return taped;
}

/** Whoever a turn of the parent could ask, and in which order, the same turn of its fork can too. */
const conditionsOf = (
  taped: { tape: Tape; knows: (key: string) => boolean } | null,
  key: string,
): Tape | null => (taped?.knows(key) ? taped.tape : null);

/** How long a run may keep a process to itself. */
const BREATH_MS = 50;
/** Decisions between two looks at the clock, and more than a run of a few nodes takes, which waits for others anyway. */
const STEPS_AT_ONCE = 64;

/** Lets timers, signals and other runs have their turn, where nothing else does. */
function breatherOf(clock: Clock): () => Promise<void> | null {
  let [steps, lastMs] = [0, clock.now()];
  return () => {
    if (++steps % STEPS_AT_ONCE !== 0 || clock.now() - lastMs < BREATH_MS) return null;
    return clock.sleep(0, newCancellation().signal).then(() => void (lastMs = clock.now()));
  };
}

/** Runs one graph for one case, live: calls go out through the ports. Rejects only when a port or the sink breaks. */
export async function executeRun(request: ExecuteRunRequest): Promise<ExecutedRun> {
  const { graph, runId, vars, seed, ports } = request;
  const recorded = request.recorded ?? [];
  const taped = tapedBy(recorded, request.parent ?? null);
  const inherited = inheritedBy(recorded);
  const plan = makePlan({
    graph,
    vars,
    seed,
    chaos: request.chaos ?? null,
    caseId: request.caseId ?? null,
    repeat: request.repeat ?? 0,
    live: request.live ?? false,
    offline: request.offline ?? false,
    caseAssertions: request.caseAssertions ?? caseAssertions(graph, request.caseId),
    memory: request.memory ?? inherited?.memory ?? caseOf(graph, request.caseId)?.memory ?? {},
    follows: request.follows ?? inherited?.follows ?? null,
    ...pricesFor(graph, ports),
    ...changedDefaults(ports.model.defaults),
    faults: forcedFaults(recorded),
    ...(request.isFresh && { unsent: openEffects(recorded) }),
    unavailable: (target, place) =>
      (conditionsOf(taped, place.key) ?? ports.model).unavailable(target, place),
    rank: (targets, strategy, place) =>
      conditionsOf(taped, place.key)?.rank(targets, place) ??
      ports.model.rank?.(targets, strategy, place) ??
      targets,
  });
  const now = () => ports.clock.now();
  const writer = new JournalWriter({ runId, laneNeeds: laneNeedsOf(graph), now, epoch: request.epoch ?? 0 });
  const live = liveEffects({
    ports,
    onToken: request.onToken,
    signal: request.signal,
    isVirtual: graph.virtualTime,
    mayRest: request.mayRest,
    pause: request.pause,
  });
  const effects = taped ? tapedEffects(taped.rule, live) : live;
  const sink = request.journal ?? { append: () => {} };
  try {
    const isPausing = () => (request.pause?.aborted || request.signal?.aborted) ?? false;
    const { beforeChecks } = request;
    const events = await drive({
      ...{ plan, writer, sink, effects, recorded, replayOwn },
      ...{ isPausing, beforeChecks, breathe: breatherOf(ports.clock) },
    });
    return { events, finished: events.at(-1)?.type === 'run.finished' };
  } finally {
    effects.cancel();
  }
}
