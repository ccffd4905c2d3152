import type { AgentNode, Node } from '@rehearse/contracts';
import { handoffTool } from '../built-in-tools.js';
import type { CompiledTool } from '../model.js';
import type { Compilation } from './compilation.js';
import type { NodePlace, Scoped } from './scoped.js';
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
export function handoffTools({ c, container }: Scoped, spec: AgentNode): CompiledTool[] {
  return listed(spec).flatMap((id, index) => {
    const place = c.located.place(spec.handoffs!, index);
    if (!c.checkName('nodes', id, place)) return [];
    const target = container[id];
    const why = target?.type === 'agent' ? whyNot(c, { spec, id, index }) : NO_AGENT(id);
    if (why) c.report(spec.handoffs!, index, why);
    return target?.type === 'agent' && !why ? [handoffTool(id, target.description)] : [];
  });
}

const NO_AGENT = (id: string) => ({
  code: 'graph/bad-value',
  message: `${id} is no agent beside this one`,
  suggestion: 'name an `agent` node that stands beside this one',
});

/** Why an agent cannot hand its work to another one, if so. */
function whyNot(c: Compilation, { spec, id, index }: { spec: AgentNode; id: string; index: number }) {
  const conversation = c.talkers.get(id);
  if (conversation !== undefined)
    return {
      code: 'graph/bad-value',
      message: `${id} speaks in the conversation ${conversation}, where nobody can hand work to it`,
      suggestion: 'name an agent that is in no conversation',
    };
  const twice = { code: 'graph/duplicate-id', suggestion: 'remove one of the two' };
  if (spec.handoffs!.indexOf(id) !== index)
    return { ...twice, message: `the hand-off to ${id} is listed twice` };
  const { name } = handoffTool(id, undefined);
  return spec.tools?.includes(name)
    ? { ...twice, message: `the tool ${name} has the name of the hand-off to ${id}` }
    : undefined;
}

/** The edges that hand-offs make: into a node, from each agent that may hand its work to it. */
export function handoffEdges(c: Compilation, container: Nodes, id: string): Reference[] {
  // One that talks with a persona cannot hand over, which is told there.
  const handing = handersOf(container, id).filter((other) => !c.talkers.has(other));
  return handing.map((other) => {
    const handoffs = (container[other] as AgentNode).handoffs!;
    const { path, start, end } = c.located.place(handoffs, handoffs.indexOf(id));
    return { node: other, path, start, end };
  });
}
