import type { CompiledContract, CompiledGraph, CompiledNode } from '../graph/model.js';

/**
 * Whether a contract relates events whose order may differ between two live runs: one that relates events to each other
 * (or an invariant, which sees what is known so far) in a graph in which two nodes that it speaks of may run side by side.
 */
export function isOrderSensitive(graph: CompiledGraph, contract: CompiledContract): boolean {
  const { precedes, responds, between, invariant } = contract.spec;
  if (!precedes && !responds && !between && invariant === undefined) return false;
  const nodes = concerned(graph, contract);
  return nodes.some((a, i) => nodes.slice(i + 1).some((b) => !reaches(graph, a, b) && !reaches(graph, b, a)));
}

/** The nodes that can cause the events that a contract speaks of. */
function concerned(graph: CompiledGraph, { spec, predicates }: CompiledContract): string[] {
  const all = Object.values(predicates);
  const [named] = all;
  const isOfNamedNodes = all.length === 1 && named!.names.every((name) => name === 'nodes');
  if (spec.invariant !== undefined && isOfNamedNodes && named!.nodeReferences.length > 0)
    return named!.nodeReferences.filter((id) => graph.nodeById.has(id));
  // Turns are counted over all nodes.
  const countsTurns = spec.responds?.within !== undefined;
  const isAboutTools = !countsTurns && all.every(({ names }) => names.includes('tool'));
  return graph.nodes.filter(isAboutTools ? callsTools : acts).map(({ id }) => id);
}

const acts = ({ type }: CompiledNode): boolean => type === 'llm' || type === 'agent' || type === 'tool';

const callsTools = (node: CompiledNode): boolean =>
  node.type === 'tool' || (node.type === 'agent' && node.tools.length > 0);

function reaches(graph: CompiledGraph, from: string, to: string, seen = new Set<string>()): boolean {
  if (seen.has(to)) return false;
  seen.add(to);
  const { needs } = graph.nodeById.get(to)!;
  return needs.includes(from) || needs.some((need) => reaches(graph, from, need, seen));
}
