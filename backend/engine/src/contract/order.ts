import type { CompiledContract, CompiledGraph, CompiledNode } from '../graph/model.js';

/**
 * Whether a contract relates events whose order may differ between two live runs: a precedence in a graph in which two
 * nodes that can cause such events may run side by side.
 */
export function isOrderSensitive(graph: CompiledGraph, { spec, predicates }: CompiledContract): boolean {
  if (spec.precedes === undefined) return false;
  const isAboutTools = Object.values(predicates).every(({ names }) => names.includes('tool'));
  const nodes = graph.nodes.filter(isAboutTools ? callsTools : acts).map(({ id }) => id);
  return nodes.some((a, i) => nodes.slice(i + 1).some((b) => !reaches(graph, a, b) && !reaches(graph, b, a)));
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
