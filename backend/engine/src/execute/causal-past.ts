import type { CompiledBody, CompiledGraph, CompiledNode } from '../graph/model.js';
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

/** Whether something may run while the node of a lane does: another branch, or another item. */
export function hasBeside(graph: CompiledGraph, lane: string): boolean {
  let body: CompiledBody | undefined = graph;
  let around: CompiledNode | undefined;
  for (const { node: id } of keySteps(lane)) {
    const node: CompiledNode | undefined = body?.nodeById.get(id);
    if (!body || !node) return true;
    if (around?.type === 'forEach' && around.concurrency > 1) return true;
    if (body.nodes.some((other) => other !== node && !isOrdered(body!, node, other))) return true;
    [around, body] = [node, 'body' in node ? node.body : undefined];
  }
  return false;
}

function isOrdered(body: CompiledBody, a: CompiledNode, b: CompiledNode): boolean {
  const { ancestors } = relationsOf(body);
  return ancestors[a.index]!.has(b.id) || ancestors[b.index]!.has(a.id);
}
