import type { JournalTarget } from '@rehearse/contracts';
import { graphsIn } from '../contract/index.js';
import type { CompiledGraph } from '../graph/model.js';

/** Whom a graph, or one within it, may ask. */
export const targetsOf = (graph: CompiledGraph): JournalTarget[] =>
  graphsIn(graph).flatMap(({ seats }) => [...seats.values()].flatMap(({ route }) => route.spec.targets));
