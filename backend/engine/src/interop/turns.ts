import type { ChatMessage, Json, ToolCall } from '@rehearse/contracts';
import { jsonOrText } from './json-text.js';

/** A tool call with its answer; undefined when the recording has none. */
interface RecordedCall extends ToolCall {
  result?: Json;
}

/** One answer of the model, with what was said to it since the one before. */
export interface Turn {
  added: ChatMessage[];
  answer: ChatMessage;
  calls: RecordedCall[];
}

/** Cuts a conversation into turns; `rest` is what nobody answered any more. */
export function turnsOf(messages: readonly ChatMessage[]): { turns: Turn[]; rest: ChatMessage[] } {
  const turns: Turn[] = [];
  let added: ChatMessage[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role !== 'assistant') {
      added.push(message);
      continue;
    }
    turns.push({
      added,
      answer: message,
      calls: answered(message.toolCalls ?? [], messages.slice(index + 1, index + 1 + MOST_ANSWERS)),
    });
    added = [];
  }
  return { turns, rest: added };
}

/** As many answers as one message can ask for; it keeps a long conversation from being copied at each turn. */
const MOST_ANSWERS = 256;

/**
 * Gives each call its answer among the tool messages that follow at once: by id where the id is that of one call only,
 * else by place, as ids repeat within real recordings.
 */
function answered(calls: readonly ToolCall[], following: readonly ChatMessage[]): RecordedCall[] {
  const end = following.findIndex(({ role }) => role !== 'tool');
  const answers = end < 0 ? [...following] : following.slice(0, end);
  const taken = new Set<ChatMessage>();
  const found = calls.map((call) => {
    const isOwn = calls.filter(({ id }) => id === call.id).length === 1;
    const answer = isOwn
      ? answers.find((message) => !taken.has(message) && message.toolCallId === call.id)
      : undefined;
    if (answer) taken.add(answer);
    return answer;
  });
  return calls.map((call, index) => {
    const answer =
      found[index] ??
      answers.find(
        (message) =>
          !taken.has(message) && (message.toolCallId === undefined || message.toolCallId === call.id),
      );
    if (!answer) return { ...call };
    taken.add(answer);
    return { ...call, result: jsonOrText(answer.content ?? '') };
  });
}
