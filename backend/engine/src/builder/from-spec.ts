import {
  API_VERSION,
  type Diagnostic,
  type GenerateAnswer,
  type GraphDocument,
  type GraphSpec,
  type JsonObject,
} from '@rehearse/contracts';
import { closestName } from '../expression/index.js';
import { generated, toldOf } from './generated.js';

const ASKS_A_MODEL = new Set(['llm', 'agent', 'conversation']);

/**
 * The graph that a program describes by lists of nodes and edges. A graph that asks a model and names no provider gets a
 * mock, so that it runs. What is wrong with it is in the diagnostics.
 */
export function graphFromSpec({ name = 'built', nodes, edges = [], ...sections }: GraphSpec): GenerateAnswer {
  const told: Diagnostic[] = [];
  const known = nodesOf(nodes, told);
  for (const [index, edge] of edges.entries()) addEdge(known, { edge, index, told });
  const lacksProvider = sections.providers === undefined && nodes.some(({ type }) => ASKS_A_MODEL.has(type));
  const document = {
    ...{ apiVersion: API_VERSION, kind: 'Graph', name },
    ...sections,
    ...(lacksProvider && MOCK),
    nodes: Object.fromEntries(known),
  };
  return generated(document as GraphDocument, told);
}

const MOCK = {
  providers: { main: { targets: [{ provider: 'mock', script: 'main' }] } },
  mocks: { main: [{ reply: { content: 'A mock was asked: {{ last.content }}' } }] },
};

function nodesOf(nodes: GraphSpec['nodes'], told: Diagnostic[]): Map<string, JsonObject> {
  const known = new Map<string, JsonObject>();
  for (const [index, { id, ...node }] of nodes.entries()) {
    if (!known.has(id)) known.set(id, node as JsonObject);
    else
      told.push(
        toldOf({
          ...{ code: 'graph/duplicate-id', severity: 'error', path: `nodes[${index}].id` },
          message: `the id \`${id}\` stands twice; the first is kept`,
        }),
      );
  }
  return known;
}

interface PlacedEdge {
  edge: NonNullable<GraphSpec['edges']>[number];
  index: number;
  told: Diagnostic[];
}

function addEdge(nodes: Map<string, JsonObject>, { edge, index, told }: PlacedEdge): void {
  const unknown = (['from', 'to'] as const).filter((end) => !nodes.has(edge[end]));
  for (const end of unknown) {
    const near = closestName(edge[end], [...nodes.keys()]);
    const path = `edges[${index}].${end}`;
    const message = `there is no node \`${edge[end]}\``;
    const finding = toldOf({ code: 'graph/unknown-node', severity: 'error', message, path });
    told.push(near === undefined ? finding : { ...finding, suggestion: `did you mean \`${near}\`?` });
  }
  if (unknown.length > 0) return;
  const node = nodes.get(edge.to)!;
  const needs = Array.isArray(node['needs']) ? node['needs'] : [];
  node['needs'] = needs.includes(edge.from) ? needs : [...needs, edge.from];
  if (edge.when !== undefined) node['when'] = both(node['when'] as string | undefined, edge.when);
}

const both = (one: string | undefined, other: string): string =>
  one === undefined ? other : `(${one}) && (${other})`;
