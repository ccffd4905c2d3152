import { graphlib, layout as arrange } from '@dagrejs/dagre';

export const NODE_WIDTH = 208;
export const NODE_HEIGHT = 58;

export interface LayoutRequest {
  id: number;
  nodes: string[];
  edges: [from: string, to: string][];
}
export interface LayoutAnswer {
  id: number;
  places: Record<string, { x: number; y: number }>;
}

/** Where each node stands, top to bottom; the corner, not the centre. */
export function place({ nodes, edges }: Omit<LayoutRequest, 'id'>): LayoutAnswer['places'] {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 36, ranksep: 54, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const [from, to] of edges) graph.setEdge(from, to);
  arrange(graph);
  return Object.fromEntries(
    nodes.map((node) => {
      const { x, y } = graph.node(node) as { x: number; y: number };
      return [node, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
    }),
  );
}
