import type { AgentNode, Node } from '@rehearse/contracts';
import { handoffTool } from '../built-in-tools.js';
import type { CompiledTool } from '../model.js';
import type { Compilation } from './compilation.js';
import type { NodePlace } from './scoped.js';
import type { Reference } from './text.js';

type Nodes = NodePlace['container'];

const listed = (node: Node | undefined): readonly string[] => (node?.type === 'agent' && node.handoffs) || [];

const handers = new WeakMap<Nodes, ReadonlyMap<string, readonly string[]>>();

/** The agents that may hand their work to a node, in file order. Looked through once for all nodes beside each other. */
export function handersOf(container: Nodes, id: string): readonly string[] {
  let known = handers.get(container);
  if (!known) handers.set(container, (known = handersIn(container)));
  return known.get(id) ?? [];
}

function handersIn(container: Nodes): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [id, node] of Object.entries(container))
    for (const target of new Set(listed(node))) {
      const ids = found.get(target);
      if (ids) ids.push(id);
      else found.set(target, [id]);
    }
  return found;
}

/** The tools by which an agent hands its work to others. */
export function handoffTools(c: Compilation, container: Nodes, spec: AgentNode): CompiledTool[] {
  return listed(spec).flatMap((id, index) => {
    const place = c.located.place(spec.handoffs!, index);
    if (!c.checkName('nodes', id, place)) return [];
    const target = container[id];
    if (target?.type === 'agent') return [handoffTool(id, target.description)];
    const message = `${id} is no agent beside this one`;
    c.report(spec.handoffs!, index, {
      code: 'graph/bad-value',
      message,
      suggestion: 'name an `agent` node that stands beside this one',
    });
    return [];
  });
}

/** The edges that hand-offs make: into a node, from each agent that may hand its work to it. */
export function handoffEdges(c: Compilation, container: Nodes, id: string): Reference[] {
  return handersOf(container, id).map((other) => {
    const handoffs = (container[other] as AgentNode).handoffs!;
    const { path, start, end } = c.located.place(handoffs, handoffs.indexOf(id));
    return { node: other, path, start, end };
  });
}
