import type { Json, JsonObject } from '@rehearse/contracts';
import type { CompiledForEachNode, CompiledGraphNode, CompiledLoopNode } from '../graph/model.js';
import { bodyBindings, listOf, subVarsOf } from './bindings.js';
import { checkVars } from './check-vars.js';
import {
  emit,
  nodeErrored,
  nodeFinished,
  NOTHING,
  partErrored,
  type Deciding,
  type Decision,
} from './decision.js';
import { frameIn, outputsOf, type Frame, type Slot } from './frame.js';
import { graphResult, leafResult } from './graph-result.js';
import { builtInViolation } from './judge.js';
import type { Plan } from './plan.js';

/** A node that holds others, and how those are decided. */
export interface Holding<Node> {
  node: Node;
  inside(deciding: Deciding, frame: Frame): Decision;
}

/** More items than this are a mistake, or a data set: that belongs into `cases`. */
const MAX_ITEMS = 10_000;

/** Items side by side, `concurrency` at once; the node waits for all of them also when one errors. */
export function decideForEach(
  deciding: Deciding,
  slot: Slot,
  { node, inside }: Holding<CompiledForEachNode>,
): Decision {
  const items = itemsOf(deciding, slot, node);
  if (!Array.isArray(items)) return items as Decision;
  let open = 0;
  for (let index = settledItems(slot); index < items.length && open < node.concurrency; index++) {
    const frame = frameIn(slot, { item: index + 1, iteration: 0 })!;
    if (frame.isSettled) continue;
    open += 1;
    const decision = inside(deciding, frame);
    if (decision !== NOTHING) return decision;
  }
  if (open > 0) return NOTHING;
  const broken = slot.frames.find(({ stopping }) => stopping);
  if (broken) return emit(nodeErrored(slot, broken.stopping!.state.error!));
  return emit(
    nodeFinished(
      slot,
      slot.frames.map((frame) => leafResult(frame).output),
    ),
  );
}

/** Those that have settled are not looked at again. */
function settledItems(slot: Slot): number {
  while (slot.frames[slot.settledItems]?.isSettled) slot.settledItems += 1;
  return slot.settledItems;
}

function itemsOf({ plan }: Deciding, slot: Slot, { over }: CompiledForEachNode): readonly Json[] | Decision {
  const list = listOf(plan, slot);
  if (!list.ok) return partErrored(slot, 'over', list.error);
  const wrong = (message: string) => partErrored(slot, 'over', { code: 'forEach/no-list', message });
  if (!Array.isArray(list.value)) return wrong(`${over.source} gives no list`);
  if (list.value.length > MAX_ITEMS) return wrong(`${list.value.length} items are more than ${MAX_ITEMS}`);
  return list.value;
}

/** A body again and again until its condition holds. */
export function decideLoop(
  deciding: Deciding,
  slot: Slot,
  { node, inside }: Holding<CompiledLoopNode>,
): Decision {
  const { plan } = deciding;
  const iteration = slot.frames[0]?.iteration ?? 1;
  const frame = frameIn(slot, { item: 0, iteration })!;
  if (!frame.isSettled) return inside(deciding, frame);
  if (frame.stopping) return emit(nodeErrored(slot, frame.stopping.state.error!));
  const until = node.until.evaluate(bodyBindings(plan, frame));
  if (!until.ok) return partErrored(slot, 'until', until.error);
  if (until.value === true) return emit(nodeFinished(slot, outputsOf(frame)));
  if (iteration < node.maxIterations)
    return inside(deciding, frameIn(slot, { item: 0, iteration: iteration + 1 })!);
  const message = `${node.until.source} did not hold after ${node.maxIterations} iterations of ${node.id}`;
  const error = { code: 'loop/max-iterations', message, category: 'validation' } as const;
  return emit(builtInViolation(plan, { id: 'max-iterations', slot, message }), nodeErrored(slot, error));
}

/** Another graph with vars of its own. */
export function decideGraph(
  deciding: Deciding,
  slot: Slot,
  { node, inside }: Holding<CompiledGraphNode>,
): Decision {
  const { plan } = deciding;
  const frame = frameIn(slot, { item: 0, iteration: 0 })!;
  const wrong = wrongVars(plan, slot, node);
  if (wrong) return wrong;
  if (!frame.isSettled) return inside(deciding, frame);
  if (frame.stopping) return emit(nodeErrored(slot, frame.stopping.state.error!));
  const { output, text, error } = graphResult(plan, frame, true);
  if (error !== undefined) return partErrored(slot, 'output', { code: 'graph/output', message: error });
  return emit(nodeFinished(slot, output, text ?? ''));
}

/** The graph begins only with vars that fit its `inputs`. */
function wrongVars(plan: Plan, slot: Slot, node: CompiledGraphNode): Decision | null {
  if (slot.frames[0]!.slots.some(({ state }) => state.status !== 'pending')) return null;
  const vars = subVarsOf(plan, slot);
  if (!vars.ok) return partErrored(slot, 'vars', vars.error);
  const problems = checkVars(node.body, vars.value as JsonObject);
  if (problems.length === 0) return null;
  const message = problems.map((problem) => `${problem.path || 'they'} ${problem.message}`).join('; ');
  return partErrored(slot, 'vars', { code: 'graph/invalid-vars', message });
}
