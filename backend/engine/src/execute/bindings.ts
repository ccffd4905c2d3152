import type { ChatMessage, Json, JsonObject } from '@rehearse/contracts';
import type { AssertionSubject, SubjectFault } from '../assert/index.js';
import type { InjectedFault } from '../chaos/index.js';
import type { Evaluation } from '../expression/index.js';
import { elapsedMs } from '../journal/instant.js';
import type { MockBindings } from '../ports.js';
import { workIn, workOf, type Frame, type Past, type Slot } from './frame.js';
import type { CompiledGraph } from '../graph/model.js';
import { graphAt, runBindings, type Plan } from './plan.js';
import type { NodeState, ToolCallState } from './node-state.js';
import { relationsOf } from './relations.js';

/** `nodes.<id>` in expressions; null for a skipped node. */
function nodeView(slot: Slot): Json {
  const { state } = slot;
  if (state.status === 'skipped') return null;
  if (slot.seen?.state === state) return slot.seen.view;
  const work = workOf(slot);
  const view = {
    output: state.output,
    text: state.text,
    messages: messagesOf(slot),
    toolCalls: work.toolCalls.map(toolCallView),
    usage: usageView(work.usage),
    latencyMs: latencyOf(state),
    costUsd: work.costUsd,
    status: state.status,
    error: state.error,
  } as unknown as Json;
  // What a node holds may still go on, so only what stands still is remembered.
  if (slot.frames.length === 0 || state.endedAt !== null) slot.seen = { state, view };
  return view;
}

/** What was said; of a conversation, what the persona and the agent said to each other. */
export function messagesOf({ node, state, frames }: Slot): readonly ChatMessage[] {
  return node.type === 'conversation' ? transcriptOf(frames[0]) : state.messages;
}

export const transcriptOf = (frame: Frame | undefined): ChatMessage[] =>
  (frame?.slots[0]?.state.messages ?? []).filter(
    ({ role, toolCalls }) => role === 'user' || (role === 'assistant' && !toolCalls?.length),
  );

const latencyOf = ({ startedAt, endedAt }: NodeState): number =>
  startedAt && endedAt ? elapsedMs(startedAt, endedAt) : 0;

