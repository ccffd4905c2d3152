import type { JsonObject, StepError } from '@rehearse/contracts';
import type { CompiledNode, CompiledTool, CompiledToolNode, RetryPolicy } from '../graph/model.js';
import { digestOf } from '../journal/canonical.js';
import { toolKey } from '../journal/keys.js';
import type { EventDraft } from '../journal/writer.js';
import { retryDelayMs } from '../mock/random.js';
import { mockBindings, nodeBindings } from './bindings.js';
import {
  emit,
  nodeErrored,
  nodeFinished,
  NOTHING,
  partErrored,
  type Deciding,
  type Decision,
} from './decision.js';
import { effectId, type Effect, type InFlight } from './effects.js';
import type { Slot } from './frame.js';
import type { ToolCallState } from './node-state.js';
import type { Plan } from './plan.js';

const NO_RETRY: Pick<RetryPolicy, 'attempts'> & { timeoutMs: number } = { attempts: 1, timeoutMs: 60_000 };

/** What a step needs to know to call a tool. */
export interface ToolStep {
  slot: Slot;
  tool: CompiledTool | undefined;
  name: string;
  args: JsonObject | string;
  turn: number;
  index: number;
  retry?: RetryPolicy;
  timeoutMs?: number;
}

export function decideToolNode(
  { plan, inFlight }: Deciding,
  slot: Slot,
  node: CompiledToolNode & CompiledNode,
): Decision {
  const call = slot.state.toolCalls.at(-1);
  if (!call) {
    const args = node.args.render(nodeBindings(plan, slot));
    if (!args.ok) return partErrored(slot, 'args', args.error);
    return callTool(plan, { ...stepOf(slot, node), args: args.value as JsonObject });
  }
  const step = { ...stepOf(slot, node), args: call.arguments };
  if (call.status === 'called') return again(plan, step, call, inFlight);
  if (call.status === 'returned') return emit(nodeFinished(slot, call.result ?? null));
  if (mayRetry(call, node.retry)) return callTool(plan, step, call.attempt + 1);
  return emit(nodeErrored(slot, call.error!));
}

const stepOf = (slot: Slot, { tool, retry, timeoutMs }: CompiledToolNode) => {
  return { slot, tool, name: tool.name, turn: 1, index: 0, retry, timeoutMs };
};

export const mayRetry = (call: ToolCallState, retry: RetryPolicy | undefined): boolean =>
  call.error?.category !== 'validation' && call.attempt < (retry?.attempts ?? NO_RETRY.attempts);

/** The call goes out; or fails at once when the tool does not exist or its arguments do not fit. */
export function callTool(plan: Plan, step: ToolStep, attempt = 1): Decision {
  const { slot, name, args, turn } = step;
  const { lane } = slot;
  const key = toolKey(slot.key, step);
  const inDigest = digestOf({ tool: name, args });
  const called: EventDraft = {
    type: 'tool.called',
    lane,
    key,
    attempt,
    inDigest,
    data: { tool: name, args, turn },
  };
  const error = refusal(step);
  if (error) return emit(called, { type: 'tool.failed', lane, key, attempt, data: { tool: name, error } });
  return { drafts: [called], effects: [toolEffect(plan, step, { key, attempt, inDigest })] };
}

/** A call whose answer is still awaited. */
export function again(plan: Plan, step: ToolStep, call: ToolCallState, inFlight: InFlight): Decision {
  if (inFlight.has(effectId({ kind: 'tool', ...call }))) return NOTHING;
  const error = refusal(step);
  if (error) {
    const { key, attempt } = call;
    return emit({
      type: 'tool.failed',
      lane: step.slot.lane,
      key,
      attempt,
      data: { tool: step.name, error },
    });
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
  const { slot, name, args, turn, tool } = step;
  return {
    kind: 'tool',
    lane: slot.lane,
    ...place,
    delayMs: step.retry ? retryDelayMs(step.retry, { ...place, seed: plan.seed }) : 0,
    timeoutMs: step.timeoutMs ?? NO_RETRY.timeoutMs,
    bindings: mockBindings(plan, slot, turn),
    request: { tool: name, args: args },
    sideEffect: tool?.spec.sideEffect ?? false,
  };
}
