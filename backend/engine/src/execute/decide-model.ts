import type { ChatMessage, Json, JsonObject, StepError, Target } from '@rehearse/contracts';
import type { CompiledModelNode, CompiledNode } from '../graph/model.js';
import { canonicalJson, digestOf } from '../journal/canonical.js';
import { toolKey, turnKey } from '../journal/keys.js';
import type { EventDraft } from '../journal/writer.js';
import { retryDelayMs } from '../mock/random.js';
import type { ModelRequest } from '../ports.js';
import { nodeBindings } from './bindings.js';
import { outOfTurns } from './budget.js';
import { nodeFinished } from './decide-instant.js';
import { again, callTool, mayRetry, type ToolStep } from './decide-tool.js';
import { emit, nodeErrored, NOTHING, type Decision } from './decision.js';
import { effectId, type Effect, type InFlight } from './effects.js';
import { builtInViolation } from './judge.js';
import { mockBindings, type Plan } from './plan.js';
import type { NodeState, RunState, ToolCallState } from './state.js';

type ModelNode = CompiledModelNode & CompiledNode;

/** The next step of an `llm` or of an `agent`: ask, wait, call tools, ask again, finish. */
export function decideModel(plan: Plan, state: RunState, node: ModelNode, inFlight: InFlight): Decision {
  const own = state.nodes[node.index]!;
  switch (own.phase) {
    case 'idle':
      return firstTurn(plan, state, node);
    case 'asked':
      return askAgain(plan, node, own, inFlight);
    case 'failed':
      return afterFailure(plan, node, own);
    case 'answered':
      return own.answer!.toolCalls.length > 0
        ? decideToolCalls(plan, state, node, inFlight)
        : finish(plan, state, node);
    default:
      return own.phase satisfies never;
  }
}

/** A request whose answer is still awaited. */
function askAgain(plan: Plan, node: ModelNode, own: NodeState, inFlight: InFlight): Decision {
  const { turn, attempt } = own;
  if (inFlight.has(effectId({ kind: 'model', key: turnKey(node.id, turn), attempt }))) return NOTHING;
  return { drafts: [], effects: [modelEffect(plan, node, own, requestOf(node, own.target!, own.messages))] };
}

function firstTurn(plan: Plan, state: RunState, node: ModelNode): Decision {
  const bindings = nodeBindings(plan, state, node);
  const messages: ChatMessage[] = [];
  for (const { role, template } of node.prompt) {
    const rendered = template.render(bindings);
    if (!rendered.ok)
      return emit(
        nodeErrored(node, {
          ...rendered.error,
          message: `${role} prompt: ${rendered.error.message}`,
          category: 'validation',
        }),
      );
    messages.push({ role, content: rendered.text });
  }
  return nextTurn(plan, state, { node, turn: 1, added: messages });
}

function nextTurn(
  plan: Plan,
  state: RunState,
  next: { node: ModelNode; turn: number; added: ChatMessage[] },
): Decision {
  const spent = outOfTurns(plan, state, next.node.id);
  if (spent) return emit(spent);
  const own = state.nodes[next.node.index]!;
  return ask(plan, { ...next, own, attempt: 1, from: own.target });
}

interface Ask {
  node: ModelNode;
  own: NodeState;
  turn: number;
  attempt: number;
  added: ChatMessage[];
  /** The target to begin with; null for the first of the route. */
  from: Target | null;
}

/** Passes over targets that cannot be called, each with an event, and asks the first that can. */
function ask(plan: Plan, asking: Ask): Decision {
  const { node, own, turn, attempt, added } = asking;
  const key = turnKey(node.id, turn);
  const targets = node.route.spec.targets;
  const drafts: EventDraft[] = [];
  let index = asking.from ? targets.findIndex((target) => isSame(target, asking.from!)) : 0;
  let switches = own.switches.key === key ? own.switches.count : 0;
  for (; index < targets.length; index++) {
    const target = targets[index]!;
    const reason = plan.unavailable(target, { key, attempt: switches + 1 });
    if (reason === null) {
      const request = requestOf(node, target, [...own.messages, ...added]);
      const inDigest = digestOf(request);
      const { model, params } = request;
      const data = { target, model, messagesAdded: added, params };
      drafts.push({ type: 'model.requested', lane: node.id, key, attempt, inDigest, data });
      return {
        drafts,
        effects: [modelEffect(plan, node, { turn, attempt, targetAttempts: 1 }, request, inDigest)],
      };
    }
    const to = targets[index + 1] ?? null;
    drafts.push(switched(node, { key, attempt: ++switches, from: target, to, reason }));
  }
  const message = `no target of the route \`${node.route.name}\` can be called`;
  return emit(
    ...drafts,
    nodeErrored(node, { code: 'provider/none-available', message, category: 'provider' }),
  );
}

const isSame = (a: Target, b: Target): boolean => canonicalJson(a) === canonicalJson(b);

const switched = (
  node: ModelNode,
  change: { key: string; attempt: number; from: Target; to: Target | null; reason: string },
): EventDraft => {
  const { key, attempt, ...data } = change;
  return { type: 'provider.switched', lane: node.id, key, attempt, data };
};

