import { graphlib, layout as arrange } from '@dagrejs/dagre';

export const NODE_WIDTH = 208;
export const NODE_HEIGHT = 58;

export interface LayoutRequest {
  id: number;
  nodes: string[];
  edges: [from: string, to: string][];
}
export interface Point {
  x: number;
  y: number;
}
export interface Layout {
  /** The corner of each node. */
  places: Record<string, Point>;
  /** The bends of each edge, `from → to`, which lead it around the nodes between. */
  bends: Record<string, Point[]>;
}
export interface LayoutAnswer extends Layout {
  id: number;
}

export const edgeName = (from: string, to: string): string => `${from} → ${to}`;

/** Where each node stands, top to bottom, and how the edges go. */
export function place({ nodes, edges }: Omit<LayoutRequest, 'id'>): Layout {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 36, ranksep: 54, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const [from, to] of edges) graph.setEdge(from, to);
  arrange(graph);
  const places = nodes.map((node): [string, Point] => {
    const { x, y } = graph.node(node) as Point;
    return [node, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
  });
  const bends = edges.map(([from, to]): [string, Point[]] => {
    const { points } = graph.edge(from, to) as { points: Point[] };
    // dagre bends an edge at every rank and half-way between; at a rank is where it has to keep clear of nodes.
    const atRanks = points.slice(1, -1).filter((_, index) => index % 2 === 1);
    return [edgeName(from, to), atRanks.map(({ x, y }) => ({ x, y }))];
  });
  return { places: Object.fromEntries(places), bends: Object.fromEntries(bends) };
}
