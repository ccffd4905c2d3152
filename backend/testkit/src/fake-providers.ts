import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { fakeServer, type FakeServer, type ReceivedRequest } from './fake-server.js';

/** What a fake provider answers. */
export type FakeAnswer =
  | {
      text?: string;
      toolCalls?: readonly { name: string; arguments: Record<string, unknown> }[];
      usage?: { input: number; output: number; cached?: number };
      finishReason?: string;
      /** Milliseconds between the pieces of a stream. */
      dripMs?: number;
      /** Cut the connection after so many pieces of the stream. */
      breakAfter?: number;
      /** Tell of an error after the first piece of the stream. */
      breakWith?: string;
    }
  | { status: number; error: string; headers?: Record<string, string> }
  | { raw: string; contentType: string }
  /** Never answer. */
  | 'hang';

export type FakeScript = (request: ReceivedRequest) => FakeAnswer | Promise<FakeAnswer>;

type Spoken = Extract<FakeAnswer, { usage?: unknown }>;

/** An API as its provider speaks it: whole, and in pieces. */
interface Speech {
  whole(answer: Spoken): unknown;
  pieces(answer: Spoken): { name?: string; data: unknown }[];
  error(message: string): unknown;
  isDoneBy: string | null;
}

/** A server that speaks as OpenAI's chat completions and embeddings do. */
export const fakeOpenai = (script: FakeScript): Promise<FakeServer> => fakeProvider(script, OPENAI);
/** A server that speaks as Anthropic's messages do. */
export const fakeAnthropic = (script: FakeScript): Promise<FakeServer> => fakeProvider(script, ANTHROPIC);

const fakeProvider = (script: FakeScript, speech: Speech): Promise<FakeServer> =>
  fakeServer(async (request, response) => {
    const answer = await script(request);
    if (answer === 'hang') return;
    if ('raw' in answer) {
      response.writeHead(200, { 'content-type': answer.contentType }).end(answer.raw);
    } else if ('status' in answer) {
      const headers = { 'content-type': 'application/json', ...answer.headers };
      response.writeHead(answer.status, headers).end(JSON.stringify(speech.error(answer.error)));
    } else if (request.json?.['stream'] === true) {
      await stream(response, answer, speech);
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(speech.whole(answer)));
    }
  });

async function stream(response: ServerResponse, answer: Spoken, speech: Speech): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const say = ({ name, data }: { name?: string; data: unknown }) =>
    response.write(`${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`);
  for (const [index, piece] of speech.pieces(answer).entries()) {
    if (answer.breakAfter === index) {
      // What was said so far goes out before the connection is cut.
      await sleep(20);
      response.destroy();
      return;
    }
    if (answer.breakWith !== undefined && index === 1) {
      say({ data: speech.error(answer.breakWith) });
      response.end();
      return;
    }
    say(piece);
    if (answer.dripMs !== undefined) await sleep(answer.dripMs);
    if (response.destroyed) return;
  }
  if (speech.isDoneBy !== null) response.write(`data: ${speech.isDoneBy}\n\n`);
  response.end();
}

const words = (text: string): string[] => text.match(/\S+\s*/g) ?? [];
const usageOf = ({ usage }: Spoken) => ({ cached: 0, ...(usage ?? { input: 20, output: 12 }) });
const reasonOf = ({ finishReason, toolCalls }: Spoken, reasons: { calls: string; end: string }) =>
  finishReason ?? (toolCalls ? reasons.calls : reasons.end);

