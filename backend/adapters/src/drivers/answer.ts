import type { Json, ToolCall, Usage } from '@rehearse/contracts';
import { argumentsOf, canonicalJson } from '@rehearse/engine';
import { z } from 'zod';
import { told } from '../providers/chat.js';
import { BadAnswer } from '../providers/dialect.js';

const Arguments = z.union([z.string(), z.record(z.string(), z.json())]);
/** As we write them, or as OpenAI does. */
const AgentCall = z.union(
  [
    z.object({ id: z.string().nullish(), name: z.string().min(1), arguments: Arguments.nullish() }),
    z
      .object({
        id: z.string().nullish(),
        function: z.object({ name: z.string().min(1), arguments: Arguments.nullish() }),
      })
      .transform(({ id, function: called }) => ({ id, ...called })),
  ],
  { error: 'it is no call of a tool, as in {"name": "…", "arguments": {}}' },
);

const AgentAnswer = z.object(
  {
    content: z.json().optional(),
    toolCalls: z.array(AgentCall).max(128).nullish(),
    finishReason: z.string().min(1).nullish(),
    usage: z.object({ inputTokens: z.int().min(0), outputTokens: z.int().min(0) }).nullish(),
  },
  { error: 'it is no mapping, as in {"content": "…"}' },
);

export interface AgentReply {
  content: string | null;
  toolCalls: ToolCall[];
  finishReason: string;
  usage: Usage;
}

/** The answer of an agent that is no model of ours; throws {@link BadAnswer}. What it did not count is nothing. */
export function agentReply(answer: unknown, key: string): AgentReply {
  const parsed = AgentAnswer.safeParse(answer);
  if (!parsed.success) throw new BadAnswer(`the answer of the agent does not fit: ${told(parsed.error)}`);
  const { content, toolCalls: calls, finishReason, usage } = parsed.data;
  const toolCalls = (calls ?? []).map(({ id, name, arguments: args }, index) => ({
    id: id || `${key}#${index}`,
    name,
    arguments: argumentsOf(args ?? {}),
  }));
  return {
    content: textOf(content),
    toolCalls,
    finishReason: finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    usage: usage ?? { inputTokens: 0, outputTokens: 0 },
  };
}

function textOf(content: Json | undefined): string | null {
  if (content === undefined || content === null) return null;
  return typeof content === 'string' ? content : canonicalJson(content);
}
