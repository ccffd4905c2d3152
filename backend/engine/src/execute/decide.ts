import type { EndReason } from '@rehearse/contracts';
import { durationMs } from '@rehearse/contracts';
import { RUN_LANE } from '../journal/digest.js';
import { fromInstant } from '../journal/instant.js';
import type { EventDraft } from '../journal/writer.js';
import { nodeBindings } from './bindings.js';
import { DEADLINE_KEY, outOfTime, overBudget } from './budget.js';
import { decideForEach, decideGraph, decideLoop } from './decide-containers.js';
import { decideConversation } from './decide-conversation.js';
import { decideInquiries, decideRunInquiries } from './decide-inquiries.js';
import { decideAssert, decideSwitch, decideTransform } from './decide-instant.js';
import { decideModel } from './decide-model.js';
import { decideToolNode } from './decide-tool.js';
import { decideHuman, decideWait } from './decide-waiting.js';
import { emit, NOTHING, partErrored, type Deciding, type Decision } from './decision.js';
import { effectId } from './effects.js';
import type { Frame, Slot } from './frame.js';
import { judgeNode, judgeRequires } from './judge.js';
import { isSettled } from './node-state.js';
import type { Plan } from './plan.js';
import type { RunState } from './state.js';

/**
 * What is to happen next, given the graph and the events so far: the first thing in file order, or null when there is
 * nothing but to wait for what is in flight. Pure but for what it crosses off its agenda, and one thing at a time: so
 * the order of a journal follows from the order of the outcomes and from where its time is up, also when a run goes on
 * in another process.
 */
export function decide(deciding: Deciding): Decision | null {
  const { plan, state } = deciding;
  if (state.finished) return null;
  if (!state.started) return emit(runStarted(plan));
  const ending = endOf(state);
  // A contract that ends the run keeps what follows its violation from happening, checks too.
  if (state.ending?.kind === 'contract' && ending) return { ...NOTHING, finish: ending };
  const judging = decideJudging(deciding) ?? decideInquiries(deciding);
  if (judging) return judging;
  if (ending?.kind === 'completed') {
    const asking = decideRunInquiries(deciding);
    if (asking || state.inquiries.size > 0) return asking;
  }
  if (ending) return { ...NOTHING, finish: ending };
  const over = overBudget(plan, state);
  if (over) return emit(over);
  const deadline = decideDeadline(deciding);
  if (deadline) return deadline;
  // Before each step, so that also nodes that wait for nothing end; behind all checks, which a replay makes here too.
  if (deciding.isOverdue()) return emit(outOfTime(plan, state));
  const next = decideFrame(deciding, state.root);
  return next === NOTHING ? decideInquiries(deciding) : next;
}

/** Why the run is over, or null while it is not. If several nodes stop it, the first in the file is the reason. */
function endOf({ root, ending }: RunState): EndReason | null {
  const { stopping } = root;
  if (stopping) {
    const { error } = stopping.state;
    return { kind: 'error', node: stopping.node.id, ...(error ? { message: error.message } : {}) };
  }
  if (ending) return ending;
  return root.isSettled ? { kind: 'completed' } : null;
}

const runStarted = ({
  vars,
  seed,
  chaos,
  caseId,
  repeat,
  live,
  offline,
  memory,
  follows,
  prices,
  defaults,
}: Plan): EventDraft => ({
  type: 'run.started',
  lane: RUN_LANE,
  key: RUN_LANE,
  data: {
    ...{ vars, seed, chaos, caseId, repeat, live, offline },
    ...(Object.keys(memory).length > 0 && { memory }),
    ...(follows && { follows }),
    ...(prices && { prices }),
    ...(defaults && { defaults }),
  },
});

function decideDeadline({ plan, state, inFlight }: Deciding): Decision | null {
  const { maxDuration } = plan.graph.budget;
  const effect = { kind: 'deadline', lane: RUN_LANE, key: DEADLINE_KEY, attempt: 1 } as const;
  if (maxDuration === undefined || inFlight.has(effectId(effect))) return null;
  // A pause is nobody's work, so it does not count.
  const dueAtMs = fromInstant(state.started!.at) + durationMs(maxDuration) + state.paused.totalMs;
  return { drafts: [], effects: [{ ...effect, dueAtMs }] };
}

