import type { Json, JsonObject, MockReply, StepError } from '@rehearse/contracts';
import type { CompiledGraph, CompiledMockRule } from '../graph/model.js';
import { graphAt } from '../execute/plan.js';
import { canonicalJson } from '../journal/canonical.js';
import type { Clock, MockBindings, ModelOutcome, ModelPlace, ModelRequest } from '../ports.js';
import { estimateTokens } from './tokens.js';
import { draw, drawLatencyMs } from './random.js';

interface MockOptions {
  graph: CompiledGraph;
  seed: number;
  clock: Clock;
}

/** Answers from the graph's `mocks`: the first rule that holds. A script without one is an error. */
export function mockModel({ graph, seed, clock }: MockOptions) {
  return async (request: ModelRequest, place: ModelPlace): Promise<ModelOutcome> => {
    const script = request.target.provider === 'mock' ? request.target.script : '';
    const bindings = modelVariables(request, place);
    const rule = firstThatHolds(
      { script, rules: graphAt(graph, place.key).mocks.get(script) ?? [] },
      bindings,
    );
    if ('error' in rule) return failed(rule.error);
    const latency = rule.spec.latency ?? rule.spec.reply?.latency;
    if (latency !== undefined) {
      const uniform = (n: number) => draw(seed, 'latency', place.key, place.attempt, n);
      const delayMs = drawLatencyMs(latency, { u1: uniform(1), u2: uniform(2) });
      if (!graph.virtualTime) await clock.sleep(delayMs, place.signal);
    }
    if (rule.spec.error !== undefined) return scriptedError(rule.spec.error);
    const reply = rule.reply!.render(bindings);
    if (!reply.ok) {
      const message = `${nameOf(script, rule.index)}: ${reply.error.message}`;
      return failed({ code: 'mock/bad-reply', message, category: 'validation' });
    }
    return answer(choose(reply.value as MockReply & JsonObject, seed, place), request, place);
  };
}

type Chosen = Pick<MockReply, 'content' | 'toolCalls' | 'finishReason' | 'usage' | 'costUsd'>;

/** What a mock script sees. */
export function modelVariables({ messages }: ModelRequest, place: MockBindings): JsonObject {
  const toolResults = messages
    .filter(({ role }) => role === 'tool')
    .map(({ name, content }) => ({ tool: name ?? null, name: name ?? null, result: parsed(content ?? '') }));
  return {
    node: place.node,
    turn: place.turn,
    messages: messages as unknown as Json,
    last: messages.at(-1) ?? null,
    toolResults,
    inputs: place.vars,
    vars: place.vars,
    run: place.run,
    case: { id: place.caseId },
    judge: place.judge ?? null,
  };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** A rule as its path in the document says it. */
const nameOf = (script: string, index: number): string => `mocks.${script}[${index}]`;

function firstThatHolds(
  { script, rules }: { script: string; rules: readonly CompiledMockRule[] },
  bindings: JsonObject,
): (CompiledMockRule & { index: number }) | { error: StepError } {
  for (const [index, rule] of rules.entries()) {
    const holds = rule.when?.evaluate(bindings) ?? { ok: true, value: true };
    if (!holds.ok) {
      const message = `${nameOf(script, index)}.when: ${holds.error.message}`;
      return { error: { code: 'mock/bad-rule', message, category: 'validation' } };
    }
    if (holds.value === true) return { ...rule, index };
  }
  const message = `no rule of the mock script \`${script}\` holds; a last rule without \`when\` would`;
  return { error: { code: 'mock/no-rule', message, category: 'validation' } };
}

function scriptedError(error: string | { message: string; status?: number | undefined }): ModelOutcome {
  const { message, status } = typeof error === 'string' ? { message: error, status: undefined } : error;
  const isRetryable =
    status === undefined || status === 408 || status === 425 || status === 429 || status >= 500;
  return {
    ok: false,
    error: {
      code: 'provider/error',
      message,
      category: 'provider',
      ...(status === undefined ? {} : { status }),
    },
    retryable: isRetryable,
  };
}

const failed = (error: StepError): ModelOutcome => ({ ok: false, error, retryable: false });

/** One of several, by weight, drawn from the run's seed. */
function choose(reply: MockReply, seed: number, place: ModelPlace): Chosen {
  if (!reply.oneOf) return reply;
  const weights = reply.oneOf.map(({ weight }) => weight ?? 1);
  let rest = draw(seed, 'oneOf', place.key, place.attempt) * weights.reduce((sum, weight) => sum + weight, 0);
  return reply.oneOf.find((_, index) => (rest -= weights[index]!) < 0) ?? reply.oneOf.at(-1)!;
}

function answer(chosen: Chosen, request: ModelRequest, place: ModelPlace): ModelOutcome {
  const { content } = chosen;
  const text = content === undefined ? null : typeof content === 'string' ? content : canonicalJson(content);
  const toolCalls = (chosen.toolCalls ?? []).map((call, index) => ({
    id: `${place.key}#${index}`,
    name: call.name,
    arguments: (call.arguments ?? {}) as JsonObject,
  }));
  for (const word of text?.match(/\S+\s*/g) ?? []) place.onToken?.(word);
  return {
    ok: true,
    content: text,
    toolCalls,
    finishReason: chosen.finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    usage: chosen.usage ?? {
      inputTokens: request.messages.reduce((sum, message) => sum + estimateTokens(message.content ?? ''), 0),
      outputTokens:
        estimateTokens(text ?? '') + estimateTokens(toolCalls.length > 0 ? canonicalJson(toolCalls) : ''),
    },
    costUsd: chosen.costUsd ?? 0,
  };
}
