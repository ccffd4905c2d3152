import type { JournalEvent } from '@rehearse/contracts';
import { caseAssertions, makePlan, type Plan } from '../execute/plan.js';
import type { CompiledGraph, PlacedAssertion } from '../graph/model.js';
import { forcedFaults } from './faults.js';
import type { Tape } from './tape.js';

/** A run that is gone through again. */
export interface Recorded {
  graph: CompiledGraph;
  events: readonly JournalEvent[];
  caseAssertions?: readonly PlacedAssertion[];
}

/** The plan of a recorded run: its inputs are those of the journal, its conditions those of the tape. */
export function planOf({ graph, events, caseAssertions: given }: Recorded, tape: Tape): Plan {
  const started = events.find((event) => event.type === 'run.started');
  if (!started) throw new RangeError('a journal begins with run.started');
  return makePlan({
    graph,
    ...started.data,
    memory: started.data.memory ?? {},
    follows: started.data.follows ?? null,
    faults: forcedFaults(events),
    caseAssertions: given ?? caseAssertions(graph, started.data.caseId),
    unavailable: (target, place) => tape.unavailable(target, place),
    rank: (targets, _, place) => tape.rank(targets, place),
  });
}