export const toolCallView = ({ name, arguments: args, turn, result, error }: ToolCallState): Json => ({
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

const viewsOf = (frame: Frame, ids: Iterable<string>): JsonObject =>
  Object.fromEntries([...ids].map((id) => [id, nodeView(frame.slot(id)!)]));

/** The nodes that stand around, as far as this one needs them. */
function nodesAround(frame: Frame, ids: Iterable<string>): JsonObject {
  const own = viewsOf(frame, ids);
  const { parent } = frame;
  if (!parent || parent.node.type === 'graph') return own;
  return { ...nodesAround(parent.frame, visibleFrom(parent)), ...own };
}

const visibleFrom = ({ frame, node }: Slot) => relationsOf(frame.body).ancestors[node.index]!;

/** The variables that the nodes around give: the item of a `forEach`, the iteration of a `loop`. */
function localsOf(plan: Plan, frame: Frame): JsonObject {
  const { parent, item, iteration } = frame;
  if (!parent || parent.node.type === 'graph') return {};
  const outer = localsOf(plan, parent.frame);
  if (parent.node.type === 'loop') return { ...outer, iteration, previous: frame.previous };
  if (parent.node.type !== 'forEach') return outer;
  const items = listOf(plan, parent);
  const value = items.ok && Array.isArray(items.value) ? (items.value[item - 1] ?? null) : null;
  return { ...outer, [parent.node.as]: value, index: item - 1 };
}

/** What a `forEach` runs over. It follows from what is known when it starts, so it is evaluated once. */
export function listOf(plan: Plan, slot: Slot): Evaluation {
  const { node } = slot;
  if (node.type !== 'forEach') return { ok: true, value: null };
  return (slot.list ??= node.over.evaluate(nodeBindings(plan, slot)));
}

/** The vars of a graph within the graph. */
export function subVarsOf(plan: Plan, slot: Slot): NonNullable<Slot['vars']> {
  const { node } = slot;
  if (node.type !== 'graph') return { ok: true, value: {} };
  return (slot.vars ??= node.vars.render(nodeBindings(plan, slot)));
}

/** The vars that a frame sees: those of its graph. */
function varsOf(plan: Plan, frame: Frame): JsonObject {
  const { parent } = frame;
  if (!parent) return plan.vars;
  if (parent.node.type !== 'graph') return varsOf(plan, parent.frame);
  const vars = subVarsOf(plan, parent);
  return vars.ok ? (vars.value as JsonObject) : {};
}

/** What a mock sees of the run beside the request. */
export const mockBindings = (plan: Plan, { frame, node }: Slot, turn: number): MockBindings => ({
  node: node.id,
  turn,
  vars: varsOf(plan, frame),
  run: { seed: plan.seed, chaos: plan.chaos },
  caseId: plan.caseId,
});

function around(plan: Plan, frame: Frame, nodes: JsonObject): JsonObject {
  const vars = varsOf(plan, frame);
  return { inputs: vars, vars, nodes, ...runBindings(plan), ...localsOf(plan, frame) };
}

/** What the expressions and templates of a node see. Few speak of other nodes: `withNodes` is false where none does. */
export const nodeBindings = (plan: Plan, { frame, node }: Slot, withNodes = true): JsonObject =>
  around(plan, frame, withNodes ? nodesAround(frame, node.needs) : {});

/** What the checks of a node see: also its own result. */
export function checkBindings(plan: Plan, slot: Slot): JsonObject {
  const { frame, node, state } = slot;
  return {
    ...around(plan, frame, nodesAround(frame, [...visibleFrom(slot), node.id])),
    output: state.output,
    text: state.text,
    last: messagesOf(slot).at(-1) ?? null,
    toolCalls: workOf(slot).toolCalls.map(toolCallView),
    memory: frame.facts.memory.seenFrom(plan, slot.key),
  };
}

/** What is seen from the end of a body: every node of it. */
export const bodyBindings = (plan: Plan, frame: Frame): JsonObject =>
  around(plan, frame, nodesAround(frame, frame.body.nodeById.keys()));

/** What the checks and `output` of a graph see: every node. */
export function finalBindings(
  plan: Plan,
  frame: Frame,
  result?: { output: Json; text: string | null },
): JsonObject {
  const { causalOrder } = relationsOf(frame.body);
  const speaker = causalOrder.findLast((index) => messagesOf(frame.slots[index]!).length > 0);
  return {
    ...bodyBindings(plan, frame),
    output: result?.output ?? null,
    text: result?.text ?? null,
    last: (speaker === undefined ? null : messagesOf(frame.slots[speaker]!).at(-1)) as Json,
    toolCalls: workIn(frame).toolCalls.map(toolCallView),
    memory: frame.facts.memory.seenFrom(plan, frame.parent?.key),
  };
}

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

/** A fault from which the node has not recovered when it is judged is lost. */
const faultsIn = ({ frame, lane }: Slot): AssertionSubject['faults'] =>
  frame.facts.faults.faults.filter((fault) => fault.lane === lane).map(subjectFault);

export const subjectFault = ({ fault, on, key, recovered, isUnharmed }: InjectedFault): SubjectFault => ({
  ...{ fault, on, key, recovered: recovered === true },
  ...(isUnharmed && { isUnharmed }),
});

const workSubject = ({ toolCalls, turns, usage, costUsd, handoffs }: Past) => ({
  toolCalls: subjectCalls(toolCalls),
  handoffs: handoffs.map(({ from, to }) => ({ from, to })),
  steps: turns + toolCalls.length,
  usage: usageView(usage),
  costUsd,
});

export function nodeSubject(plan: Plan, slot: Slot): AssertionSubject {
  const { state } = slot;
  const tools = parametersOf(graphAt(plan.graph, slot.key));
  return {
    output: state.output,
    text: state.text,
    ...workSubject(workOf(slot)),
    faults: faultsIn(slot),
    ...(state.answer ? { finishReason: state.answer.finishReason } : {}),
    latencyMs: latencyOf(state),
    tools,
    ...ended(state.error ? `the node errored: ${state.error.message}` : null),
    bindings: checkBindings(plan, slot),
  };
}

const parameters = new WeakMap<CompiledGraph, ReadonlyMap<string, Json>>();

/** What the tools of a graph take, as JSON Schema. */
function parametersOf(graph: CompiledGraph): ReadonlyMap<string, Json> {
  const known = parameters.get(graph);
  if (known) return known;
  const told = new Map([...graph.tools].map(([name, { spec }]) => [name, (spec.parameters ?? true) as Json]));
  parameters.set(graph, told);
  return told;
}

/** What a graph gave in the end: of which node, and why there is less than a whole run, if so. */
export interface GraphResult {
  output: Json;
  text: string | null;
  slot: Slot | null;
}

interface Ended extends GraphResult {
  startedAt: string;
  endedEarly: string | null;
}

/** A graph as its run-level checks see it: the run, or a graph within it. */
export function graphSubject(plan: Plan, frame: Frame, result: Ended): AssertionSubject {
  const answer = result.slot?.state.answer;
  return {
    output: result.output,
    text: result.text,
    ...workSubject(workIn(frame)),
    ...(answer ? { finishReason: answer.finishReason } : {}),
    latencyMs: elapsedMs(result.startedAt, lastEnd(frame, result.startedAt)),
    tools: parametersOf(frame.body as CompiledGraph),
    leaves: frame.body.leaves,
    ...ended(result.endedEarly),
    bindings: finalBindings(plan, frame, result),
  };
}

/** When the last node settled: what is judged afterwards takes no time of the agent's. */
function lastEnd({ slots }: Frame, start: string): string {
  let last = start;
  for (const { state } of slots) if (state.endedAt !== null && state.endedAt > last) last = state.endedAt;
  return last;
}
