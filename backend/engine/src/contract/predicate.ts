import { withSeverity, type JournalEvent, type Json, type JsonObject } from '@rehearse/contracts';
import type { CompiledExpression } from '../expression/index.js';
import type { CompiledGraph } from '../graph/model.js';
import { isOutsideDigests, RECORDED_NODE, RUN_LANE, VERDICT_LANE } from '../journal/digest.js';
import { turnOf } from '../journal/keys.js';
import { agentNames, allAgents } from './agents.js';
import type { Surrounding } from './within.js';

/** Checks and control are no part of the trajectory. */
export const isOnTrajectory = (event: JournalEvent): boolean =>
  event.lane !== VERDICT_LANE && !isOutsideDigests(event.type) && event.type !== 'run.finished';

/** A predicate that names `tool` or `category` and not `type` sees `tool.called` only; any other sees every event. */
export function seesCallsOnly({ names }: CompiledExpression): boolean {
  return !names.includes('type') && (names.includes('tool') || names.includes('category'));
}

/** What the graph adds to what an event says of itself. */
export interface Surroundings {
  vars: JsonObject;
  /** The node of a lane: the innermost, `a` of `each/item[2]/a`; null for the run itself. */
  nodeOf(lane: string): string | null;
  /** The name of the agent that acts in a lane; null where its node is none. */
  agentOf(lane: string): string | null;
  /** The `category` of a tool that is called in a lane, or null. */
  categoryOf(tool: string, lane: string): string | null;
}

interface Around extends Pick<Surroundings, 'vars'>, Pick<CompiledGraph, 'nodes'> {
  /** The graph that a lane lies in: two may have nodes and tools of the same names. */
  graphOf(lane: string): Surrounding;
}

export function surroundings({ nodes, vars, graphOf }: Around): Surroundings {
  const agents = allAgents(nodes);
  // A recording has one node; lent to it, the contracts of a graph with one agent speak of that one.
  const recorded = agents.length === 1 ? agents[0]! : null;
  return {
    vars,
    nodeOf: (lane) => (lane === RECORDED_NODE ? (recorded?.node ?? RECORDED_NODE) : nodeOfLane(lane)),
    agentOf(lane) {
      if (lane === RECORDED_NODE) return recorded?.name ?? null;
      const node = nodeOfLane(lane);
      return node === null ? null : (agentNames(graphOf(lane).nodes).get(node) ?? null);
    },
    categoryOf: (tool, lane) => graphOf(lane).tools.get(tool)?.spec.category ?? null,
  };
}

const nodeOfLane = (lane: string): string | null =>
  lane === RUN_LANE ? null : lane.slice(lane.lastIndexOf('/') + 1);

/** The variables of a predicate: every one is bound, null where the event lacks it. */
export function eventBindings(event: JournalEvent, around: Surroundings): Record<string, Json> {
  const data = dataOf(event);
  const node = around.nodeOf(event.lane);
  const tool = data['tool'];
  return {
    type: event.type,
    node,
    agent: around.agentOf(event.lane),
    tool: tool ?? null,
    category: typeof tool === 'string' ? around.categoryOf(tool, event.lane) : null,
    args: data['args'] ?? null,
    result: data['result'] ?? null,
    turn: turnOf(event.key),
    at: event.at,
    key: event.key,
    data,
    inputs: around.vars,
    vars: around.vars,
  };
}

/** An error says how grave it is. */
const dataOf = ({ data }: JournalEvent): JsonObject =>
  'error' in data ? { ...data, error: withSeverity(data.error) } : data;
