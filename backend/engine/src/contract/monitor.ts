import type { JournalEvent, Json, JsonObject, Severity } from '@rehearse/contracts';
import type { CompiledContract, CompiledGraph } from '../graph/model.js';
import { RUN_LANE } from '../journal/digest.js';
import { patternOf, type EventPlace, type Holds } from './patterns.js';
import {
  eventBindings,
  isOnTrajectory,
  seesCallsOnly,
  surroundings,
  type Surroundings,
} from './predicate.js';
import { watchRecovery } from './recovery.js';
import { segmented } from './segments.js';
import { TrajectoryState } from './trajectory-state.js';
import { watchReturns } from './returns.js';
import { innermost, watchWithin, type Surrounding } from './within.js';

/** A contract that was broken by an event, or that could not be told. */
export type Finding = { id: string; key: string; severity: Severity } & (
  { verdict: 'failed'; message: string; event: EventPlace } | { verdict: 'errored'; message: string }
);

/** Watches a trajectory, live or recorded; each contract is reported once. */
export interface Monitor {
  observe(event: JournalEvent): Finding[];
  /** `endedEarly` says why nothing more can come; then what has not happened yet cannot be told. */
  end(endedEarly: string | null): Finding[];
}

interface Watched
  extends Pick<CompiledGraph, 'contracts'>, Partial<Pick<CompiledGraph, 'tools' | 'nodes' | 'chaos'>> {
  vars: JsonObject;
  /** The vars of an execution of a graph within the graph, by its key; of a recording there is none. */
  varsAt?(execution: string): JsonObject;
}

const NO_TOOLS: CompiledGraph['tools'] = new Map();
const NO_CHAOS: CompiledGraph['chaos'] = new Map();
const NOTHING_TO_WATCH: Monitor = { observe: () => [], end: () => [] };

/** Watches the contracts of a graph over a run with these vars, and those of the graphs within it. */
export function watch(watched: Watched): Monitor {
  const { contracts, tools = NO_TOOLS, nodes = [], chaos = NO_CHAOS, vars, varsAt = () => ({}) } = watched;
  const graphOf = innermost({ tools, nodes });
  const monitors = [
    watchGraph({ contracts, tools, nodes }, { vars, graphOf }),
    watchRecovery(chaos.values()),
    watchWithin(nodes, { varsAt, watch: (graph, own) => watchGraph(graph, { vars: own, graphOf })! }),
  ].filter((monitor) => monitor !== null);
  if (monitors.length === 0) return NOTHING_TO_WATCH;
  return {
    observe: (event) => (isOnTrajectory(event) ? monitors.flatMap((monitor) => monitor.observe(event)) : []),
    end: (endedEarly) => monitors.flatMap((monitor) => monitor.end(endedEarly)),
  };
}

interface Around {
  vars: JsonObject;
  graphOf(lane: string): Surrounding;
}

/** The contracts of one graph and what its tools return; null where it has no such rule. */
function watchGraph(
  { contracts, tools, nodes }: Pick<CompiledGraph, 'contracts' | 'tools' | 'nodes'>,
  { vars, graphOf }: Around,
): Monitor | null {
  const returns = [...tools.values()].some((tool) => tool.returns);
  if (contracts.length === 0 && !returns) return null;
  const around = surroundings({ nodes, vars, graphOf });
  const invariants = contracts.flatMap(({ predicates }) => predicates['invariant'] ?? []);
  const state = invariants.length > 0 ? new TrajectoryState(invariants, around.nodeOf) : null;
  const monitors = contracts.map((contract) => watchContract(contract, { around, state }));
  if (returns) monitors.push(watchReturns(tools, (lane) => graphOf(lane).tools === tools));
  return {
    observe(event) {
      state?.observe(event);
      return monitors.flatMap((monitor) => monitor.observe(event));
    },
    end: (endedEarly) => monitors.flatMap((monitor) => monitor.end(endedEarly)),
  };
}

interface Watching {
  around: Surroundings;
  state: TrajectoryState | null;
}

function watchContract(contract: CompiledContract, watching: Watching): Monitor {
  const { id, severity, spec } = contract;
  const pattern = spec.between ? segmented(() => patternOf(spec)) : patternOf(spec);
  const found = { id, key: `contract/${id}`, severity };
  let isDone = false;
  let last: JournalEvent | null = null;
  const report = (finding: Finding): Finding[] => {
    isDone = true;
    return [finding];
  };
  return {
    observe(event) {
      last = event;
      if (isDone) return [];
      const asked = asking(contract, event, watching);
      const breach = pattern.observe({ event, holds: asked.holds });
      const failure = asked.failure();
      if (failure !== null) return report({ ...found, verdict: 'errored', message: failure });
      if (breach === null) return [];
      const { message, event: place = event } = breach;
      return report({ ...found, verdict: 'failed', message, event: place });
    },
    end(endedEarly) {
      const breach = isDone ? null : pattern.end();
      if (breach === null || last === null) return [];
      if (endedEarly !== null) return report({ ...found, verdict: 'errored', message: endedEarly });
      // What never happened is broken by the end of the run, whichever event came last.
      const { message, event = { seq: last.seq, key: RUN_LANE } } = breach;
      return report({ ...found, verdict: 'failed', message, event });
    },
  };
}

/** Asks the predicates of a contract about an event; a predicate that cannot be evaluated holds not, and is told. */
function asking({ predicates }: CompiledContract, event: JournalEvent, { around, state }: Watching) {
  let bindings: Record<string, Json> | null = null;
  let failure: string | null = null;
  const holds: Holds = (name) => {
    const predicate = predicates[name]!;
    if (event.type !== 'tool.called' && seesCallsOnly(predicate)) return null;
    bindings ??= { ...eventBindings(event, around), ...state?.bindings };
    const value = predicate.evaluate(bindings);
    if (!value.ok) failure ??= `${predicate.source}: ${value.error.message}`;
    const isTrue = value.ok && value.value === true;
    // A comparison with what is not known is false, which is no proof that the agent misbehaved.
    if (!isTrue && name === 'invariant' && state?.lacks(predicate))
      failure ??= `${predicate.source}: the price of a model is not known: PRICES_FILE may give it`;
    return isTrue;
  };
  return { holds, failure: () => failure };
}
