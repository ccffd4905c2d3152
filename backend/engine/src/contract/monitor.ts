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
}

const NO_TOOLS: CompiledGraph['tools'] = new Map();
const NO_CHAOS: CompiledGraph['chaos'] = new Map();
const NOTHING_TO_WATCH: Monitor = { observe: () => [], end: () => [] };

/** Watches the contracts of a graph over a run with these vars. */
export function watch(watched: Watched): Monitor {
  const { contracts, tools = NO_TOOLS, nodes = [], chaos = NO_CHAOS, vars } = watched;
  const recovery = watchRecovery(chaos.values());
  const returns = [...tools.values()].some((tool) => tool.returns);
  if (contracts.length === 0 && !returns && !recovery) return NOTHING_TO_WATCH;
  const around = surroundings({ tools, nodes, vars });
  const invariants = contracts.flatMap(({ predicates }) => predicates['invariant'] ?? []);
  const state = invariants.length > 0 ? new TrajectoryState(invariants, around.nodeOf) : null;
  const monitors = [
    ...contracts.map((contract) => watchContract(contract, { around, state })),
    watchReturns(tools),
    ...(recovery ? [recovery] : []),
  ];
  return {
    observe(event) {
      if (!isOnTrajectory(event)) return [];
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
    return value.ok && value.value === true;
  };
  return { holds, failure: () => failure };
}
