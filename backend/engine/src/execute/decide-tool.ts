import type { JsonObject, StepError } from '@rehearse/contracts';
import type { CompiledNode, CompiledTool, CompiledToolNode, RetryPolicy } from '../graph/model.js';
import { canonicalJson, digestOf } from '../journal/canonical.js';
import { toolKey } from '../journal/keys.js';
import type { EventDraft } from '../journal/writer.js';
import { toolVariables } from '../mock/mock-tool.js';
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
import { answerBuiltIn } from './built-in.js';
import { faultFor } from './chaos.js';
import { effectId, type Effect } from './effects.js';
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
  deciding: Deciding,
  slot: Slot,
  node: CompiledToolNode & CompiledNode,
): Decision {
  const call = slot.state.toolCalls.at(-1);
  if (!call) {
    const args = node.args.render(nodeBindings(deciding.plan, slot));
    if (!args.ok) return partErrored(slot, 'args', args.error);
    return callTool(deciding, { ...stepOf(slot, node), args: args.value as JsonObject });
  }
  const step = { ...stepOf(slot, node), args: call.arguments };
  if (call.status === 'called') return again(deciding, step, call);
  if (call.status === 'returned') return emit(nodeFinished(slot, call.result ?? null));
  if (mayRetry(call, node.retry)) return callTool(deciding, step, call.attempt + 1);
  return emit(nodeErrored(slot, call.error!));
}

const stepOf = (slot: Slot, { tool, retry, timeoutMs }: CompiledToolNode) => {
  return { slot, tool, name: tool.name, turn: 1, index: 0, retry, timeoutMs };
};

/** What would be refused again. */
const FINAL: ReadonlySet<string | undefined> = new Set(['validation', 'policy']);

export const isFinal = ({ category }: StepError): boolean => FINAL.has(category);

/** What keeps a call from being made here is no answer of the tool, so no agent is to be judged by what it makes of it. */
const NOT_MADE: ReadonlySet<string> = new Set([
  ...['secret/missing', 'tool/offline'],
  ...['mock/no-rule', 'mock/bad-rule', 'mock/bad-reply'],
]);

export const couldNotBeMade = ({ error }: ToolCallState): boolean =>
  error !== undefined && NOT_MADE.has(error.code);

/** Journals of older releases do not say what may be sent again; there the category alone decides. */
export const mayRetry = (call: ToolCallState, retry: RetryPolicy | undefined): boolean =>
  call.retryable !== false &&
  !(call.error && isFinal(call.error)) &&
  call.attempt < (retry?.attempts ?? NO_RETRY.attempts);

/** The call goes out; or fails at once when the tool does not exist or its arguments do not fit. */
export function callTool(deciding: Deciding, step: ToolStep, attempt = 1): Decision {
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
  const known = atOnce(deciding, step, { key, attempt });
  return known ? emit(called, ...known) : goOut(deciding, step, { key, attempt, inDigest }, [called]);
}

/** The answer of a call that need not go out: one that is refused, or that the run answers itself. */
function atOnce(
  deciding: Deciding,
  step: ToolStep,
  place: { key: string; attempt: number },
): EventDraft[] | null {
  const { slot, name, args, tool } = step;
  const error = refusal(step);
  if (error) return [failed(step, place, error)];
  return tool?.builtIn
    ? answerBuiltIn(deciding, tool.builtIn, { ...place, slot, name, args: args as JsonObject })
    : null;
}

const failed = (
  { slot, name }: ToolStep,
  { key, attempt }: { key: string; attempt: number },
  error: StepError,
): EventDraft => ({
  ...{ type: 'tool.failed', lane: slot.lane, key, attempt },
  data: { tool: name, error },
});

/** The call as it leaves, with the fault that chaos has for it. */
function goOut(
  { plan, state }: Deciding,
  step: ToolStep,
  place: { key: string; attempt: number; inDigest: string },
  before: readonly EventDraft[],
): Decision {
  const { slot, name, turn, args } = step;
  const bindings = mockBindings(plan, slot, turn);
  const seen = () => toolVariables({ tool: name, args }, bindings);
  const hit = faultFor(plan, state, { ...place, slot, tool: name, bindings: seen });
  if ('error' in hit) return emit(...before, nodeErrored(slot, hit.error));
  const effect = { ...toolEffect(plan, step, place), fault: hit.fault };
  return { drafts: [...before, ...hit.drafts], effects: [effect] };
}

