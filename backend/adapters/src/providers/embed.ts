import { readerOf } from '@rehearse/contracts';
import type { EffectPlace, EmbedOutcome, EmbedRequest } from '@rehearse/engine';
import { z } from 'zod';
import { send } from '../egress/index.js';
import { SecretUse } from '../secrets.js';
import type { CallSettings } from '../settings.js';
import { told } from './chat.js';
import { BadAnswer, parse } from './dialect.js';
import { endpointOf, type LiveTarget } from './endpoint.js';
import { LAST_DEADLINE_MS } from './model.js';
import { failedBy, failedByStatus } from './outcome.js';
import { costUsd, type Prices } from './prices.js';

const MAX_BYTES = 64 * 1_048_576;

const Embeddings = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1) })),
  usage: z.object({ prompt_tokens: z.int().min(0) }).nullish(),
});
const readEmbeddings = readerOf(Embeddings);

/** Asks for the vectors of texts; Anthropic has no such API. */
export async function embedTexts(
  target: LiveTarget,
  { model, texts }: EmbedRequest,
  { place, settings }: { place: Pick<EffectPlace, 'signal'>; settings: CallSettings },
): Promise<EmbedOutcome> {
  const use = new SecretUse(settings.secrets);
  const endpoint = target.provider === 'anthropic' ? null : endpointOf(target, settings, use);
  if (!endpoint) {
    const message = `${target.provider} gives no embeddings here`;
    return {
      ok: false,
      error: { code: 'provider/no-embeddings', message, category: 'provider' },
      retryable: false,
    };
  }
  const { baseUrl, headers, policy } = endpoint;
  try {
    const answer = await send({
      method: 'POST',
      url: new URL(`${baseUrl}/embeddings`),
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model, input: texts, encoding_format: 'float' }),
      ...{ signal: place.signal, policy, deadlineMs: LAST_DEADLINE_MS, maxBytes: MAX_BYTES },
    });
    const text = await answer.text();
    if (answer.status < 200 || answer.status > 299) return failedByStatus(answer, text, use);
    return vectorsOf(parse(text), { model, count: texts.length, prices: settings.prices });
  } catch (thrown) {
    return failedBy(thrown, use);
  }
}

function vectorsOf(
  answer: unknown,
  { model, count, prices }: { model: string; count: number; prices: Prices },
): EmbedOutcome {
  const parsed = readEmbeddings(answer);
  if (!parsed.success) throw new BadAnswer(`the answer is no list of embeddings: ${told(parsed.error)}`);
  const { data, usage } = parsed.data;
  const vectors = data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
  if (vectors.length !== count)
    throw new BadAnswer(`${count} texts were sent and ${vectors.length} vectors came`);
  const input = usage?.prompt_tokens ?? 0;
  const cost = costUsd(model, { input, cached: 0, output: 0 }, prices);
  return {
    ok: true,
    vectors,
    usage: { inputTokens: input, outputTokens: 0 },
    ...(cost !== undefined && { costUsd: cost }),
  };
}
