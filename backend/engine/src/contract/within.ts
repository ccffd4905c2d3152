import type { JournalEvent, JsonObject } from '@rehearse/contracts';
import type { CompiledBody, CompiledGraph, CompiledNode } from '../graph/model.js';
import { keySteps } from '../journal/keys.js';
import type { Finding, Monitor } from './monitor.js';

/** A graph within a graph, at its place in the file: `each/sub`. */
interface GraphWithin {
  place: string;
  graph: CompiledGraph;
}

const known = new WeakMap<readonly CompiledNode[], readonly GraphWithin[]>();

/** The graphs within a graph, each before those within it. */
export function graphsWithin({ nodes }: Pick<CompiledBody, 'nodes'>): readonly GraphWithin[] {
  const found = known.get(nodes) ?? nodes.flatMap(graphsAt);
  known.set(nodes, found);
  return found;
}

/** A graph and all within it. */
export const graphsIn = (graph: CompiledGraph): readonly CompiledGraph[] => [
  graph,
  ...graphsWithin(graph).map((within) => within.graph),
];

function graphsAt(node: CompiledNode): GraphWithin[] {
  if (!('body' in node)) return [];
  const inside = graphsWithin(node.body).map(({ place, graph }) => ({ place: `${node.id}/${place}`, graph }));
  return node.type === 'graph' ? [{ place: node.id, graph: node.body }, ...inside] : inside;
}

/** The contracts of a graph within a graph, and what its tools return, by the keys of their findings there. */
export const placesOfRules = ({ place, graph }: GraphWithin): string[] => [
  ...[...graph.tools.keys()].map((tool) => ruleKey(place, `tools.${tool}.returns`)),
  ...graph.contracts.map(({ id }) => ruleKey(place, id)),
];

/** The keys of the findings that end a run, as they stand in the file. */
export function stoppingRules(graph: CompiledGraph): ReadonlySet<string> {
  const rules =
    stops.get(graph) ??
    new Set([
      ...stopping(graph).map((id) => `contract/${id}`),
      ...graphsWithin(graph).flatMap(({ place, graph: inner }) =>
        stopping(inner).map((id) => ruleKey(place, id)),
      ),
    ]);
  stops.set(graph, rules);
  return rules;
}

const stops = new WeakMap<CompiledGraph, ReadonlySet<string>>();

const stopping = ({ contracts }: CompiledGraph): string[] =>
  contracts.filter(({ spec }) => spec.stopOnViolation).map(({ id }) => id);

/** `contract/sub.contracts.no-drop`, `contract/sub.tools.look.returns`: by the execution of the node, and the rule there; of the run itself without. */
export function ruleKey(execution: string, rule: string): string {
  if (execution === '') return `contract/${rule}`;
  return `contract/${execution}.${rule.startsWith('tools.') ? '' : 'contracts.'}${rule}`;
}

interface Watching {
  /** The vars of an execution of a graph within the graph, by its key. */
  varsAt(execution: string): JsonObject;
  watch(graph: CompiledGraph, vars: JsonObject): Monitor;
}

/**
 * Watches the graphs within a graph, each execution for itself: it sees the events of its own nodes, and its end is
 * that of the node that holds it. Null where none has a rule.
 */
export function watchWithin(nodes: readonly CompiledNode[], { varsAt, watch }: Watching): Monitor | null {
  const ruled = graphsWithin({ nodes })
    .filter(({ graph }) => hasRules(graph))
    .map(({ place, graph }) => ({ graph, pattern: executionOf(place) }));
  if (ruled.length === 0) return null;
  const open = new Map<string, Monitor>();
  const observe = (event: JournalEvent, graph: CompiledGraph, execution: string): Finding[] => {
    const monitor = open.get(execution);
    if (event.key !== execution) {
      const watching = monitor ?? watch(graph, varsAt(execution));
      open.set(execution, watching);
      return watching.observe(event);
    }
    const reason = endOf(event);
    if (!monitor || reason === undefined) return [];
    open.delete(execution);
    return monitor.end(reason);
  };
  return {
    observe: (event) =>
      ruled.flatMap(({ graph, pattern }) => {
        const execution = pattern.exec(event.key)?.[0];
        if (execution === undefined) return [];
        return observe(event, graph, execution).map((finding) => placed(finding, execution));
      }),
    end: (endedEarly) =>
      [...open].flatMap(([execution, monitor]) =>
        monitor.end(endedEarly).map((finding) => placed(finding, execution)),
      ),
  };
}

const hasRules = ({ contracts, tools }: CompiledGraph): boolean =>
  contracts.length > 0 || [...tools.values()].some(({ returns }) => returns);

/** Why nothing more can come, null after a whole execution; undefined while it goes on. */
function endOf(event: JournalEvent): string | null | undefined {
  if (event.type === 'node.finished') return null;
  return event.type === 'node.errored' ? `the node errored: ${event.data.error.message}` : undefined;
}

/** The executions of a node, by its place in the file: `each/sub` is meant by `each/item[2]/sub/ask/turn[1]`. */
const executionOf = (place: string): RegExp =>
  new RegExp(String.raw`^${place.split('/').join(String.raw`(?:/(?:item|iter)\[\d+\])?/`)}(?=/|$)`);

const placed = (finding: Finding, execution: string): Finding => ({
  ...finding,
  id: `${execution}/${finding.id}`,
  key: ruleKey(execution, finding.key.slice('contract/'.length)),
});

/** What a lane is to the graph that it lies in. */
export type Surrounding = Pick<CompiledGraph, 'nodes' | 'tools'>;

/** The graph that a lane lies in: the innermost around its node. */
export function innermost(graph: Surrounding): (lane: string) => Surrounding {
  if (graphsWithin(graph).length === 0) return () => graph;
  const found = new Map<string, Surrounding>();
  return (lane) => {
    const around = found.get(lane) ?? graphAround(graph, lane);
    found.set(lane, around);
    return around;
  };
}

function graphAround(graph: Surrounding, lane: string): Surrounding {
  let [body, around]: [Pick<CompiledBody, 'nodes'>, Surrounding] = [graph, graph];
  for (const { node: id } of keySteps(lane).slice(0, -1)) {
    const node = body.nodes.find((one) => one.id === id);
    if (!node || !('body' in node)) break;
    body = node.body;
    if (node.type === 'graph') around = node.body;
  }
  return around;
}
