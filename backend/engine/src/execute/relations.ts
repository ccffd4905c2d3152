import type { CompiledBody } from '../graph/model.js';

/** How the nodes of a body stand to each other. */
export interface Relations {
  /** The nodes whose results a node may speak of: all that it needs, directly or through others. */
  ancestors: readonly ReadonlySet<string>[];
  /** Node indexes so that each stands behind all that it needs; else in file order. */
  causalOrder: readonly number[];
  /** The nodes that need a node, in file order. */
  dependents: readonly (readonly number[])[];
}

const known = new WeakMap<CompiledBody, Relations>();

export function relationsOf(body: CompiledBody): Relations {
  const relations = known.get(body) ?? relate(body);
  known.set(body, relations);
  return relations;
}

function relate(body: CompiledBody): Relations {
  const depth: number[] = [];
  const ancestors: Set<string>[] = body.nodes.map(() => new Set());
  const dependents: number[][] = body.nodes.map(() => []);
  const visit = (index: number): number => {
    const before = depth[index];
    if (before !== undefined) return before;
    let deepest = 0;
    for (const need of body.nodes[index]!.needs) {
      const parent = body.nodeById.get(need)!.index;
      deepest = Math.max(deepest, visit(parent) + 1);
      ancestors[index]!.add(need);
      for (const above of ancestors[parent]!) ancestors[index]!.add(above);
    }
    return (depth[index] = deepest);
  };
  for (const { index, needs } of body.nodes) {
    visit(index);
    for (const need of needs) dependents[body.nodeById.get(need)!.index]!.push(index);
  }
  const causalOrder = body.nodes.map(({ index }) => index).toSorted((a, b) => depth[a]! - depth[b]! || a - b);
  return { ancestors, causalOrder, dependents };
}
