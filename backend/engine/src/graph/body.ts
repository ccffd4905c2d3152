import type { CompiledBody, CompiledNode } from './model.js';

/** The nodes of a body with those within them, also of graphs within the graph; each before what it holds. */
export function* everyNode({ nodes }: Pick<CompiledBody, 'nodes'>): Generator<CompiledNode> {
  for (const node of nodes) {
    yield node;
    if ('body' in node) yield* everyNode(node.body);
  }
}

/** Nodes in file order as a body. */
export function bodyOf(nodes: readonly CompiledNode[]): CompiledBody {
  const needed = new Set(nodes.flatMap(({ needs }) => needs));
  return {
    nodes,
    nodeById: new Map(nodes.map((node) => [node.id, node])),
    leaves: nodes.filter(({ id }) => !needed.has(id)).map(({ id }) => id),
  };
}
