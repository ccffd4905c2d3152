import type { EndReason } from '@rehearse/contracts';
import type { CompiledNode } from '../graph/model.js';
import { RUN_LANE } from '../journal/digest.js';
import type { EventDraft } from '../journal/writer.js';
import { durationMs } from '@rehearse/contracts';
import { nodeBindings } from './bindings.js';
import { overBudget } from './budget.js';
import { decideAssert, decideSwitch, decideTransform } from './decide-instant.js';
import { decideModel } from './decide-model.js';
import { decideToolNode } from './decide-tool.js';
import { emit, nodeErrored, NOTHING, type Decision } from './decision.js';
import { effectId, type InFlight } from './effects.js';
import { judgeNode, judgeRequires } from './judge.js';
import type { Plan } from './plan.js';
import { isSettled, type NodeState, type RunState } from './state.js';

/**
 * What is to happen next, given the graph and the events so far: the first thing in file order, or null when there is
 * nothing but to wait for what is in flight. Pure, and one thing at a time: so the order of a journal follows from the
 * order of the outcomes alone, also when a run goes on in another process.
 */
export function decide(plan: Plan, state: RunState, inFlight: InFlight): Decision | null {
  if (state.finished) return null;
  if (!state.started) return emit(runStarted(plan));
  const judging = firstOf(plan, (node) => decideJudging(plan, state, node));
  if (judging) return judging;
  const ending = endOf(plan, state);
  if (ending) return { ...NOTHING, finish: ending };
  const over = overBudget(plan, state);
  if (over) return emit(over);
  return decideDeadline(plan, inFlight) ?? firstOf(plan, (node) => decideNode(plan, state, node, inFlight));
}

function firstOf(plan: Plan, decideFor: (node: CompiledNode) => Decision): Decision | null {
  for (const node of plan.graph.nodes) {
    const decision = decideFor(node);
    if (decision !== NOTHING) return decision;
  }
  return null;
}

/** Why the run is over, or null while it is not. If several nodes stop it, the first in the file is the reason. */
function endOf(plan: Plan, state: RunState): EndReason | null {
  const stopping = plan.graph.nodes.find(
    (node) => state.nodes[node.index]!.status === 'errored' && node.onError === 'stop',
  );
  if (stopping) {
    const { error } = state.nodes[stopping.index]!;
    return { kind: 'error', node: stopping.id, ...(error ? { message: error.message } : {}) };
  }
  if (state.ending) return state.ending;
  return state.nodes.every(isSettled) ? { kind: 'completed' } : null;
}

const runStarted = ({ vars, seed, chaos, caseId, repeat, live, offline }: Plan): EventDraft => ({
  type: 'run.started',
  lane: RUN_LANE,
  key: RUN_LANE,
  data: { vars, seed, chaos, caseId, repeat, live, offline },
});

function decideDeadline({ graph }: Plan, inFlight: InFlight): Decision | null {
  const { maxDuration } = graph.budget;
  const effect = { kind: 'deadline', lane: RUN_LANE, key: 'budget', attempt: 1 } as const;
  if (maxDuration === undefined || inFlight.has(effectId(effect))) return null;
  return { drafts: [], effects: [{ ...effect, durationMs: durationMs(maxDuration) }] };
}

/** Nodes whose checks have left nothing to say; a state is never changed in place, so it can be remembered. */
const judgedNodes = new WeakSet<NodeState>();

function decideJudging(plan: Plan, state: RunState, node: CompiledNode): Decision {
  const own = state.nodes[node.index]!;
  if ((own.status !== 'finished' && own.status !== 'errored') || judgedNodes.has(own)) return NOTHING;
  const drafts = judgeNode(plan, state, node);
  if (drafts.length > 0) return { drafts, effects: [] };
  judgedNodes.add(own);
  return NOTHING;
}

function decideNode(plan: Plan, state: RunState, node: CompiledNode, inFlight: InFlight): Decision {
  const own = state.nodes[node.index]!;
  if (isSettled(own)) return NOTHING;
  return own.status === 'pending' ? decideStart(plan, state, node) : decideStep(plan, state, node, inFlight);
}

function decideStart(plan: Plan, state: RunState, node: CompiledNode): Decision {
  const needs = node.needs.map((id) => state.nodes[plan.graph.nodeById.get(id)!.index]!);
  if (!needs.every(isSettled)) return NOTHING;
  if (!isJoined(node, needs)) return emit(skipped(node, 'join'));
  if (node.when) {
    const when = node.when.evaluate(nodeBindings(plan, state, node));
    if (!when.ok)
      return emit(
        nodeErrored(node, { ...when.error, message: `when: ${when.error.message}`, category: 'validation' }),
      );
    if (when.value !== true) return emit(skipped(node, 'when'));
  }
  const started: EventDraft = {
    type: 'node.started',
    lane: node.id,
    key: node.id,
    data: { type: node.type },
  };
  return emit(...judgeRequires(plan, state, node), started);
}

function isJoined(node: CompiledNode, needs: readonly NodeState[]): boolean {
  if (needs.length === 0) return true;
  const finished = needs.filter(({ status }) => status === 'finished').length;
  return node.join === 'all' ? finished === needs.length : finished > 0;
}

const skipped = (node: CompiledNode, reason: 'join' | 'when'): EventDraft => ({
  type: 'node.skipped',
  lane: node.id,
  key: node.id,
  data: { reason },
});

function decideStep(plan: Plan, state: RunState, node: CompiledNode, inFlight: InFlight): Decision {
  switch (node.type) {
    case 'llm':
    case 'agent':
      return decideModel(plan, state, node, inFlight);
    case 'tool':
      return decideToolNode(plan, state, node, inFlight);
    case 'transform':
      return decideTransform(plan, state, node);
    case 'switch':
      return decideSwitch(plan, state, node);
    case 'assert':
      return decideAssert(plan, state, node);
    default:
      return node satisfies never;
  }
}
