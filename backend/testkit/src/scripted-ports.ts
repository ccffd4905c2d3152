import type { Json } from '@rehearse/contracts';
import type {
  Answer,
  Clock,
  HumanOutcome,
  ModelOutcome,
  ModelRequest,
  Ports,
  ScriptAsk,
  ToolOutcome,
  ToolRequest,
} from '@rehearse/engine';
import { virtualClock } from './virtual-clock.js';

type Reply = string | Extract<ModelOutcome, { ok: false }> | Partial<Extract<ModelOutcome, { ok: true }>>;
type At = { key: string; attempt: number };

export interface PortScript {
  /** What a model answers, by the key of the turn, or for each request. A key that is missing is a broken test. */
  model?: Readonly<Record<string, Reply>> | ((request: ModelRequest, place: At) => Reply);
  /** What a tool returns, by its name, or for each call. */
  tool?: Readonly<Record<string, Json>> | ((request: ToolRequest, place: At) => ToolOutcome);
  /** The vectors of texts; all others are alike. */
  embed?: Readonly<Record<string, number[]>>;
  /** What a program of an assertion gives. */
  script?: (ask: ScriptAsk) => Answer;
  /** What a person decides, by the key of the node; nobody answers for one that is missing. */
  human?: Readonly<Record<string, HumanOutcome>>;
  /** How long a call takes on the clock, in milliseconds. */
  latencyMs?: (place: At) => number;
  clock?: Clock;
}

const NO_SCRIPT = {
  code: 'sandbox/error',
  message: 'the test runs no programs',
  category: 'validation',
} as const;

/** Ports whose answers the test writes down; time is virtual. */
export function scriptedPorts(script: PortScript = {}): Ports {
  const clock = script.clock ?? virtualClock();
  const pass = (place: At & { signal: Parameters<Clock['sleep']>[1] }) =>
    clock.sleep(script.latencyMs?.(place) ?? 0, place.signal);
  return {
    clock,
    model: {
      unavailable: () => null,
      async call(request, place) {
        await pass(place);
        return outcomeOf(replyOf(script, request, place));
      },
    },
    tool: {
      async call(request, place) {
        await pass(place);
        return resultOf(script, request, place);
      },
    },
    embed: {
      async call({ texts }, place) {
        await pass(place);
        const usage = { inputTokens: 1, outputTokens: 0 };
        return { ok: true, vectors: texts.map((text) => script.embed?.[text] ?? [1, 0]), usage };
      },
    },
    script: {
      run: async (ask) => script.script?.(ask) ?? { ok: false, error: NO_SCRIPT },
    },
    human: { ask: async (_, place) => script.human?.[place.key] ?? null },
  };
}

function replyOf({ model }: PortScript, request: ModelRequest, place: At): Reply {
  if (typeof model === 'function') return model(request, place);
  const reply = model?.[place.key];
  if (reply === undefined) throw new Error(`the script has no reply for ${place.key}`);
  return reply;
}

function resultOf({ tool }: PortScript, request: ToolRequest, place: At): ToolOutcome {
  if (typeof tool === 'function') return tool(request, place);
  const result = tool?.[request.tool];
  if (result === undefined) throw new Error(`the script has no result for the tool ${request.tool}`);
  return { ok: true, result };
}

function outcomeOf(reply: Reply): ModelOutcome {
  if (typeof reply !== 'string' && reply.ok === false) return reply;
  const said = typeof reply === 'string' ? { content: reply } : reply;
  const toolCalls = said.toolCalls ?? [];
  return {
    content: null,
    finishReason: toolCalls.length > 0 ? 'tool_calls' : 'stop',
    usage: { inputTokens: 1, outputTokens: 1 },
    ...said,
    ok: true,
    toolCalls,
  };
}
