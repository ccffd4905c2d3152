import { isBefore } from '../execute/causal-past.js';
import type { CompiledBody, CompiledContract, CompiledGraph, CompiledNode } from '../graph/model.js';

/**
 * Whether a contract relates events whose order may differ between two live runs: one that relates events to each other
 * (or an invariant, which sees what is known so far) in a graph in which two steps that it speaks of may run side by side.
 */
export function isOrderSensitive(graph: CompiledGraph, contract: CompiledContract): boolean {
  const { precedes, responds, between, invariant } = contract.spec;
  if (!precedes && !responds && !between && invariant === undefined) return false;
  const steps = concerned(graph, contract);
  return steps.some((a, i) =>
    steps.slice(i + 1).some((b) => !isBefore(graph, a, b) && !isBefore(graph, b, a)),
  );
}

/** The keys of the steps that can cause the events that a contract speaks of. */
function concerned(graph: CompiledGraph, { spec, predicates }: CompiledContract): string[] {
  const all = Object.values(predicates);
  const [named] = all;
  const isOfNamedNodes = all.length === 1 && named!.names.every((name) => name === 'nodes');
  if (spec.invariant !== undefined && isOfNamedNodes && named!.nodeReferences.length > 0)
    return named!.nodeReferences.filter((id) => graph.nodeById.has(id));
  // Turns are counted over all nodes.
  const countsTurns = spec.responds?.within !== undefined;
  const isAboutTools = !countsTurns && all.every(({ names }) => names.includes('tool'));
  return [...stepsOf(graph, '', isAboutTools ? callsTools : acts)];
}

/** Of a body that runs for several items at once, two of them: they are beside each other. */
function* stepsOf(
  body: CompiledBody,
  prefix: string,
  isMeant: (node: CompiledNode) => boolean,
): Generator<string> {
  for (const node of body.nodes) {
    const key = prefix + node.id;
    if (isMeant(node)) yield key;
    if (!('body' in node)) continue;
    for (const place of placesIn(node)) yield* stepsOf(node.body, `${key}${place}`, isMeant);
  }
}

function placesIn(node: CompiledNode): string[] {
  if (node.type === 'loop') return ['/iter[1]/'];
  if (node.type !== 'forEach') return ['/'];
  return node.concurrency > 1 ? ['/item[1]/', '/item[2]/'] : ['/item[1]/'];
}

const acts = ({ type }: CompiledNode): boolean =>
  type === 'llm' || type === 'agent' || type === 'tool' || type === 'conversation';

const callsTools = (node: CompiledNode): boolean =>
  node.type === 'tool' || (node.type === 'agent' && node.tools.length > 0);
