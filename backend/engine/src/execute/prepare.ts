import type { CompiledBody, CompiledGraph, PlacedAssertion } from '../graph/model.js';
import type { Plan } from './plan.js';

const prepared = new WeakMap<CompiledGraph, Promise<unknown> | null>();

/** Loads what the assertions of a graph and of its cases need, for whoever evaluates them without running it. */
export const prepareGraph = (graph: CompiledGraph): Promise<void> =>
  prepareAssertions({ graph, caseAssertions: [...graph.cases].flatMap(({ assertions }) => assertions) });

/** Loads what the assertions of a run need; nothing to wait for where they need nothing. */
export async function prepareAssertions({
  graph,
  caseAssertions,
}: Pick<Plan, 'graph' | 'caseAssertions'>): Promise<void> {
  let own = prepared.get(graph);
  if (own === undefined) prepared.set(graph, (own = preparation(assertionsIn(graph))));
  const ofCase = preparation(caseAssertions);
  if (own) await own;
  if (ofCase) await ofCase;
}

function preparation(assertions: readonly PlacedAssertion[]): Promise<unknown> | null {
  const all = assertions.flatMap(({ assertion: { prepare } }) => (prepare ? [prepare] : []));
  return all.length === 0 ? null : Promise.all(all.map((prepare) => prepare()));
}

/** All assertions of a graph and of what runs inside of its nodes; those of cases are apart. */
export const assertionsIn = (graph: CompiledGraph): PlacedAssertion[] => [
  ...graph.assertions,
  ...assertionsOfNodes(graph),
];

const assertionsOfNodes = ({ nodes }: CompiledBody): PlacedAssertion[] =>
  nodes.flatMap((node) => [
    ...node.assertions,
    ...(node.type === 'conversation' ? node.script.flatMap(({ assertions }) => assertions) : []),
    ...(node.type === 'graph' ? assertionsIn(node.body) : 'body' in node ? assertionsOfNodes(node.body) : []),
  ]);
