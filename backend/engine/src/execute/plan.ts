import type { Json, JsonObject, Target } from '@rehearse/contracts';
import type { CompiledGraph, PlacedAssertion } from '../graph/model.js';
import type { MockBindings } from '../ports.js';

/** All that stays the same while a run goes on. */
export interface Plan {
  graph: CompiledGraph;
  vars: JsonObject;
  seed: number;
  chaos: string | null;
  caseId: string | null;
  repeat: number;
  live: boolean;
  offline: boolean;
  caseAssertions: readonly PlacedAssertion[];
  /** Null when a target can be called, else why it is passed over. */
  unavailable(target: Target, place: { key: string; attempt: number }): string | null;
  /** The place in the file of every assertion and contract, by the key of its event. */
  positions: ReadonlyMap<string, number>;
  /** The nodes whose results a node may speak of: all that it needs, directly or through others. */
  ancestors: readonly ReadonlySet<string>[];
  /** Node indexes so that each stands behind all that it needs; else in file order. */
  causalOrder: readonly number[];
}

export type PlanRequest = Omit<Plan, 'positions' | 'ancestors' | 'causalOrder'>;

export function makePlan(request: PlanRequest): Plan {
  const { graph, caseAssertions } = request;
  const { ancestors, causalOrder } = relate(graph);
  return { ...request, ancestors, causalOrder, positions: verdictPositions(graph, caseAssertions) };
}

function relate(graph: CompiledGraph): Pick<Plan, 'ancestors' | 'causalOrder'> {
  const depth: number[] = [];
  const ancestors: Set<string>[] = graph.nodes.map(() => new Set());
  const visit = (index: number): number => {
    const known = depth[index];
    if (known !== undefined) return known;
    let deepest = 0;
    for (const need of graph.nodes[index]!.needs) {
      const parent = graph.nodeById.get(need)!.index;
      deepest = Math.max(deepest, visit(parent) + 1);
      ancestors[index]!.add(need);
      for (const above of ancestors[parent]!) ancestors[index]!.add(above);
    }
    return (depth[index] = deepest);
  };
  const order = graph.nodes.map(({ index }) => index);
  for (const index of order) visit(index);
  return { ancestors, causalOrder: order.toSorted((a, b) => depth[a]! - depth[b]! || a - b) };
}

function verdictPositions(graph: CompiledGraph, caseAssertions: readonly PlacedAssertion[]) {
  const keys: string[] = [];
  for (const node of graph.nodes) {
    node.requires.forEach((_, i) => keys.push(requiresKey(node.id, i)));
    node.ensures.forEach((_, i) => keys.push(ensuresKey(node.id, i)));
    keys.push(builtInKey('output', node.id), builtInKey('max-turns', node.id));
    keys.push(...node.assertions.map(({ id }) => id));
  }
  for (const tool of graph.tools.keys()) keys.push(returnsKey(tool));
  keys.push(...graph.contracts.map(({ id }) => contractKey(id)));
  keys.push(...graph.assertions.map(({ id }) => id), ...caseAssertions.map(({ id }) => id));
  keys.push(OUTPUT_KEY);
  return new Map(keys.map((key, position) => [key, position]));
}

/** The result that says why a graph's `output` could not be evaluated. */
export const OUTPUT_KEY = 'output';
export const contractKey = (id: string): string => `contract/${id}`;
export const builtInKey = (id: 'output' | 'max-turns', node: string): string => `contract/${id}/${node}`;
export const ensuresKey = (node: string, index: number): string => `contract/${node}.ensures[${index}]`;
export const requiresKey = (node: string, index: number): string => `contract/${node}.requires[${index}]`;
export const returnsKey = (tool: string): string => `contract/tools.${tool}.returns`;

/** `run` and `case` in expressions. */
export const runBindings = (plan: Plan): { run: Json; case: Json } => ({
  run: { seed: plan.seed, chaos: plan.chaos },
  case: { id: plan.caseId },
});

/** What a mock sees of the run beside the request. */
export const mockBindings = (plan: Plan, node: string, turn: number): MockBindings => ({
  node,
  turn,
  vars: plan.vars,
  run: { seed: plan.seed, chaos: plan.chaos },
  caseId: plan.caseId,
});

/** The edges of a graph as lanes: a lane starts from the heads of the lanes that its node needs. */
export const laneNeedsOf =
  (graph: CompiledGraph) =>
  (lane: string): readonly string[] =>
    graph.nodeById.get(lane)?.needs ?? [];
