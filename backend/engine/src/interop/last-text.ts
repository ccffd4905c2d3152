import type { ChatMessage } from '@rehearse/contracts';

/** The output of a conversation: what the assistant said last; null when it never said anything. */
export const lastText = (messages: readonly ChatMessage[]): string | null =>
  messages.findLast(({ role, content }) => role === 'assistant' && content !== null && content !== '')
    ?.content ?? null;
