import type { ContractRule } from '@rehearse/contracts';
import type { CompiledBody, CompiledContract, CompiledGraph } from '../graph/model.js';
import type { NamedContract } from '../journal/fold.js';
import { NODE_CONTRACTS } from './built-in.js';
import { isOrderSensitive } from './order.js';
import { graphsWithin, ruleKey } from './within.js';

const known = new WeakMap<CompiledGraph, NamedContract[]>();

/**
 * The contracts of a graph and of those within it as they are shown: also those that hold, and the line at which each
 * stands. What nodes require and ensure, and what tools return, is shown where it does not hold.
 */
export function namedContracts(graph: CompiledGraph): NamedContract[] {
  const named = known.get(graph) ?? [
    ...contractsOf(graph, ''),
    ...graphsWithin(graph).flatMap(({ place, graph: inner }) => contractsOf(inner, place)),
    ...rulesOf(graph, '').map((rule) => ({ ...rule, isSilent: true as const })),
  ];
  known.set(graph, named);
  return named;
}

const contractsOf = (graph: CompiledGraph, place: string): NamedContract[] =>
  graph.contracts.map((contract) => ({
    id: place === '' ? contract.id : `${place}/${contract.id}`,
    key: ruleKey(place, contract.id),
    severity: contract.severity,
    line: contract.range.line,
    orderSensitive: isOrderSensitive(graph, contract),
    rule: ruleOf(contract),
    ...(place !== '' && { graph: graph.name }),
  }));

/** What a contract demands, as the graph says it. */
export function ruleOf({ spec }: CompiledContract): ContractRule {
  const { id: _, severity: __, ...rule } = spec;
  return rule;
}

interface Rule {
  id: string;
  key: string;
  severity: 'major';
  line: number;
  graph?: string;
  rule?: ContractRule;
}

/** `prefix` is where a body stands: `sub/`. Lines are of the file of the graph around. */
function rulesOf(graph: CompiledGraph, prefix: string): Rule[] {
  const rules: Rule[] = [];
  const add = (key: string, line: number, rule?: ContractRule): void => {
    const more = { ...(prefix !== '' && { graph: graph.name }), ...(rule && { rule }) };
    rules.push({ id: key, key: `contract/${key}`, severity: 'major', line, ...more });
  };
  const addAll = (body: CompiledBody, at: string): void => {
    for (const node of body.nodes) {
      const place = at + node.id;
      for (const [index, { range, source }] of node.requires.entries())
        add(`${place}.requires[${index}]`, range.line, { requires: source });
      for (const [index, { range, source }] of node.ensures.entries())
        add(`${place}.ensures[${index}]`, range.line, { ensures: source });
      for (const id of NODE_CONTRACTS) add(`${id}/${place}`, node.range.line);
      if (node.type === 'graph') rules.push(...rulesOf(node.body, `${place}/`));
      else if ('body' in node) addAll(node.body, `${place}/`);
    }
  };
  for (const [tool, { range }] of graph.tools)
    add(`${prefix.slice(0, -1)}${prefix && '.'}tools.${tool}.returns`, range?.line ?? 1);
  addAll(graph, prefix);
  return rules;
}
