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
import { judgeNode, judgeRequires } from './judge.js';
import type { Plan } from './plan.js';
import { isSettled, type NodeState, type RunState } from './state.js';

/**
 * What is to happen next, given the graph and the events so far: at most one decision a node, in file order. Pure.
 * Calls that are already under way are named again; the driver knows them by their key and attempt.
 */
export function decide(plan: Plan, state: RunState): Decision[] {
  if (state.finished) return [];
  if (!state.started) return [emit(runStarted(plan))];
  const ending = endOf(plan, state);
  const unjudged = plan.graph.nodes
    .map((node) => decideJudging(plan, state, node))
    .filter((d) => d !== NOTHING);
  if (unjudged.length > 0) return unjudged;
  if (ending) return [{ ...NOTHING, finish: ending }];
  const over = overBudget(plan, state);
  if (over) return [emit(over)];
  const next = plan.graph.nodes.map((node) => decideNode(plan, state, node)).filter((d) => d !== NOTHING);
  return [...deadline(plan), ...next];
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

function deadline({ graph }: Plan): Decision[] {
  const { maxDuration } = graph.budget;
  if (maxDuration === undefined) return [];
  const effect = { kind: 'deadline', lane: RUN_LANE, key: 'budget', attempt: 1 } as const;
  return [{ drafts: [], effects: [{ ...effect, durationMs: durationMs(maxDuration) }] }];
}

function decideJudging(plan: Plan, state: RunState, node: CompiledNode): Decision {
  const { status } = state.nodes[node.index]!;
  if (status !== 'finished' && status !== 'errored') return NOTHING;
  if (isJudged(state, node)) return NOTHING;
  const drafts = judgeNode(plan, state, node);
  return drafts.length > 0 ? { drafts, effects: [] } : NOTHING;
}

/** Cheap: what a node ensures leaves an event only when it is broken, so it is asked again while nothing followed. */
function isJudged(state: RunState, node: CompiledNode): boolean {
  if (node.assertions.length > 0) return node.assertions.every(({ id }) => state.judged.has(id));
  return node.ensures.length === 0;
}

function decideNode(plan: Plan, state: RunState, node: CompiledNode): Decision {
  const own = state.nodes[node.index]!;
  if (isSettled(own)) return NOTHING;
  return own.status === 'pending' ? decideStart(plan, state, node) : decideStep(plan, state, node);
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

function decideStep(plan: Plan, state: RunState, node: CompiledNode): Decision {
  switch (node.type) {
    case 'llm':
    case 'agent':
      return decideModel(plan, state, node);
    case 'tool':
      return decideToolNode(plan, state, node);
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