/** The same target again while it may be retried, then the next of the route, then the node errors. */
function afterFailure(plan: Plan, node: ModelNode, own: NodeState): Decision {
  const { turn, attempt, failure } = own;
  const next = { node, own, turn, attempt: attempt + 1, added: [] };
  if (failure === null) return ask(plan, { ...next, from: own.target });
  const isExhausted = !failure.retryable || own.targetAttempts >= node.retry.attempts;
  if (!isExhausted) return ask(plan, { ...next, from: own.target });
  const targets = node.route.spec.targets;
  const to = targets[targets.findIndex((target) => isSame(target, own.target!)) + 1];
  if (to === undefined) return emit(nodeErrored(node, failure.error));
  const key = turnKey(node.id, turn);
  const count = own.switches.key === key ? own.switches.count : 0;
  return emit(switched(node, { key, attempt: count + 1, from: own.target!, to, reason: failure.error.code }));
}

/** What the model is asked: the whole of it, so that `inDigest` covers it. */
function requestOf(node: ModelNode, target: Target, messages: readonly ChatMessage[]): ModelRequest {
  return {
    target,
    model: modelOf(target),
    messages,
    tools: node.tools.map(({ name, spec }) => ({
      name,
      description: spec.description ?? null,
      parameters: (spec.parameters ?? { type: 'object' }) as Json,
    })),
    params: { ...node.route.spec.params, ...node.spec.params },
    output: node.output?.json ?? null,
  };
}

const modelOf = (target: Target): string => {
  if (target.provider === 'mock') return target.model ?? `mock:${target.script}`;
  return target.model ?? target.deployment ?? target.provider;
};

function modelEffect(
  plan: Plan,
  node: ModelNode,
  at: Pick<NodeState, 'turn' | 'attempt' | 'targetAttempts'>,
  request: ModelRequest,
  inDigest = digestOf(request),
): Effect {
  const key = turnKey(node.id, at.turn);
  const { attempt } = at;
  return {
    kind: 'model',
    lane: node.id,
    key,
    attempt,
    delayMs: retryDelayMs(node.retry, { key, attempt, seed: plan.seed }),
    timeoutMs: node.timeoutMs,
    bindings: mockBindings(plan, node.id, at.turn),
    inDigest,
    target: request.target,
    request,
  };
}

/** One tool call after the other, in the order that the model asked for them; then the next turn. */
function decideToolCalls(plan: Plan, state: RunState, node: ModelNode, inFlight: InFlight): Decision {
  const own = state.nodes[node.index]!;
  const asked = own.answer!.toolCalls;
  const done: ToolCallState[] = [];
  for (const [index, call] of asked.entries()) {
    const known = own.toolCalls.find(({ key }) => key === toolKey(node.id, { turn: own.turn, index }));
    const tool = node.tools.find(({ name }) => name === call.name);
    const step: ToolStep = { node, tool, name: call.name, args: call.arguments, turn: own.turn, index };
    if (!known) return callTool(plan, step);
    if (known.status === 'called') return again(plan, step, known, inFlight);
    if (known.status === 'failed' && mayRetry(known, undefined))
      return callTool(plan, step, known.attempt + 1);
    done.push(known);
  }
  if (own.turn < node.maxTurns + own.repairs)
    return nextTurn(plan, state, { node, turn: own.turn + 1, added: done.map(toolMessage) });
  const message = `${node.id} wanted more than ${node.maxTurns} turns`;
  const error: StepError = { code: 'agent/max-turns', message, category: 'validation' };
  return emit(builtInViolation(plan, state, { id: 'max-turns', node, message }), nodeErrored(node, error));
}

/** A tool's error goes back to the model as the tool's answer. */
function toolMessage(call: ToolCallState): ChatMessage {
  const answer: Json = call.status === 'failed' ? { error: call.error!.message } : (call.result ?? null);
  const content = typeof answer === 'string' ? answer : canonicalJson(answer);
  return { role: 'tool', content, toolCallId: call.id, name: call.name };
}

function finish(plan: Plan, state: RunState, node: ModelNode): Decision {
  const own = state.nodes[node.index]!;
  const text = own.answer!.content ?? '';
  if (!node.output) return emit(nodeFinished(node, text));
  const parsed = parseOutput(text, node.output.schema);
  if (parsed.ok) return emit(nodeFinished(node, parsed.value, text));
  if (own.repairs < node.repair) {
    const content = `The answer does not fit: ${parsed.message}. Answer again with JSON that fits the schema, and nothing else.`;
    return nextTurn(plan, state, { node, turn: own.turn + 1, added: [{ role: 'user', content }] });
  }
  const message = `the answer of ${node.id} does not fit its output: ${parsed.message}`;
  const error: StepError = { code: 'output/does-not-fit', message, category: 'validation' };
  return emit(builtInViolation(plan, state, { id: 'output', node, message }), nodeErrored(node, error));
}

const FENCED = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/;

function parseOutput(
  text: string,
  schema: NonNullable<ModelNode['output']>['schema'],
): { ok: true; value: Json } | { ok: false; message: string } {
  let value: Json;
  try {
    value = JSON.parse(FENCED.exec(text)?.[1] ?? text) as Json | JsonObject;
  } catch {
    return { ok: false, message: 'it is not JSON' };
  }
  const problems = schema.check(value);
  if (problems.length === 0) return { ok: true, value };
  return { ok: false, message: problems.map(({ path, message }) => `${path || 'it'} ${message}`).join('; ') };
}
