import type { Json } from '@rehearse/contracts';
import type {
  CompiledAssertNode,
  CompiledNode,
  CompiledSwitchNode,
  CompiledTransformNode,
} from '../graph/model.js';
import { canonicalJson } from '../journal/canonical.js';
import type { EventDraft } from '../journal/writer.js';
import { nodeBindings } from './bindings.js';
import { emit, nodeErrored, type Decision } from './decision.js';
import type { Plan } from './plan.js';
import type { RunState } from './state.js';

/** Text is itself; anything else is its canonical JSON. */
export const textOf = (output: Json): string => (typeof output === 'string' ? output : canonicalJson(output));

export const nodeFinished = (node: { id: string }, output: Json, text = textOf(output)): EventDraft => ({
  type: 'node.finished',
  lane: node.id,
  key: node.id,
  data: { output, text },
});

type Of<Type extends CompiledNode['type'], Node> = Node & { type: Type } & CompiledNode;

export function decideTransform(
  plan: Plan,
  state: RunState,
  node: Of<'transform', CompiledTransformNode>,
): Decision {
  const value = node.value.evaluate(nodeBindings(plan, state, node));
  if (value.ok) return emit(nodeFinished(node, value.value));
  return emit(
    nodeErrored(node, { ...value.error, message: `value: ${value.error.message}`, category: 'validation' }),
  );
}

/** Takes the first case whose `when` holds. */
export function decideSwitch(plan: Plan, state: RunState, node: Of<'switch', CompiledSwitchNode>): Decision {
  const bindings = nodeBindings(plan, state, node);
  for (const { name, when } of node.cases) {
    const holds = when.evaluate(bindings);
    if (!holds.ok)
      return emit(
        nodeErrored(node, {
          ...holds.error,
          message: `${name}: ${holds.error.message}`,
          category: 'validation',
        }),
      );
    if (holds.value === true) return take(state, node, name);
  }
  if (node.fallback !== undefined) return take(state, node, node.fallback);
  const message = 'no case holds and there is no default';
  return emit(nodeErrored(node, { code: 'switch/no-case', message, category: 'validation' }));
}

function take(state: RunState, node: CompiledNode, name: string): Decision {
  if (state.nodes[node.index]!.branch !== null) return emit(nodeFinished(node, name));
  const taken: EventDraft = { type: 'branch.taken', lane: node.id, key: node.id, data: { name } };
  return emit(taken, nodeFinished(node, name));
}

/** A checkpoint: it hands on the output of what it stands behind, so that its assertions see it. */
export function decideAssert(plan: Plan, state: RunState, node: Of<'assert', CompiledAssertNode>): Decision {
  const before = node.needs.map((id) => state.nodes[plan.graph.nodeById.get(id)!.index]!);
  const seen = before.findLast(({ status }) => status === 'finished');
  return emit(nodeFinished(node, seen?.output ?? null, seen?.text ?? ''));
}
