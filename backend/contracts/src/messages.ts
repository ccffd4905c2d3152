import { z } from 'zod';
import { JsonObject } from './json.js';

/** A tool call as a model asks for it. */
export const ToolCall = z
  .object({ id: z.string(), name: z.string(), arguments: z.union([JsonObject, z.string()]) })
  .meta({ id: 'ToolCall', description: 'Arguments that are not valid JSON stay a string.' });
export type ToolCall = z.infer<typeof ToolCall>;

/** A message of a conversation with a model. */
export const ChatMessage = z
  .object({
    role: z.enum(['system', 'user', 'assistant', 'tool']),
    content: z.string().nullable(),
    toolCalls: z.array(ToolCall).optional(),
    toolCallId: z.string().optional(),
    name: z.string().optional(),
  })
  .meta({ id: 'ChatMessage' });
export type ChatMessage = z.infer<typeof ChatMessage>;

export const Usage = z
  .object({ inputTokens: z.int().min(0), outputTokens: z.int().min(0) })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof Usage>;
