import type { ChatMessage, Json, JournalEvent, StepError, ToolCall } from '@rehearse/contracts';

/** What was said and done in a step, in the order of the journal. */
export type Turn =
  | { kind: 'message'; seq: number; message: ChatMessage }
  | { kind: 'answer'; seq: number; content: string | null; toolCalls: ToolCall[]; finishReason: string }
  | { kind: 'tool'; seq: number; tool: string; args: Json; result?: Json; error?: StepError; isOver: boolean }
  | { kind: 'trouble'; seq: number; text: string };

/** The conversation of one step, by its key; answers of tools stand with their calls, not again as messages. */
export function conversationOf(events: readonly JournalEvent[], step: string): Turn[] {
  const turns: Turn[] = [];
  const calls = new Map<string, Extract<Turn, { kind: 'tool' }>>();
  // Not by its lane: the iterations of a loop follow each other in one.
  for (const event of events)
    if (event.key === step || event.key.startsWith(`${step}/turn[`)) take(event, { turns, calls });
  return turns;
}

interface Telling {
  turns: Turn[];
  calls: Map<string, Extract<Turn, { kind: 'tool' }>>;
}

function take(event: JournalEvent, { turns, calls }: Telling): void {
  const { seq } = event;
  switch (event.type) {
    case 'model.requested':
      for (const message of event.data.messagesAdded)
        if (message.role !== 'tool' && message.role !== 'assistant')
          turns.push({ kind: 'message', seq, message });
      return;
    case 'model.responded': {
      const { content, toolCalls, finishReason } = event.data;
      turns.push({ kind: 'answer', seq, content, toolCalls, finishReason });
      return;
    }
    case 'tool.called': {
      const call = {
        kind: 'tool' as const,
        seq,
        tool: event.data.tool,
        args: event.data.args,
        isOver: false,
      };
      calls.set(event.key, call);
      turns.push(call);
      return;
    }
    case 'tool.returned':
    case 'tool.failed': {
      const call = calls.get(event.key);
      if (!call) return;
      call.isOver = true;
      if (event.type === 'tool.returned') call.result = event.data.result;
      else call.error = event.data.error;
      return;
    }
    case 'model.failed':
      turns.push({ kind: 'trouble', seq, text: `${event.data.error.code}: ${event.data.error.message}` });
      return;
    default:
  }
}
