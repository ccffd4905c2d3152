import { readerOf, type ChatMessage, type Json, type JsonObject, type ToolCall } from '@rehearse/contracts';
import { argumentsOf, type ModelRequest } from '@rehearse/engine';
import { z } from 'zod';
import { BadAnswer, parse, type Dialect, type Reply, type StreamReader } from './dialect.js';

/** The chat completions of OpenAI, Azure, and all that speak as they do. */
export const chat = (limitKey: 'max_tokens' | 'max_completion_tokens'): Dialect => ({
  path: '/chat/completions',
  headers: {},
  body: (request, stream) => bodyOf(request, { stream, limitKey }),
  read: readWhole,
  reader: (onPiece) => new ChatStream(onPiece),
});

function bodyOf(request: ModelRequest, { stream, limitKey }: { stream: boolean; limitKey: string }): Json {
  const { model, messages, tools, params, output } = request;
  const body = defined({
    model,
    messages: messages.map(wireMessage),
    tools: tools.length > 0 ? tools.map(wireTool) : undefined,
    temperature: params.temperature,
    top_p: params.topP,
    stop: params.stop,
    seed: params.seed,
    reasoning_effort: params.reasoningEffort,
    response_format: responseFormat(output),
    stream: stream || undefined,
    stream_options: stream ? { include_usage: true } : undefined,
  });
  if (params.maxOutputTokens !== undefined) body[limitKey] = params.maxOutputTokens;
  return body;
}

function defined(members: Record<string, Json | undefined>): JsonObject {
  const kept: JsonObject = {};
  for (const name in members) if (members[name] !== undefined) kept[name] = members[name];
  return kept;
}

/** A schema that is not an object says nothing that a provider could hold the model to. */
const responseFormat = (schema: Json): Json | undefined =>
  typeof schema === 'object' && schema !== null
    ? { type: 'json_schema', json_schema: { name: 'output', schema } }
    : undefined;

const wireTool = ({ name, description, parameters }: ModelRequest['tools'][number]): Json => ({
  type: 'function',
  function: defined({ name, description: description ?? undefined, parameters }),
});

/** A message as the API has it. */
export function wireMessage({ role, content, toolCalls, toolCallId }: ChatMessage): JsonObject {
  return defined({
    role,
    content,
    tool_calls: toolCalls?.map(({ id, name, arguments: args }) => ({
      id,
      type: 'function',
      function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
    })),
    tool_call_id: toolCallId,
  });
}

const Counts = z.object({
  prompt_tokens: z.int().min(0),
  completion_tokens: z.int().min(0).optional(),
  prompt_tokens_details: z.object({ cached_tokens: z.int().min(0).nullish() }).nullish(),
});
const WholeCall = z.object({
  id: z.string().nullish(),
  function: z.object({ name: z.string(), arguments: z.union([z.string(), z.record(z.string(), z.json())]) }),
});
const Completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z.array(WholeCall).nullish(),
        }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: Counts.nullish(),
});
const readCompletion = readerOf(Completion);

function readWhole(answer: unknown): Reply {
  const parsed = readCompletion(answer);
  if (!parsed.success) throw new BadAnswer(`the answer is no chat completion: ${told(parsed.error)}`);
  const { choices, usage } = parsed.data;
  const { message, finish_reason: reason } = choices[0]!;
  const toolCalls = (message.tool_calls ?? []).map(({ id, function: called }, index) => ({
    id: id || `call_${index}`,
    name: called.name,
    arguments: argumentsOf(called.arguments),
  }));
  return {
    content: message.content ?? message.refusal ?? null,
    toolCalls,
    finishReason: reason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    counts: countsOf(usage),
  };
}

export function told({ issues }: z.ZodError): string {
  const { path, message } = issues[0]!;
  return `${path.join('.') || 'the whole'}: ${message}`;
}

const countsOf = (usage: z.infer<typeof Counts> | null | undefined) => ({
  input: usage?.prompt_tokens ?? 0,
  cached: usage?.prompt_tokens_details?.cached_tokens ?? 0,
  output: usage?.completion_tokens ?? 0,
});

const PieceOfCall = z.object({
  index: z.int().min(0).max(127).nullish(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});
const Chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z.array(PieceOfCall).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: Counts.nullish(),
  error: z.object({ message: z.string().nullish() }).nullish(),
});
const readChunk = readerOf(Chunk);

class ChatStream implements StreamReader {
  #text: string | null = null;
  #reason: string | null = null;
  #counts = countsOf(null);
  #isDone = false;
  readonly #calls: { id: string; name: string; arguments: string }[] = [];

  constructor(private readonly onPiece: (text: string) => void) {}

  event(data: string): void {
    if (data === '[DONE]') {
      this.#isDone = true;
      return;
    }
    const parsed = readChunk(parse(data));
    if (!parsed.success) throw new BadAnswer(`a piece of the answer is none: ${told(parsed.error)}`);
    const { choices, usage, error } = parsed.data;
    if (error) throw new BadAnswer(error.message ?? 'the provider broke off', true);
    if (usage) this.#counts = countsOf(usage);
    const choice = choices?.[0];
    if (choice?.finish_reason) this.#reason = choice.finish_reason;
    const text = choice?.delta?.content ?? choice?.delta?.refusal;
    if (typeof text === 'string') this.#text = (this.#text ?? '') + text;
    for (const piece of choice?.delta?.tool_calls ?? []) this.#addCall(piece);
    if (text || choice?.delta?.tool_calls) this.onPiece(text ?? '');
  }

  #addCall({ index, id, function: called }: z.infer<typeof PieceOfCall>): void {
    // Some servers give no index; a new id then begins a new call.
    const at = index ?? (id ? this.#calls.length : Math.max(0, this.#calls.length - 1));
    const call = (this.#calls[at] ??= { id: '', name: '', arguments: '' });
    if (id) call.id = id;
    if (called?.name) call.name += called.name;
    call.arguments += called?.arguments ?? '';
  }

  end(): Reply {
    if (this.#reason === null && !this.#isDone) throw new BadAnswer('the answer stopped in the middle', true);
    const toolCalls: ToolCall[] = this.#calls
      .filter((call) => call !== undefined)
      .map(({ id, name, arguments: text }, index) => ({
        id: id || `call_${index}`,
        name,
        arguments: argumentsOf(text),
      }));
    return {
      content: this.#text,
      toolCalls,
      finishReason: this.#reason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
      counts: this.#counts,
    };
  }
}
