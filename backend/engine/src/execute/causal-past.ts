import type { CompiledBody, CompiledGraph } from '../graph/model.js';
import { keySteps, type KeyStep } from '../journal/keys.js';
import { relationsOf } from './relations.js';

/**
 * Whether what has this key is before the other in every run of the graph, whatever the interleaving: earlier in the
 * same execution of a node, in a node that it needs, directly or through others, or in an earlier iteration. What
 * happened already is given; items of a `forEach` are beside each other.
 */
export function isBefore(graph: CompiledGraph, earlier: string, later: string): boolean {
  const [left, right] = [keySteps(earlier), keySteps(later)];
  let body: CompiledBody | undefined = graph;
  for (let level = 0; level < left.length && level < right.length; level++) {
    const [a, b] = [left[level]!, right[level]!];
    if (a.item !== b.item) return false;
    if (a.iteration !== b.iteration) return a.iteration < b.iteration;
    if (a.node !== b.node) return body !== undefined && needs(body, b, a);
    const node: CompiledBody['nodes'][number] | undefined = body?.nodeById.get(a.node);
    body = node && 'body' in node ? node.body : undefined;
  }
  return true;
}

function needs(body: CompiledBody, later: KeyStep, earlier: KeyStep): boolean {
  const node = body.nodeById.get(later.node);
  return node !== undefined && relationsOf(body).ancestors[node.index]!.has(earlier.node);
}
