import { readerOf, type ChatMessage, type Json, type JsonObject, type ToolCall } from '@rehearse/contracts';
import { argumentsOf, type ModelRequest } from '@rehearse/engine';
import { z } from 'zod';
import { told } from './chat.js';
import { BadAnswer, parse, type Dialect, type Reply, type StreamReader } from './dialect.js';

/** The API wants a limit; where the graph gives none, one that a long answer does not reach. */
const MAX_TOKENS = 8_192;

/** The messages API of Anthropic. */
export const messages: Dialect = {
  path: '/messages',
  headers: { 'anthropic-version': '2023-06-01' },
  body: bodyOf,
  read: readWhole,
  reader: (onPiece) => new MessageStream(onPiece),
};

function bodyOf({ model, messages, tools, params, output }: ModelRequest, stream: boolean): Json {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content ?? '');
  const members: Record<string, Json | undefined> = {
    model,
    system: system.length > 0 ? system.join('\n\n') : undefined,
    messages: wireMessages(messages),
    tools: tools.length > 0 ? tools.map(wireTool) : undefined,
    max_tokens: params.maxOutputTokens ?? MAX_TOKENS,
    temperature: params.temperature,
    top_p: params.topP,
    stop_sequences: params.stop,
    output_config: outputConfig(params.reasoningEffort, output),
    stream: stream || undefined,
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;
}

function outputConfig(effort: ModelRequest['params']['reasoningEffort'], schema: Json): Json | undefined {
  const format =
    typeof schema === 'object' && schema !== null ? { type: 'json_schema', schema: closed(schema) } : null;
  if (!format && !effort) return undefined;
  // `minimal` is a word of OpenAI's alone.
  return { ...(format && { format }), ...(effort && { effort: effort === 'minimal' ? 'low' : effort }) };
}

/** The API takes only objects that say that they have no other members. */
function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isObject = schema['type'] === 'object' && typeof schema['properties'] === 'object';
  return isObject ? { ...members, additionalProperties: false } : members;
}

const wireTool = ({ name, description, parameters }: ModelRequest['tools'][number]): Json => ({
  name,
  ...(description !== null && { description }),
  input_schema: parameters,
});

/** Messages of one role that follow each other are one message: all answers of tools go back together. */
function wireMessages(messages: readonly ChatMessage[]): Json {
  const wired: { role: string; content: Json[] }[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = wired.at(-1);
    if (last?.role === role) last.content.push(...blocksOf(message));
    else wired.push({ role, content: blocksOf(message) });
  }
  return wired.filter(({ content }) => content.length > 0);
}

function blocksOf({ role, content, toolCalls, toolCallId }: ChatMessage): Json[] {
  if (role === 'tool')
    return [{ type: 'tool_result', tool_use_id: toolCallId ?? '', content: content ?? '' }];
  const text: Json[] = content ? [{ type: 'text', text: content }] : [];
  const calls = (toolCalls ?? []).map(({ id, name, arguments: args }): Json => {
    return { type: 'tool_use', id, name, input: typeof args === 'string' ? { text: args } : args };
  });
  return [...text, ...calls];
}

const Counts = z.object({
  input_tokens: z.int().min(0).nullish(),
  output_tokens: z.int().min(0).nullish(),
  cache_read_input_tokens: z.int().min(0).nullish(),
  cache_creation_input_tokens: z.int().min(0).nullish(),
});
type Counts = z.infer<typeof Counts>;
const Block = z.object({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.record(z.string(), z.json()).optional(),
});
const Message = z.object({
  content: z.array(Block),
  stop_reason: z.string().nullish(),
  usage: Counts.nullish(),
});
const readMessage = readerOf(Message);

function readWhole(answer: unknown): Reply {
  const parsed = readMessage(answer);
  if (!parsed.success) throw new BadAnswer(`the answer is no message: ${told(parsed.error)}`);
  const { content, stop_reason: reason, usage } = parsed.data;
  const texts = content.filter(({ type }) => type === 'text').map(({ text }) => text ?? '');
  const uses = content.filter(({ type }) => type === 'tool_use');
  return {
    content: texts.length > 0 ? texts.join('') : null,
    toolCalls: uses.map(({ id, name, input }) => ({
      id: id ?? '',
      name: name ?? '',
      arguments: argumentsOf(input ?? {}),
    })),
    finishReason: reasonOf(reason),
    counts: countsOf(usage ?? {}),
  };
}

function countsOf(usage: Counts) {
  const cached = usage.cache_read_input_tokens ?? 0;
  const input = (usage.input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0) + cached;
  return { input, cached, output: usage.output_tokens ?? 0 };
}

/** In the words that all providers share in a journal. */
const REASONS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};
const reasonOf = (reason: string | null | undefined): string => REASONS[reason ?? 'end_turn'] ?? reason!;

const Event = z.object({
  type: z.string(),
  index: z.int().min(0).max(1_023).optional(),
  message: z.object({ usage: Counts.nullish() }).optional(),
  content_block: Block.optional(),
  delta: z
    .object({
      text: z.string().optional(),
      partial_json: z.string().optional(),
      stop_reason: z.string().nullish(),
    })
    .optional(),
  usage: Counts.nullish(),
  error: z.object({ type: z.string().optional(), message: z.string() }).optional(),
});
const readEvent = readerOf(Event);
type Event = z.infer<typeof Event>;

class MessageStream implements StreamReader {
  #text: string | null = null;
  #usage: Counts = {};
  #reason: string | null | undefined;
  #isDone = false;
  readonly #calls = new Map<number, { id: string; name: string; json: string }>();

  constructor(private readonly onPiece: (text: string) => void) {}

  event(data: string): void {
    const parsed = readEvent(parse(data));
    if (!parsed.success) throw new BadAnswer(`a piece of the answer is none: ${told(parsed.error)}`);
    const event = parsed.data;
    if (event.error) throw new BadAnswer(event.error.message, true);
    // The counts come in two parts, and the later one may leave out what has not changed.
    const usage = event.message?.usage ?? event.usage;
    for (const [key, count] of Object.entries(usage ?? {}))
      if (count !== null && count !== undefined) this.#usage[key as keyof Counts] = count;
    if (event.delta?.stop_reason) this.#reason = event.delta.stop_reason;
    if (event.type === 'message_stop') this.#isDone = true;
    if (event.type === 'content_block_start') this.#begin(event);
    if (event.type === 'content_block_delta') this.#add(event);
  }

  #begin({ index = 0, content_block: block }: Event): void {
    if (block?.type === 'tool_use') {
      this.#calls.set(index, { id: block.id ?? '', name: block.name ?? '', json: '' });
      this.onPiece('');
    }
    if (block?.type === 'text') this.#say(block.text ?? '');
  }

  #add({ index = 0, delta }: Event): void {
    const call = this.#calls.get(index);
    if (call) call.json += delta?.partial_json ?? '';
    else if (delta?.text !== undefined) this.#say(delta.text);
  }

  #say(text: string): void {
    this.#text = (this.#text ?? '') + text;
    if (text !== '') this.onPiece(text);
  }

  end(): Reply {
    if (!this.#isDone) throw new BadAnswer('the answer stopped in the middle', true);
    const toolCalls: ToolCall[] = [...this.#calls.values()].map(({ id, name, json }) => ({
      id,
      name,
      arguments: argumentsOf(json),
    }));
    return {
      content: this.#text,
      toolCalls,
      finishReason: reasonOf(this.#reason),
      counts: countsOf(this.#usage),
    };
  }
}
