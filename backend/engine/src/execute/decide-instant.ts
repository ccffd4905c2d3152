import type { CompiledNode, CompiledSwitchNode, CompiledTransformNode } from '../graph/model.js';
import type { EventDraft } from '../journal/writer.js';
import { nodeBindings } from './bindings.js';
import { emit, nodeErrored, nodeFinished, partErrored, type Deciding, type Decision } from './decision.js';
import type { Slot } from './frame.js';

type Of<Type extends CompiledNode['type'], Node> = Node & { type: Type } & CompiledNode;

export function decideTransform(
  { plan }: Deciding,
  slot: Slot,
  node: Of<'transform', CompiledTransformNode>,
): Decision {
  const value = node.value.evaluate(nodeBindings(plan, slot));
  return value.ok ? emit(nodeFinished(slot, value.value)) : partErrored(slot, 'value', value.error);
}

/** Takes the first case whose `when` holds. */
export function decideSwitch(
  { plan }: Deciding,
  slot: Slot,
  node: Of<'switch', CompiledSwitchNode>,
): Decision {
  const bindings = nodeBindings(plan, slot);
  for (const { name, when } of node.cases) {
    const holds = when.evaluate(bindings);
    if (!holds.ok) return partErrored(slot, name, holds.error);
    if (holds.value === true) return take(slot, name);
  }
  if (node.fallback !== undefined) return take(slot, node.fallback);
  const message = 'no case holds and there is no default';
  return emit(nodeErrored(slot, { code: 'switch/no-case', message, category: 'validation' }));
}

function take(slot: Slot, name: string): Decision {
  if (slot.state.branch !== null) return emit(nodeFinished(slot, name));
  const { lane, key } = slot;
  const taken: EventDraft = { type: 'branch.taken', lane, key, data: { name } };
  return emit(taken, nodeFinished(slot, name));
}

/** A checkpoint: it hands on the output of what it stands behind, so that its assertions see it. */
export function decideAssert(slot: Slot): Decision {
  const before = slot.node.needs.map((id) => slot.frame.slot(id)!.state);
  const seen = before.findLast(({ status }) => status === 'finished');
  return emit(nodeFinished(slot, seen?.output ?? null, seen?.text ?? ''));
}
