import type { ChatMessage, ToolCall } from '@rehearse/contracts';
import { z } from 'zod';
import { argumentsOf } from './json-text.js';

const RecordedCall = z.object({
  id: z.string().nullish(),
  function: z.object({
    name: z.string().min(1),
    arguments: z.union([z.string(), z.record(z.string(), z.json())]),
  }),
});
const LegacyCall = z.object({ name: z.string().min(1), arguments: z.string() });
const ContentPart = z.object({ type: z.string(), text: z.string().optional() });

/** A chat message as OpenAI's API has it, older forms included; keys that are not known are passed over. */
export const RecordedMessage = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(ContentPart)]).nullish(),
  name: z.string().nullish(),
  tool_call_id: z.string().nullish(),
  tool_calls: z.array(RecordedCall).nullish(),
  function_call: LegacyCall.nullish(),
});
export type RecordedMessage = z.infer<typeof RecordedMessage>;

/** The message in the words of the journal. */
export function chatMessage(recorded: RecordedMessage): ChatMessage {
  const { name, tool_call_id: toolCallId } = recorded;
  const toolCalls = recorded.role === 'assistant' ? callsOf(recorded) : [];
  return {
    role: ROLES[recorded.role],
    content: contentOf(recorded.content),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(typeof toolCallId === 'string' && { toolCallId }),
    ...(typeof name === 'string' && { name }),
  };
}

/** What newer and older names of a role are called in the journal. */
const ROLES = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
} as const;

/** Text parts are joined; a part that is no text is named in brackets, so that it is seen to be missing. */
function contentOf(content: RecordedMessage['content']): string | null {
  if (content === null || content === undefined) return null;
  if (typeof content === 'string') return content;
  return content.map(({ type, text }) => text ?? `[${type}]`).join('\n');
}

function callsOf({ tool_calls: calls, function_call: legacy }: RecordedMessage): ToolCall[] {
  if (legacy) return [{ id: '', name: legacy.name, arguments: argumentsOf(legacy.arguments) }];
  return (calls ?? []).map(({ id, function: called }) => ({
    id: id ?? '',
    name: called.name,
    arguments: argumentsOf(called.arguments),
  }));
}
