import { everyNode } from '../graph/body.js';
import type { CompiledNode } from '../graph/model.js';

interface NamedAgent {
  node: string;
  name: string;
}

const known = new WeakMap<readonly CompiledNode[], ReadonlyMap<string, string>>();

/** The names of a graph's agents by their nodes: what a node says under `agent`, else its id. A graph within has its own. */
export function agentNames(nodes: readonly CompiledNode[]): ReadonlyMap<string, string> {
  const names = known.get(nodes) ?? new Map(nodes.flatMap(agentsOf).map(({ node, name }) => [node, name]));
  known.set(nodes, names);
  return names;
}

function agentsOf(node: CompiledNode): NamedAgent[] {
  if (node.type === 'graph') return [];
  return 'body' in node ? node.body.nodes.flatMap(agentsOf) : named(node);
}

const named = ({ id, spec }: CompiledNode): NamedAgent[] =>
  spec.type === 'agent' ? [{ node: id, name: spec.agent ?? id }] : [];

/** All agents, also those of graphs within the graph. */
export const allAgents = (nodes: readonly CompiledNode[]): NamedAgent[] =>
  [...everyNode({ nodes })].flatMap(named);
