import type { JsonObject, StepError } from '@rehearse/contracts';
import type { CompiledNode, CompiledTool, CompiledToolNode, RetryPolicy } from '../graph/model.js';
import { digestOf } from '../journal/canonical.js';
import { toolKey } from '../journal/keys.js';
import type { EventDraft } from '../journal/writer.js';
import { retryDelayMs } from '../mock/random.js';
import { nodeBindings } from './bindings.js';
import { nodeFinished } from './decide-instant.js';
import { emit, nodeErrored, NOTHING, type Decision } from './decision.js';
import { effectId, type Effect, type InFlight } from './effects.js';
import { mockBindings, type Plan } from './plan.js';
import type { RunState, ToolCallState } from './state.js';

const NO_RETRY: Pick<RetryPolicy, 'attempts'> & { timeoutMs: number } = { attempts: 1, timeoutMs: 60_000 };

/** What a step needs to know to call a tool. */
export interface ToolStep {
  node: CompiledNode;
  tool: CompiledTool | undefined;
  name: string;
  args: JsonObject | string;
  turn: number;
  index: number;
  retry?: RetryPolicy;
  timeoutMs?: number;
}

export function decideToolNode(
  plan: Plan,
  state: RunState,
  node: CompiledToolNode & CompiledNode,
  inFlight: InFlight,
): Decision {
  const call = state.nodes[node.index]!.toolCalls.at(-1);
  if (!call) {
    const args = node.args.render(nodeBindings(plan, state, node));
    if (!args.ok)
      return emit(
        nodeErrored(node, { ...args.error, message: `args: ${args.error.message}`, category: 'validation' }),
      );
    return callTool(plan, { ...stepOf(node), args: args.value as JsonObject });
  }
  if (call.status === 'called') return again(plan, { ...stepOf(node), args: call.arguments }, call, inFlight);
  if (call.status === 'returned') return emit(nodeFinished(node, call.result ?? null));
  if (mayRetry(call, node.retry))
    return callTool(plan, { ...stepOf(node), args: call.arguments }, call.attempt + 1);
  return emit(nodeErrored(node, call.error!));
}

const stepOf = (node: CompiledToolNode & CompiledNode) => {
  const { tool, retry, timeoutMs } = node;
  return { node, tool, name: tool.name, turn: 1, index: 0, retry, timeoutMs };
};

export const mayRetry = (call: ToolCallState, retry: RetryPolicy | undefined): boolean =>
  call.error?.category !== 'validation' && call.attempt < (retry?.attempts ?? NO_RETRY.attempts);

/** The call goes out; or fails at once when the tool does not exist or its arguments do not fit. */
export function callTool(plan: Plan, step: ToolStep, attempt = 1): Decision {
  const { node, name, args, turn } = step;
  const key = toolKey(node.id, step);
  const inDigest = digestOf({ tool: name, args });
  const called: EventDraft = {
    type: 'tool.called',
    lane: node.id,
    key,
    attempt,
    inDigest,
    data: { tool: name, args, turn },
  };
  const error = refusal(step);
  if (error)
    return emit(called, { type: 'tool.failed', lane: node.id, key, attempt, data: { tool: name, error } });
  return { drafts: [called], effects: [toolEffect(plan, step, { key, attempt, inDigest })] };
}

/** A call whose answer is still awaited. */
export function again(plan: Plan, step: ToolStep, call: ToolCallState, inFlight: InFlight): Decision {
  if (inFlight.has(effectId({ kind: 'tool', ...call }))) return NOTHING;
  const error = refusal(step);
  if (error) {
    const { key, attempt } = call;
    return emit({ type: 'tool.failed', lane: step.node.id, key, attempt, data: { tool: step.name, error } });
  }
  const inDigest = digestOf({ tool: step.name, args: step.args });
  return {
    drafts: [],
    effects: [toolEffect(plan, step, { key: call.key, attempt: call.attempt, inDigest })],
  };
}

function refusal({ tool, name, args }: ToolStep): StepError | null {
  if (!tool) return invalid('tool/unknown', `there is no tool \`${name}\``);
  if (typeof args === 'string') return invalid('tool/bad-arguments', 'the arguments are not a JSON object');
  const problems = tool.parameters?.check(args) ?? [];
  if (problems.length === 0) return null;
  return invalid(
    'tool/bad-arguments',
    problems.map(({ path, message }) => `${path || 'arguments'} ${message}`).join('; '),
  );
}

const invalid = (code: string, message: string): StepError => ({ code, message, category: 'validation' });

function toolEffect(
  plan: Plan,
  step: ToolStep,
  place: { key: string; attempt: number; inDigest: string },
): Effect {
  const { node, name, args, turn, tool } = step;
  return {
    kind: 'tool',
    lane: node.id,
    ...place,
    node,
    delayMs: step.retry ? retryDelayMs(step.retry, { ...place, seed: plan.seed }) : 0,
    timeoutMs: step.timeoutMs ?? NO_RETRY.timeoutMs,
    bindings: mockBindings(plan, node.id, turn),
    request: { tool: name, args: args },
    sideEffect: tool?.spec.sideEffect ?? false,
  };
}
