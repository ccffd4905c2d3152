import type { Assertions, ContractSpec, JsonObject } from '@rehearse/contracts';
import type { z } from 'zod';
import { compileGraph, optionsOf } from '../graph/index.js';
import type { CompiledBody, CompiledGraph, CompiledNode } from '../graph/model.js';
import { RECORDED_NODE } from '../journal/digest.js';
import type { Tried } from './problem.js';

/**
 * A graph whose nodes do what they did, and are checked by the assertions, contracts and cases of another one: those of
 * the graph, and those of each node that the other has by the same id.
 */
export function withChecksOf(graph: CompiledGraph, lent: CompiledGraph): CompiledGraph {
  if (graph === lent) return graph;
  const { assertions, contracts, cases, seats, metamorphic } = lent;
  return { ...graph, ...bodyWith(graph, lent), assertions, contracts, cases, seats, metamorphic };
}

function bodyWith(body: CompiledBody, lent: CompiledBody): CompiledBody {
  const nodes = body.nodes.map((node) => nodeWith(node, lent.nodeById.get(node.id)));
  return { nodes, nodeById: new Map(nodes.map((node) => [node.id, node])), leaves: body.leaves };
}

function nodeWith(node: CompiledNode, lent: CompiledNode | undefined): CompiledNode {
  if (!lent) return node;
  const { assertions, requires, ensures } = lent;
  const checked: CompiledNode = { ...node, assertions, requires, ensures };
  if (!('body' in checked) || !('body' in lent)) return checked;
  const isGraph = checked.type === 'graph' && lent.type === 'graph';
  const inner = isGraph ? withChecksOf(checked.body, lent.body) : bodyWith(checked.body, lent.body);
  return { ...checked, body: inner } as CompiledNode;
}

export interface Checks {
  assert?: z.infer<typeof Assertions> | undefined;
  contracts?: readonly ContractSpec[] | undefined;
}

/** The graph with other assertions or contracts of its own; what is not given stays. A recording has no graph of its own. */
export function checkedBy(
  graph: CompiledGraph | null,
  { assert, contracts }: Checks,
): Tried<{ graph: CompiledGraph }> {
  const document: JsonObject = {
    ...(graph ? documentOf(graph) : RECORDING),
    ...(assert && { assert }),
    ...(contracts && { contracts: contracts as unknown as JsonObject[] }),
  };
  const compiled = compileGraph(JSON.stringify(document), graph ? optionsOf(graph.enclosures) : {});
  if (compiled.ok) return { ok: true, graph: compiled.graph };
  const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error');
  return {
    ok: false,
    problems: errors.map(({ path, message, suggestion }) => ({
      ...{ code: 'replay/bad-checks', path },
      message: suggestion ? `${message}; ${suggestion}` : message,
    })),
  };
}

function documentOf({ document }: CompiledGraph): JsonObject {
  const { matrix: _, ...rest } = document;
  return rest as unknown as JsonObject;
}

/** What stands for a recording: its one node does nothing here. */
const RECORDING: JsonObject = {
  ...{ apiVersion: 'rehearse/v1', kind: 'Graph', name: 'recording' },
  nodes: { [RECORDED_NODE]: { type: 'transform', value: 'null' } },
};
