import type { Json, JsonObject } from '@rehearse/contracts';
import type { AssertionSubject } from '../assert/index.js';
import type { CompiledNode } from '../graph/model.js';
import { elapsedMs } from '../journal/instant.js';
import { runBindings, type Plan } from './plan.js';
import type { NodeState, RunState, ToolCallState } from './state.js';

const views = new WeakMap<NodeState, Json>();

/** `nodes.<id>` in expressions; null for a skipped node. */
function nodeView(node: NodeState): Json {
  if (node.status === 'skipped') return null;
  const known = views.get(node);
  if (known !== undefined) return known;
  const view = {
    output: node.output,
    text: node.text,
    messages: node.messages,
    toolCalls: node.toolCalls.map(toolCallView),
    usage: usageView(node.usage),
    latencyMs: node.startedAt && node.endedAt ? elapsedMs(node.startedAt, node.endedAt) : 0,
    costUsd: node.costUsd,
    status: node.status,
    error: node.error,
  } as unknown as Json;
  views.set(node, view);
  return view;
}

const toolCallView = ({ name, arguments: args, turn, result, error }: ToolCallState): Json => ({
  name,
  tool: name,
  arguments: args,
  args,
  turn,
  result: result ?? null,
  error: error?.message ?? null,
});

export const usageView = (usage: NodeState['usage']) => ({
  ...usage,
  totalTokens: usage.inputTokens + usage.outputTokens,
});

function nodesView(plan: Plan, state: RunState, ids: Iterable<string>): JsonObject {
  const nodes: JsonObject = {};
  for (const id of ids) nodes[id] = nodeView(state.nodes[plan.graph.nodeById.get(id)!.index]!);
  return nodes;
}

/** What the expressions and templates of a node see. */
export const nodeBindings = (plan: Plan, state: RunState, node: CompiledNode): JsonObject => ({
  inputs: plan.vars,
  vars: plan.vars,
  nodes: nodesView(plan, state, node.needs),
  ...runBindings(plan),
});

/** What the checks of a node see: also its own result. */
export function checkBindings(plan: Plan, state: RunState, node: CompiledNode): JsonObject {
  const own = state.nodes[node.index]!;
  return {
    inputs: plan.vars,
    vars: plan.vars,
    nodes: nodesView(plan, state, [...plan.ancestors[node.index]!, node.id]),
    ...runBindings(plan),
    output: own.output,
    text: own.text,
    last: own.messages.at(-1) ?? null,
    toolCalls: own.toolCalls.map(toolCallView),
  };
}

/** What the run-level checks and `output` see: every node. */
export function finalBindings(
  plan: Plan,
  state: RunState,
  result?: { output: Json; text: string | null },
): JsonObject {
  const lastNode = plan.causalOrder.findLast((index) => state.nodes[index]!.messages.length > 0);
  return {
    inputs: plan.vars,
    vars: plan.vars,
    nodes: nodesView(plan, state, plan.graph.nodeById.keys()),
    ...runBindings(plan),
    output: result?.output ?? null,
    text: result?.text ?? null,
    last: (lastNode === undefined ? null : state.nodes[lastNode]!.messages.at(-1)) as Json,
    toolCalls: allToolCalls(plan, state).map(toolCallView),
  };
}

/** In causal order of the nodes, so that parallel branches give the same list in every run. */
export const allToolCalls = (plan: Plan, state: RunState): ToolCallState[] =>
  plan.causalOrder.flatMap((index) => state.nodes[index]!.toolCalls);

const subjectCalls = (calls: readonly ToolCallState[]): AssertionSubject['toolCalls'] =>
  calls.map(({ name, arguments: args, turn, node, result, error }) => ({
    name,
    arguments: args as Json,
    turn,
    node,
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error: error.message }),
  }));

const ended = (reason: string | null) => (reason === null ? {} : { endedEarly: { reason } });

export function nodeSubject(plan: Plan, state: RunState, node: CompiledNode): AssertionSubject {
  const own = state.nodes[node.index]!;
  return {
    output: own.output,
    text: own.text,
    toolCalls: subjectCalls(own.toolCalls),
    steps: own.turn + own.toolCalls.length,
    ...(own.answer ? { finishReason: own.answer.finishReason } : {}),
    usage: usageView(own.usage),
    costUsd: own.costUsd,
    latencyMs: own.startedAt && own.endedAt ? elapsedMs(own.startedAt, own.endedAt) : 0,
    ...ended(own.error ? `the node errored: ${own.error.message}` : null),
    bindings: checkBindings(plan, state, node),
  };
}

export function runSubject(
  plan: Plan,
  state: RunState,
  result: { output: Json; text: string | null; node: CompiledNode | null; endedEarly: string | null },
): AssertionSubject {
  const calls = allToolCalls(plan, state);
  const answer = result.node && state.nodes[result.node.index]!.answer;
  const totals = state.nodes.reduce(
    (sum, { usage }) => ({
      inputTokens: sum.inputTokens + usage.inputTokens,
      outputTokens: sum.outputTokens + usage.outputTokens,
    }),
    { inputTokens: 0, outputTokens: 0 },
  );
  return {
    output: result.output,
    text: result.text,
    toolCalls: subjectCalls(calls),
    steps: state.nodes.reduce((sum, node) => sum + node.turn, 0) + calls.length,
    ...(answer ? { finishReason: answer.finishReason } : {}),
    usage: usageView(totals),
    costUsd: state.totals.costUsd,
    latencyMs: elapsedMs(state.started!.at, lastEnd(state)),
    ...ended(result.endedEarly),
    bindings: finalBindings(plan, state, result),
  };
}

/** When the last node settled: what is judged afterwards takes no time of the agent's. */
function lastEnd(state: RunState): string {
  let last = state.started!.at;
  for (const { endedAt } of state.nodes) if (endedAt !== null && endedAt > last) last = endedAt;
  return last;
}
