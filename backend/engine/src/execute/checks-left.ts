import { graphsIn } from '../contract/index.js';
import type { CompiledBody, CompiledGraph, PlacedAssertion } from '../graph/model.js';
import type { Plan } from './plan.js';
import type { RunState } from './state.js';

/** Whether nothing is left of a run but its checks, and none of them asks a model: this process does the rest by itself. */
export const hasOnlyChecksLeft = ({ graph, caseAssertions }: Plan, { root }: RunState): boolean =>
  root.isSettled && !asksModels(caseAssertions) && !hasJudges(graph);

const known = new WeakMap<CompiledGraph, boolean>();

function hasJudges(graph: CompiledGraph): boolean {
  const found =
    known.get(graph) ??
    graphsIn(graph).some(({ assertions, nodes }) => asksModels(assertions) || hasJudgedNodes(nodes));
  known.set(graph, found);
  return found;
}

const hasJudgedNodes = (nodes: CompiledBody['nodes']): boolean =>
  nodes.some((node) => asksModels(node.assertions) || ('body' in node && hasJudgedNodes(node.body.nodes)));

const asksModels = (assertions: readonly PlacedAssertion[]): boolean =>
  assertions.some(({ assertion }) => assertion.asksModels);
