import type { Diagnostic, GraphDocument, Json, JsonObject, SimulationAgent } from '@rehearse/contracts';
import { closestName, compileGraph, type CompiledGraph, optionsOf, printGraph } from '@rehearse/engine';
import { AppError } from '../../platform/errors/index.js';

/** The conversation that is added where a graph has an agent alone. */
const CONVERSATION = 'simulation';
/** Of a graph that is made for an agent that no graph has. */
const AGENT = 'agent';
const PERSONA_ROUTE = 'persona';
const MADE_GRAPH = 'simulated-agent';
const LONGEST_NAME = 63;

/** An agent that stands in no graph. */
export type GivenAgent = Exclude<SimulationAgent, { graph: string }>;

/** Stands in the text of the graph; each run has a persona of its own in its place. */
const PLACEHOLDER = 'impatient-customer';

/** The node that is meant: a conversation, or an agent that one is to be made for; the only one where none is named. */
export function nodeFor(graph: CompiledGraph, asked: string | undefined): { id: string; isAgent: boolean } {
  const { nodes } = graph.document;
  const ids = (type: string) => Object.keys(nodes).filter((id) => nodes[id]!.type === type);
  const [conversations, agents] = [ids('conversation'), ids('agent')];
  const some = conversations.length > 0 ? conversations : agents;
  if (asked === undefined) {
    if (some.length === 1) return { id: some[0]!, isAgent: conversations.length === 0 };
    const why =
      some.length === 0
        ? `the graph ${graph.name} has neither a conversation nor an agent`
        : `the graph ${graph.name} has several: name one of ${some.join(', ')}`;
    throw noAgent('agent.node', why);
  }
  if (conversations.includes(asked)) return { id: asked, isAgent: false };
  if (agents.includes(asked)) return { id: asked, isAgent: true };
  const near = closestName(asked, [...conversations, ...agents]);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw noAgent('agent.node', `the graph ${graph.name} has no conversation and no agent ${asked}${hint}`);
}

/** The graph with a conversation in which a persona talks with one of its agents. */
export function withConversation(
  graph: CompiledGraph,
  { agent, simulator }: { agent: string; simulator: string | undefined },
): { graph: CompiledGraph; node: string } {
  const { document } = graph;
  const node = freeName(Object.keys(document.nodes));
  const routes = Object.keys(document.providers ?? {});
  if (simulator === undefined && routes.length > 1)
    throw new AppError('simulation/bad-agent', `simulator: name one of ${routes.join(', ')}.`, {
      errors: [{ path: 'simulator', message: 'the graph has several routes: name the one that speaks' }],
    });
  const speaker = simulator !== undefined && { provider: simulator };
  const conversation = { type: 'conversation', agent, persona: PLACEHOLDER, ...speaker };
  // What it is asked otherwise, it is asked by the persona.
  const { prompt: _, ...own } = document.nodes[agent] as Extract<
    GraphDocument['nodes'][string],
    { type: 'agent' }
  >;
  const made = {
    ...document,
    name: `${document.name}-${CONVERSATION}`.slice(0, LONGEST_NAME),
    nodes: { ...document.nodes, [agent]: own, [node]: conversation },
  };
  return { graph: compiled(made as GraphDocument, graph), node };
}

/** A graph of an agent that is given by itself, and of the persona that talks with it. */
export function graphOfAgent(
  agent: GivenAgent,
  simulator: string | JsonObject | undefined,
): { graph: CompiledGraph; node: string } {
  const speaker = simulator ?? ('model' in agent ? agent.model : undefined);
  if (typeof speaker !== 'object')
    throw new AppError(
      'simulation/bad-agent',
      typeof speaker === 'string'
        ? `simulator: ${speaker} is a route of a graph, and there is none; give a target, as in {"provider": "openai", "model": "…"}`
        : 'simulator: say who speaks for the personas, as in {"provider": "openai", "model": "…"}',
      { errors: [{ path: 'simulator', message: 'a target is needed' }] },
    );
  const isModel = 'model' in agent;
  const route: JsonObject = isModel
    ? { [AGENT]: { targets: [agent.model], ...(agent.params && { params: agent.params }) } }
    : {};
  const made: JsonObject = {
    ...{ apiVersion: 'rehearse/v1', kind: 'Graph', name: MADE_GRAPH },
    providers: { ...route, [PERSONA_ROUTE]: { targets: [speaker] } },
    nodes: {
      [AGENT]: isModel
        ? { type: 'agent', provider: AGENT, system: agent.system }
        : { type: 'agent', driver: 'http', http: agent.http as Json },
      [CONVERSATION]: {
        ...{ type: 'conversation', agent: AGENT, persona: PLACEHOLDER, provider: PERSONA_ROUTE },
      },
    },
    ...(agent.assert && { assert: agent.assert }),
  };
  return { graph: compiled(made as unknown as GraphDocument), node: CONVERSATION };
}

function compiled(document: GraphDocument, beside?: CompiledGraph): CompiledGraph {
  const result = compileGraph(printGraph(document), optionsOf(beside?.enclosures ?? {}));
  if (result.ok) return result.graph;
  throw badAgent(result.diagnostics);
}

function badAgent(diagnostics: readonly Diagnostic[]): AppError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  return new AppError('simulation/bad-agent', `${first?.path}: ${first?.message}`, { errors });
}

function noAgent(path: string, message: string): AppError {
  return new AppError('simulation/no-agent', `${message}.`, { errors: [{ path, message }] });
}

function freeName(taken: readonly string[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? CONVERSATION : `${CONVERSATION}_${n}`;
    if (!taken.includes(name)) return name;
  }
}
