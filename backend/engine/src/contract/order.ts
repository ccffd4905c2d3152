import type { CompiledContract, CompiledGraph } from '../graph/model.js';

const ACTS = new Set(['llm', 'agent', 'tool']);

/**
 * Whether a contract relates events whose order may differ between two live runs: a precedence in a graph in which two
 * nodes that act can run side by side.
 */
export const isOrderSensitive = (graph: CompiledGraph, { spec }: CompiledContract): boolean =>
  spec.precedes !== undefined && hasConcurrentLanes(graph);

function hasConcurrentLanes(graph: CompiledGraph): boolean {
  const acting = graph.nodes.filter(({ type }) => ACTS.has(type)).map(({ id }) => id);
  return acting.some((a, i) =>
    acting.slice(i + 1).some((b) => !reaches(graph, a, b) && !reaches(graph, b, a)),
  );
}

function reaches(graph: CompiledGraph, from: string, to: string, seen = new Set<string>()): boolean {
  if (seen.has(to)) return false;
  seen.add(to);
  const { needs } = graph.nodeById.get(to)!;
  return needs.includes(from) || needs.some((need) => reaches(graph, from, need, seen));
}
