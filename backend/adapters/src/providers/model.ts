import type { ToolCall } from '@rehearse/contracts';
import type { ModelOutcome, ModelPlace, ModelRequest } from '@rehearse/engine';
import { send, type EgressAnswer } from '../egress/index.js';
import { SecretUse } from '../secrets.js';
import type { CallSettings } from '../settings.js';
import { chat } from './chat.js';
import { parse, type Dialect, type Reply } from './dialect.js';
import { endpointOf, type Endpoint, type LiveTarget } from './endpoint.js';
import { messages } from './messages.js';
import { failedBy, failedByStatus } from './outcome.js';
import { costUsd, type Prices } from './prices.js';
import { eachEvent } from './sse.js';

const DIALECTS: Readonly<Record<LiveTarget['provider'], Dialect>> = {
  openai: chat('max_completion_tokens'),
  azure: chat('max_completion_tokens'),
  'openai-compatible': chat('max_tokens'),
  anthropic: messages,
};

/** The engine ends a call that takes longer than its node allows; this only ends what it forgot. */
export const LAST_DEADLINE_MS = 3_600_000;
const MAX_BYTES = 16 * 1_048_576;

/** Asks a model of a provider. */
export async function callProvider(
  target: LiveTarget,
  request: ModelRequest,
  { place, settings }: { place: ModelPlace; settings: CallSettings },
): Promise<ModelOutcome> {
  const use = new SecretUse(settings.secrets);
  const endpoint = endpointOf(target, settings, use);
  if (!endpoint) {
    const message = `${target.provider} is not configured here`;
    return {
      ok: false,
      error: { code: 'provider/not-configured', message, category: 'provider' },
      retryable: false,
    };
  }
  const dialect = DIALECTS[target.provider];
  const startedAt = performance.now();
  let ttftMs: number | undefined;
  const onPiece = (text: string) => {
    ttftMs ??= performance.now() - startedAt;
    spoken.push(text);
  };
  // Whoever watches is shown no more than the journal holds.
  const spoken = use.hideStream((text) => place.onToken?.(text));
  try {
    const answer = await post(endpoint, dialect, {
      request,
      signal: place.signal,
      streams: settings.streams,
    });
    if (answer.status < 200 || answer.status > 299) return failedByStatus(answer, await answer.text(), use);
    const reply = await readReply(answer, dialect, onPiece);
    spoken.end();
    return outcomeOf(reply, { model: request.model, ttftMs, use, prices: settings.prices });
  } catch (thrown) {
    return failedBy(thrown, use);
  }
}

interface Posting {
  request: ModelRequest;
  signal: ModelPlace['signal'];
  streams: boolean;
}

const post = (
  { baseUrl, headers, policy }: Endpoint,
  dialect: Dialect,
  { request, signal, streams }: Posting,
): Promise<EgressAnswer> =>
  send({
    method: 'POST',
    url: new URL(baseUrl + dialect.path),
    headers: { 'content-type': 'application/json', ...dialect.headers, ...headers },
    body: JSON.stringify(dialect.body(request, streams)),
    ...{ signal, policy, deadlineMs: LAST_DEADLINE_MS, maxBytes: MAX_BYTES },
  });

/** A server that does not stream answers whole, whatever it was asked. */
async function readReply(
  answer: EgressAnswer,
  dialect: Dialect,
  onPiece: (text: string) => void,
): Promise<Reply> {
  if (answer.headers['content-type']?.startsWith('text/event-stream')) {
    const reader = dialect.reader(onPiece);
    await eachEvent(answer, (data) => reader.event(data));
    return reader.end();
  }
  const reply = dialect.read(parse(await answer.text()));
  if (reply.content !== null) onPiece(reply.content);
  return reply;
}

function outcomeOf(
  { content, toolCalls, finishReason, counts }: Reply,
  {
    model,
    ttftMs,
    use,
    prices,
  }: { model: string; ttftMs: number | undefined; use: SecretUse; prices: Prices },
): ModelOutcome {
  const cost = costUsd(model, counts, prices);
  return {
    ok: true,
    content: content === null ? null : use.hide(content),
    toolCalls:
      toolCalls.length === 0 ? toolCalls : (JSON.parse(use.hide(JSON.stringify(toolCalls))) as ToolCall[]),
    finishReason,
    usage: { inputTokens: counts.input, outputTokens: counts.output },
    ...(cost !== undefined && { costUsd: cost }),
    ...(ttftMs !== undefined && { ttftMs: Math.round(ttftMs * 100) / 100 }),
  };
}
