import { describe, expect, it } from '@jest/globals';
import { NODE_HEIGHT, place } from './layout.js';

describe('the layout of a graph', () => {
  it('puts every node below the nodes that it needs', () => {
    const edges: [string, string][] = [
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'd'],
      ['c', 'd'],
      ['a', 'd'],
    ];
    const { places, bends } = place({ nodes: ['a', 'b', 'c', 'd'], edges });
    const y = (node: string) => places[node]?.y ?? NaN;
    for (const [from, to] of edges) expect(y(to)).toBeGreaterThan(y(from) + NODE_HEIGHT);
    expect(Object.keys(bends)).toHaveLength(edges.length);
  });

  it('takes a graph without edges, and one without nodes', () => {
    expect(Object.keys(place({ nodes: ['a', 'b'], edges: [] }).places)).toEqual(['a', 'b']);
    expect(place({ nodes: [], edges: [] })).toEqual({ places: {}, bends: {} });
  });
});
