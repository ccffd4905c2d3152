import type { Json, JournalEvent, JsonObject, MockRule, ToolMockRule } from '@rehearse/contracts';
import { canonicalJson } from '../journal/canonical.js';
import { literal } from './generated.js';

/** What a graph is made of. */
export interface RecordedRun {
  /** What an imported conversation is called. */
  name: string;
  events: readonly JournalEvent[];
  caseId: string | null;
  vars: JsonObject;
  seed: number;
}

/** A tool call that a run made. */
export interface RecordedCall {
  node: string;
  tool: string;
  /** A string where the model sent broken JSON. */
  args: JsonObject | string;
  escapedArgs: Json;
  result?: Json;
  error?: string;
}

/** The node of a lane: `each/item[2]/draft` is one of `draft`. */
export const nodeOf = (lane: string): string =>
  lane.split('/').findLast((step) => !step.includes('[')) ?? lane;

const turnOf = (key: string): number => Number(/turn\[(\d+)\]$/.exec(key)?.[1] ?? 1);

/** A value in which no text is a template. */
export function escaped(value: Json): Json {
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escaped(member)]));
}

interface Answer {
  node: string;
  turn: number;
  last: string | null;
  reply: Omit<MockRule, 'when'>;
}

/** A rule for each answer of a model, by node and turn; where several share both, by what was asked last as well. */
export function modelRules(events: readonly JournalEvent[]): MockRule[] {
  const answers = [...answersOf(events).values()];
  const count = new Map<string, number>();
  const place = ({ node, turn }: Answer) => `${node} ${turn}`;
  for (const answer of answers) count.set(place(answer), (count.get(place(answer)) ?? 0) + 1);
  return answers.map((answer) => {
    const { node, turn, last, reply } = answer;
    const isShared = count.get(place(answer))! > 1 && last !== null;
    const asked = isShared ? ` && last.content == ${JSON.stringify(last)}` : '';
    return { when: `node == ${JSON.stringify(node)} && turn == ${turn}${asked}`, ...reply };
  });
}

/** The last outcome of each turn, in the order of the run: what was tried again is not asked twice of a mock. */
function answersOf(events: readonly JournalEvent[]): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  const asked = new Map<string, string | null>();
  for (const event of events) {
    if (event.type === 'model.requested')
      asked.set(event.key, event.data.messagesAdded.at(-1)?.content ?? null);
    const reply = replyOf(event);
    if (!reply) continue;
    const { key, lane } = event;
    answers.set(key, { node: nodeOf(lane), turn: turnOf(key), last: asked.get(key) ?? null, reply });
  }
  return answers;
}

function replyOf(event: JournalEvent): Answer['reply'] | undefined {
  if (event.type === 'model.failed') {
    const { message, status } = event.data.error;
    const isHttp = status !== undefined && status >= 400 && status <= 599;
    return { error: isHttp ? { message, status } : message };
  }
  if (event.type !== 'model.responded') return undefined;
  const { content, toolCalls, finishReason, usage, costUsd } = event.data;
  const calls = toolCalls.map(({ name, arguments: args }) => ({
    name,
    ...(typeof args === 'object' && { arguments: escaped(args) as JsonObject }),
  }));
  return {
    reply: {
      ...(content !== null && { content: literal(content) }),
      ...(calls.length > 0 && { toolCalls: calls }),
      ...(finishReason !== (calls.length > 0 ? 'tool_calls' : 'stop') && { finishReason }),
      ...(usage.inputTokens + usage.outputTokens > 0 && { usage }),
      ...(costUsd !== undefined && costUsd > 0 && { costUsd }),
    },
  };
}

export function toolCallsOf(events: readonly JournalEvent[]): RecordedCall[] {
  const calls = new Map<string, RecordedCall>();
  for (const event of events) {
    if (event.type === 'tool.called') {
      const { tool, args } = event.data;
      calls.set(event.key, { node: nodeOf(event.lane), tool, args, escapedArgs: escaped(args) });
    } else if (event.type === 'tool.returned')
      Object.assign(calls.get(event.key) ?? {}, { result: event.data.result });
    else if (event.type === 'tool.failed')
      Object.assign(calls.get(event.key) ?? {}, { error: event.data.error.message });
  }
  return [...calls.values()];
}

/** A rule for each call of a tool, by its arguments; of several with the same the first. Others are errors. */
export function toolRules(calls: readonly RecordedCall[]): ToolMockRule[] {
  const rules = new Map<string, ToolMockRule>();
  for (const { args, result, error } of calls) {
    const when = `string(args) == ${JSON.stringify(canonicalJson(args))}`;
    if (rules.has(when) || (result === undefined && error === undefined)) continue;
    rules.set(when, { when, ...(error === undefined ? { return: escaped(result!) } : { error }) });
  }
  return rules.size === 0 ? [] : [...rules.values(), { error: 'this call was not recorded' }];
}