const OPENAI: Speech = {
  isDoneBy: '[DONE]',
  error: (message) => ({ error: { message, type: 'invalid_request_error', code: null } }),
  whole(answer) {
    const reason = reasonOf(answer, { calls: 'tool_calls', end: 'stop' });
    const message = {
      role: 'assistant',
      content: answer.text ?? null,
      ...(answer.toolCalls && { tool_calls: answer.toolCalls.map(openaiCall) }),
    };
    return {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: reason }],
      usage: openaiUsage(answer),
    };
  },
  pieces(answer) {
    const chunk = (delta: object, reason: string | null = null) => ({
      data: {
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta, finish_reason: reason }],
      },
    });
    return [
      chunk({ role: 'assistant', content: answer.text === undefined ? null : '' }),
      ...words(answer.text ?? '').map((content) => chunk({ content })),
      ...(answer.toolCalls ?? []).flatMap((call, index) =>
        openaiCallPieces(call, index).map((piece) => chunk(piece)),
      ),
      chunk({}, reasonOf(answer, { calls: 'tool_calls', end: 'stop' })),
      { data: { id: 'chatcmpl-1', choices: [], usage: openaiUsage(answer) } },
    ];
  },
};

type Call = NonNullable<Spoken['toolCalls']>[number];

const openaiUsage = (answer: Spoken) => {
  const { input, output, cached } = usageOf(answer);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    prompt_tokens_details: { cached_tokens: cached },
  };
};

const openaiCall = (call: Call, index: number) => ({
  id: `call_${index}`,
  type: 'function',
  function: { name: call.name, arguments: JSON.stringify(call.arguments) },
});

/** The arguments of a call come in two halves, as they do from a model. */
function openaiCallPieces(call: Call, index: number): object[] {
  const text = JSON.stringify(call.arguments);
  const half = Math.ceil(text.length / 2);
  return [
    { tool_calls: [{ ...openaiCall(call, index), index, function: { name: call.name, arguments: '' } }] },
    { tool_calls: [{ index, function: { arguments: text.slice(0, half) } }] },
    { tool_calls: [{ index, function: { arguments: text.slice(half) } }] },
  ];
}

const ANTHROPIC: Speech = {
  isDoneBy: null,
  error: (message) => ({ type: 'error', error: { type: 'invalid_request_error', message } }),
  whole: (answer) => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: anthropicBlocks(answer),
    stop_reason: reasonOf(answer, { calls: 'tool_use', end: 'end_turn' }),
    usage: anthropicUsage(answer),
  }),
  pieces(answer) {
    const blocks = anthropicBlocks(answer).flatMap((block, index) => {
      const [start, ...deltas] = anthropicPieces(block);
      return [
        piece('content_block_start', { index, content_block: start }),
        ...deltas.map((delta) => piece('content_block_delta', { index, delta })),
        piece('content_block_stop', { index }),
      ];
    });
    const { output_tokens: _, ...begun } = anthropicUsage(answer);
    return [
      piece('message_start', { message: { id: 'msg_1', usage: { ...begun, output_tokens: 1 } } }),
      piece('ping', {}),
      ...blocks,
      piece('message_delta', {
        delta: { stop_reason: reasonOf(answer, { calls: 'tool_use', end: 'end_turn' }) },
        usage: { output_tokens: usageOf(answer).output },
      }),
      piece('message_stop', {}),
    ];
  },
};

const piece = (type: string, data: object) => ({ name: type, data: { type, ...data } });

const anthropicUsage = (answer: Spoken) => {
  const { input, output, cached } = usageOf(answer);
  return { input_tokens: input - cached, cache_read_input_tokens: cached, output_tokens: output };
};

type Block = { type: string; text?: string; id?: string; name?: string; input?: Record<string, unknown> };

const anthropicBlocks = ({ text, toolCalls = [] }: Spoken): Block[] => [
  ...(text === undefined ? [] : [{ type: 'text', text }]),
  ...toolCalls.map(({ name, arguments: input }, index) => ({
    type: 'tool_use',
    id: `toolu_${index}`,
    name,
    input,
  })),
];

function anthropicPieces(block: Block): object[] {
  if (block.type === 'text')
    return [{ type: 'text', text: '' }, ...words(block.text!).map((text) => ({ type: 'text_delta', text }))];
  const json = JSON.stringify(block.input);
  const half = Math.ceil(json.length / 2);
  return [
    { ...block, input: {} },
    ...[json.slice(0, half), json.slice(half)].map((part) => ({
      type: 'input_json_delta',
      partial_json: part,
    })),
  ];
}
