import type { Node } from '@rehearse/contracts';

/** The agents that talk with a persona, each with its conversation: they run in it, and not by themselves. */
export const talkersIn = (nodes: Readonly<Record<string, Node>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(nodes).flatMap(([id, spec]): [string, string][] =>
      spec.type === 'conversation' && agentIn(nodes, spec.agent) ? [[spec.agent, id]] : [],
    ),
  );

const agentIn = (nodes: Readonly<Record<string, Node>>, id: string): boolean =>
  Object.hasOwn(nodes, id) && nodes[id]!.type === 'agent';
