import type { CompiledBody, CompiledNode } from './model.js';

/** Nodes in file order as a body. */
export function bodyOf(nodes: readonly CompiledNode[]): CompiledBody {
  const needed = new Set(nodes.flatMap(({ needs }) => needs));
  return {
    nodes,
    nodeById: new Map(nodes.map((node) => [node.id, node])),
    leaves: nodes.filter(({ id }) => !needed.has(id)).map(({ id }) => id),
  };
}