/** The checks of the executions that have settled; one that has nothing more to say is crossed off. */
function decideJudging({ plan, state }: Deciding): Decision | null {
  const { unjudged } = state;
  if (plan.withoutChecks) unjudged.length = 0;
  for (; unjudged.length > 0; unjudged.shift()) {
    const slot = unjudged[0]!;
    if (slot.state.status === 'skipped') continue;
    const drafts = judgeNode(plan, state, slot);
    if (drafts.length > 0) return emit(...drafts);
  }
  return null;
}

/** The first thing to do in a body, in file order; a node that has nothing to do rests until an event wakes it. */
function decideFrame(deciding: Deciding, frame: Frame): Decision {
  for (let first = frame.active[0]; first !== undefined; first = frame.active[0]) {
    const decision = decideSlot(deciding, frame.slots[first]!);
    if (decision !== NOTHING) return decision;
    frame.rest(first);
  }
  return NOTHING;
}

function decideSlot(deciding: Deciding, slot: Slot): Decision {
  if (isSettled(slot.state)) return NOTHING;
  return slot.state.status === 'pending' ? decideStart(deciding, slot) : decideStep(deciding, slot);
}

function decideStart({ plan }: Deciding, slot: Slot): Decision {
  const { frame, node, lane, key } = slot;
  const needs = node.needs.map((id) => frame.slot(id)!.state);
  if (!needs.every(isSettled)) return NOTHING;
  if (!isHandedTo(slot)) return emit(skipped(slot, 'handoff'));
  if (!isJoined(slot)) return emit(skipped(slot, 'join'));
  if (node.when) {
    const when = node.when.evaluate(nodeBindings(plan, slot));
    if (!when.ok) return partErrored(slot, 'when', when.error);
    if (when.value !== true) return emit(skipped(slot, 'when'));
  }
  const started: EventDraft = { type: 'node.started', lane, key, data: { type: node.type } };
  return emit(...judgeRequires(plan, slot), started);
}

const handersOf = ({ node }: Slot): readonly string[] => ('handedBy' in node ? node.handedBy : []);

/** A node that others may hand their work to starts when one of them did. */
function isHandedTo(slot: Slot): boolean {
  const handers = handersOf(slot);
  const { frame, node } = slot;
  return handers.length === 0 || handers.some((id) => frame.slot(id)!.state.handoff?.to === node.id);
}

function isJoined(slot: Slot): boolean {
  const { frame, node } = slot;
  const handers = handersOf(slot);
  const needs = node.needs.filter((id) => !handers.includes(id)).map((id) => frame.slot(id)!.state);
  if (needs.length === 0) return true;
  const finished = needs.filter(({ status }) => status === 'finished').length;
  return node.join === 'all' ? finished === needs.length : finished > 0;
}

const skipped = ({ lane, key }: Slot, reason: 'join' | 'when' | 'handoff'): EventDraft => ({
  type: 'node.skipped',
  lane,
  key,
  data: { reason },
});

function decideStep(deciding: Deciding, slot: Slot): Decision {
  const { node } = slot;
  switch (node.type) {
    case 'llm':
    case 'agent':
      return decideModel(deciding, slot, node);
    case 'tool':
      return decideToolNode(deciding, slot, node);
    case 'transform':
      return decideTransform(deciding, slot, node);
    case 'switch':
      return decideSwitch(deciding, slot, node);
    case 'assert':
      return decideAssert(slot);
    case 'forEach':
      return decideForEach(deciding, slot, { node, inside: decideFrame });
    case 'loop':
      return decideLoop(deciding, slot, { node, inside: decideFrame });
    case 'graph':
      return decideGraph(deciding, slot, { node, inside: decideFrame });
    case 'conversation':
      return decideConversation(deciding, slot, { node, inside: decideFrame });
    case 'human':
      return decideHuman(deciding, slot, node);
    case 'wait':
      return decideWait(deciding, slot, node);
    default:
      return node satisfies never;
  }
}
