import type { CompiledGraph } from '../graph/model.js';
import type { NamedContract } from '../journal/fold.js';
import { isOrderSensitive } from './order.js';

/** The contracts of a graph as they are shown: also those that hold, and the line at which each stands. */
export const namedContracts = (graph: CompiledGraph): NamedContract[] =>
  graph.contracts.map((contract) => ({
    id: contract.id,
    severity: contract.severity,
    line: contract.range.line,
    orderSensitive: isOrderSensitive(graph, contract),
  }));
