import type { ChatMessage, JournalEvent } from '@rehearse/contracts';
import { canonicalJson } from '../journal/canonical.js';
import { VERDICT_LANE } from '../journal/digest.js';
import { turnOf } from '../journal/keys.js';
import type { Recording } from './recording.js';

/** The id of the assertion that a recorded reward becomes. */
export const REWARD_ID = 'recorded:reward';

/** The conversation that the journal of an import was made of, as far as its checks look at it. */
export function recordingIn(events: readonly JournalEvent[]): Recording {
  const started = events.find((event) => event.type === 'run.started');
  if (!started) throw new RangeError('a journal begins with run.started');
  const { caseId, repeat, vars } = started.data;
  const usage = usageIn(events);
  const reward = events.find((event) => event.type === 'assertion.evaluated' && event.key === REWARD_ID);
  return {
    ...{ caseId: caseId ?? '', repeat, vars, usage, messages: messagesIn(events) },
    model: events.find((event) => event.type === 'model.requested')?.data.model ?? 'unknown',
    reward: reward?.type === 'assertion.evaluated' ? reward.data.score : null,
  };
}

function messagesIn(events: readonly JournalEvent[]): ChatMessage[] {
  const messages: ChatMessage[] = [];
  for (const event of events) {
    if (event.lane === VERDICT_LANE) continue;
    if (event.type === 'model.requested') messages.push(...event.data.messagesAdded);
    if (event.type === 'model.responded') {
      const { content, toolCalls } = event.data;
      messages.push({ role: 'assistant', content, ...(toolCalls.length > 0 && { toolCalls }) });
    }
    if (event.type === 'log') messages.push(unanswered(event.data.message));
  }
  return [...messages, ...lastResults(events)];
}

/** What was said behind the last answer stands in the log, with who said it. */
function unanswered(line: string): ChatMessage {
  const at = line.indexOf(': ');
  return { role: line.slice(0, at) as ChatMessage['role'], content: line.slice(at + 2) };
}

/** The results of earlier calls are in what the next turn adds; those of the last turn stand for themselves. */
function lastResults(events: readonly JournalEvent[]): ChatMessage[] {
  const last = events.findLast((event) => event.type === 'model.responded' && event.lane !== VERDICT_LANE);
  if (last?.type !== 'model.responded') return [];
  return events.flatMap((event) => {
    if (event.type !== 'tool.returned' || turnOf(event.key) !== turnOf(last.key)) return [];
    const asked = last.data.toolCalls[Number(event.key.slice(event.key.lastIndexOf('#') + 1))];
    const { result, tool: name } = event.data;
    const content = typeof result === 'string' ? result : canonicalJson(result);
    return [{ role: 'tool' as const, content, name, ...(asked && { toolCallId: asked.id }) }];
  });
}

function usageIn(events: readonly JournalEvent[]): Recording['usage'] {
  const counted = events.filter((event) => event.type === 'model.responded' && event.lane !== VERDICT_LANE);
  const sum = (of: 'inputTokens' | 'outputTokens') =>
    counted.reduce(
      (total, event) => total + (event.type === 'model.responded' ? event.data.usage[of] : 0),
      0,
    );
  const usage = { inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens') };
  return usage.inputTokens + usage.outputTokens > 0 ? usage : null;
}
