import type { GraphNodeView, GraphView, Json } from '@rehearse/contracts';
import type { CompiledCase, CompiledContract, CompiledGraph, CompiledNode } from '@rehearse/engine';

/** What a graph version shows without being compiled again; stored beside its source. */
export interface GraphOutline {
  nodes: GraphNodeView[];
  contracts: GraphView['contracts'];
  cases: GraphView['cases'];
  inputs: Json;
  /** Made by an import: it has no nodes that could run. */
  imported: boolean;
}

export const outlineOf = (graph: CompiledGraph): GraphOutline => ({
  nodes: graph.nodes.map(nodeView),
  contracts: graph.contracts.map(contractView),
  cases: graph.cases.map(caseView),
  inputs: graph.document.inputs ?? null,
  imported: false,
});

/** A graph that stands for recordings: one node, which nothing can run again. */
export const importedOutline = (): GraphOutline => ({
  nodes: [{ id: 'recorded', type: 'recorded', needs: [], when: null, description: null, line: 1 }],
  contracts: [],
  cases: [],
  inputs: null,
  imported: true,
});

export const nodeView = (node: CompiledNode): GraphNodeView => ({
  id: node.id,
  type: node.type,
  needs: [...node.needs],
  when: node.when?.source ?? null,
  description: node.spec.description ?? null,
  line: node.range.line,
});

const contractView = (contract: CompiledContract) => ({
  id: contract.id,
  severity: contract.severity,
  description: contract.spec.description ?? null,
});

const caseView = (entry: CompiledCase) => ({
  id: entry.id,
  vars: entry.vars,
  repeats: entry.repeat.runs,
});
