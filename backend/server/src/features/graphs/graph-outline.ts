import type { GraphNodeView, GraphView, Json } from '@rehearse/contracts';
import {
  ruleOf,
  type CompiledCase,
  type CompiledContract,
  type CompiledGraph,
  type CompiledNode,
} from '@rehearse/engine';

/** What a graph version shows without being compiled again; stored beside its source. */
export interface GraphOutline {
  nodes: GraphNodeView[];
  contracts: GraphView['contracts'];
  /** The first of them. */
  cases: GraphView['cases'];
  /** Of all; an outline of an older release has it not, and holds all cases. */
  caseCount?: number;
  /** An outline of an older release has it not. */
  chaos?: GraphView['chaos'];
  inputs: Json;
  /** Made by an import: it has no nodes that could run. */
  imported: boolean;
}

/** A list of more helps nobody. */
const MOST_CASES = 1_000;

export const outlineOf = (graph: CompiledGraph): GraphOutline => ({
  nodes: graph.nodes.map(nodeView),
  contracts: graph.contracts.map(contractView),
  cases: firstCases(graph).map(caseView),
  caseCount: graph.cases.size,
  chaos: chaosViews(graph),
  inputs: graph.document.inputs ?? null,
  imported: false,
});

function firstCases({ cases }: CompiledGraph): CompiledCase[] {
  const first: CompiledCase[] = [];
  for (const one of cases) if (first.push(one) === MOST_CASES) break;
  return first;
}

const chaosViews = ({ document }: CompiledGraph): GraphView['chaos'] =>
  Object.entries(document.chaos ?? {}).map(([name, rules]) => ({
    name,
    rules: rules.map(({ on, fault }) => ({ on, fault })),
  }));

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
  line: contract.range.line,
  rule: ruleOf(contract),
});

const caseView = (entry: CompiledCase) => ({
  id: entry.id,
  vars: entry.vars,
  repeats: entry.repeat.runs,
});