/** A call whose answer is still awaited. */
export function again(deciding: Deciding, step: ToolStep, call: ToolCallState): Decision {
  if (deciding.inFlight.has(effectId({ kind: 'tool', ...call }))) return NOTHING;
  const known = atOnce(deciding, step, call);
  if (known) return emit(...known);
  const isUnsent = deciding.plan.unsent?.has(effectId({ kind: 'tool', ...call })) ?? false;
  if (step.tool?.spec.sideEffect && !isUnsent) return settleUnknown(deciding, step, call);
  const inDigest = digestOf({ tool: step.name, args: step.args });
  return goOut(deciding, step, { key: call.key, attempt: call.attempt, inDigest }, []);
}

/**
 * A call with a side effect that was under way when a process died: whether it was carried out nobody knows, and it is
 * never sent again. It has failed, unless the tool says that a person is to be asked.
 */
function settleUnknown({ inFlight }: Deciding, step: ToolStep, call: ToolCallState): Decision {
  const { slot, name, tool } = step;
  const message = `whether ${name} was carried out is not known: the process that called it ended before the answer`;
  const lost = failed(step, call, { code: 'tool/unknown-outcome', message, category: 'tool' });
  if (tool?.spec.onUnknown !== 'ask') return emit(lost);
  const { asked, decision } = slot.state;
  const { key, attempt } = call;
  const place = { lane: slot.lane, key, attempt };
  if (asked?.at !== key) {
    const prompt = `${message}. Approve with its result if it was; reject if not. Its arguments: ${canonicalJson(step.args)}`;
    return emit({ type: 'human.requested', ...place, data: { prompt } });
  }
  if (decision?.decision === 'reject') return emit(lost);
  if (decision)
    return emit({ type: 'tool.returned', ...place, data: { tool: name, result: decision.value ?? null } });
  const { at: _, ...request } = asked;
  const effect = { kind: 'human', ...place, request } as const;
  return inFlight.has(effectId(effect)) ? NOTHING : { drafts: [], effects: [effect] };
}

function refusal({ tool, name, args, slot }: ToolStep): StepError | null {
  if (!tool) return invalid('tool/unknown', `there is no tool \`${name}\``);
  const forbidden = outOfScope(slot, tool);
  if (forbidden) return forbidden;
  if (typeof args === 'string') return invalid('tool/bad-arguments', 'the arguments are not a JSON object');
  const problems = tool.parameters?.check(args) ?? [];
  if (problems.length === 0) return null;
  return invalid(
    'tool/bad-arguments',
    problems.map(({ path, message }) => `${path || 'arguments'} ${message}`).join('; '),
  );
}

/** An agent has one of the scopes that may call a tool; what the graph itself calls needs none. */
function outOfScope({ node }: Slot, { name, spec }: CompiledTool): StepError | null {
  if (spec.access === undefined || node.spec.type !== 'agent') return null;
  const scopes = node.spec.scopes ?? [];
  if (spec.access.some((scope) => scopes.includes(scope))) return null;
  const message = `${name} may be called by ${spec.access.join(' or ')}, and ${node.id} has ${scopes.length > 0 ? scopes.join(', ') : 'no scope'}`;
  return { code: 'tool/forbidden', message, category: 'policy' };
}

const invalid = (code: string, message: string): StepError => ({ code, message, category: 'validation' });

function toolEffect(
  plan: Plan,
  step: ToolStep,
  place: { key: string; attempt: number; inDigest: string },
): Effect & { kind: 'tool' } {
  const { slot, name, args, turn, tool } = step;
  return {
    kind: 'tool',
    lane: slot.lane,
    ...place,
    delayMs: delayOf(step, { ...place, seed: plan.seed }),
    timeoutMs: step.timeoutMs ?? NO_RETRY.timeoutMs,
    bindings: mockBindings(plan, slot, turn),
    request: { tool: name, args: args },
    sideEffect: tool?.spec.sideEffect ?? false,
    fault: null,
  };
}

/** The wait before a call is made again: as the policy says, and no less than the tool asked for. */
function delayOf({ slot, retry }: ToolStep, at: { key: string; attempt: number; seed: number }): number {
  if (!retry) return 0;
  const asked = slot.state.toolCalls.find(({ key }) => key === at.key)?.retryAfterMs ?? 0;
  return Math.max(retryDelayMs(retry, at), Math.min(asked, retry.maxDelayMs));
}
