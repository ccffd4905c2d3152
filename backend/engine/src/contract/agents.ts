import { everyNode } from '../graph/body.js';
import type { CompiledNode } from '../graph/model.js';

/** The names of the agents by their nodes: what a node says under `agent`, else its id. */
export const agentNames = (nodes: readonly CompiledNode[]): ReadonlyMap<string, string> =>
  new Map([...everyNode({ nodes })].flatMap(nameOf));

const nameOf = ({ id, spec }: CompiledNode): [string, string][] =>
  spec.type === 'agent' ? [[id, spec.agent ?? id]] : [];
